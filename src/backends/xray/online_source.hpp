#pragma once

#include "backends/xray/online_book.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "sources/source.hpp"
#include "sources/source_watch.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace fairgate::backends::xray {

/// A core's list of who is online, as a source of its own: what it told, and how it is doing.
class OnlineSource {
public:
    OnlineSource(std::string name, TimePoint start)
        : name_(std::move(name)), watch_(sources::WatchSettings(), start) {}

    /// What is new of an answer.
    std::vector<Sighting> take(const std::vector<OnlineAddress>& online, TimePoint now);
    void fail(Error error, TimePoint now) { watch_.fail(std::move(error), now); }
    void clock_was_set(Duration by);

    sources::SourceHealth health(TimePoint now) const;

private:
    std::string name_;
    OnlineBook book_;
    sources::SourceWatch watch_;
    std::uint64_t answered_ = 0;
    std::uint64_t observations_ = 0;
    std::uint64_t idle_ = 0;
    std::uint64_t left_out_ = 0;
};

}  // namespace fairgate::backends::xray
