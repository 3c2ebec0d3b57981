#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <list>
#include <map>
#include <optional>
#include <string>

namespace fairgate::api {

/// The answers to requests with an Idempotency-Key, for a day, so that a client that did not hear
/// the answer can ask again without doing it twice. Bounded; what is oldest goes first.
class Answered {
public:
    explicit Answered(std::size_t most = 1000) : most_(most) {}

    /// The stored answer; nothing for a new key, which is then in flight until finish() or drop().
    /// FG-API-409 for one in flight, FG-API-422 for one of another request.
    Result<std::optional<http::Response>> begin(
        const std::string& key, const std::string& request, TimePoint now
    );
    void finish(const std::string& key, const http::Response& response);
    void drop(const std::string& key) { entries_.erase(key); }

private:
    struct Entry {
        std::size_t request = 0;  ///< hash of what was asked
        TimePoint asked;
        std::optional<http::Response> response;
    };
    void make_room(TimePoint now);

    std::size_t most_;
    std::map<std::string, Entry> entries_;
};

}  // namespace fairgate::api
