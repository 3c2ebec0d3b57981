#pragma once

#include "base/clock.hpp"
#include "base/json.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/describe.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::control {

/// What a listener can choose.
enum class Topic { violation, decision, measure, source, backend, mode, setting, alarm, daemon };
BOOST_DESCRIBE_ENUM(
    Topic, violation, decision, measure, source, backend, mode, setting, alarm, daemon
)

/// Something that happened, as every listener is told it.
struct Happening {
    Topic topic = Topic::daemon;
    TimePoint time;
    std::string account;  ///< empty: concerns none
    std::string message;  ///< one line for people
    json::Value details;  ///< the object concerned, as the API shows it
    /// What the newest event of the same name replaces for a listener that is slow: "source main".
    /// Empty: every one is told.
    std::string replaces;
};

/// The last things that happened, numbered. The daemon publishes, listeners read on from a number.
/// Everything on one executor.
class EventLog {
public:
    static constexpr std::size_t usual_capacity = 10'000;

    struct Entry {
        std::uint64_t id = 0;
        Happening happening;
    };

    explicit EventLog(boost::asio::any_io_executor executor, std::size_t capacity = usual_capacity);

    void publish(Happening happening);

    /// The number of the newest event; 0 before the first.
    std::uint64_t newest() const { return next_ - 1; }
    /// Whether everything behind `id` is still there. Not for a number that was never given, as
    /// after a restart.
    bool holds_all_after(std::uint64_t id) const;
    /// The events behind `id`, oldest first, at most `most`.
    std::vector<Entry> after(std::uint64_t id, std::size_t most) const;
    /// Until something was published behind `id`, or the time is over.
    boost::asio::awaitable<void> wait(std::uint64_t id, std::chrono::milliseconds most);
    /// Wakes everybody who waits: the program ends.
    void close();
    bool closed() const { return closed_; }

private:
    boost::asio::any_io_executor executor_;
    std::size_t capacity_;
    std::deque<Entry> entries_;
    std::uint64_t next_ = 1;
    bool closed_ = false;
    std::vector<boost::asio::steady_timer*> waiting_;
};

}  // namespace fairgate::control
