#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace fairgate::http {

using Instant = std::chrono::steady_clock::time_point;

/// One moving point in time, and what happens when it passes. Moving it later, which every request
/// does, costs a store: the timer is left alone and looks again when it wakes.
class Deadline {
public:
    Deadline(const boost::asio::any_io_executor& executor, std::function<void()> on_expiry);
    ~Deadline();
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    /// Instant::max() means none.
    void set(Instant when);
    bool expired() const;

private:
    struct State;
    std::shared_ptr<State> state_;  // the timer's callback may come after we have gone
};

}  // namespace fairgate::http
