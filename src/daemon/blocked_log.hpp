#pragma once

#include "base/error.hpp"
#include "enforcement/executor.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <set>
#include <string>

namespace fairgate::daemon {

/// Adds a line to a file of the operator's for each account that is blocked, once the block is in
/// force: `blocked.log` as cek-bw-limit writes it, for scripts that read it. What was in force
/// before this program started is not told again.
class BlockedLog {
public:
    struct Parts {
        std::string file;  ///< empty: nothing is written
        boost::asio::any_io_executor executor;
        boost::asio::any_io_executor worker;
        std::function<void(const Error&)> failed;  ///< told once for as long as it fails
    };
    explicit BlockedLog(Parts parts) : parts_(std::move(parts)) {}

    void measure_changed(const enforcement::MeasureEvent& event);

private:
    void write(const enforcement::MeasureEvent& event);
    void written(const Result<>& done);

    Parts parts_;
    std::set<MeasureId> beginning_;
    bool fails_ = false;
};

}  // namespace fairgate::daemon
