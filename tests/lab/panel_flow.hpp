#pragma once

#include "base/clock.hpp"
#include "sim/panel/access_line.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::lab {

/// A steady flow of lines over all nodes of a panel, for figures: users in turn, each always at one
/// address of its own on one node, so that nobody is over a limit. Nobody who is disabled.
class Flow {
public:
    /// So many lines a second on all nodes together, until it is set again.
    void set_rate(std::int64_t rate, TimePoint now) {
        rate_ = rate;
        since_ = now;
        written_ = 0;
        emails_.clear();
    }

    /// Until it is cancelled. Nodes and users are those that there were when the rate was set.
    template <class State>
    boost::asio::awaitable<void> write_to(
        State& state, boost::asio::io_context& io, const Clock& clock
    ) {
        boost::asio::steady_timer tick(io);
        for (;;) {
            tick.expires_after(std::chrono::milliseconds(20));
            co_await tick.async_wait(boost::asio::use_awaitable);
            if (rate_ > 0 && !state.nodes().empty()) {
                write_owed(state, clock.now());
            }
        }
    }

private:
    template <class State>
    void write_owed(State& state, TimePoint now) {
        if (emails_.empty()) {
            for (const auto& [id, user] : state.users()) {
                if (to_text(user.status) != "disabled") {
                    emails_.push_back(state.email_of(user));
                }
            }
        }
        std::vector<decltype(&state.nodes().begin()->second)> nodes;
        for (auto& [id, node] : state.nodes()) {
            nodes.push_back(&node);
        }
        const auto passed =
            std::chrono::duration_cast<std::chrono::milliseconds>(now - since_).count();
        const std::string time = sim::panel::xray_time(now);
        for (const std::int64_t owed = rate_ * passed / 1000; written_ < owed; ++written_) {
            const auto who = static_cast<std::size_t>(written_) % emails_.size();
            nodes[who % nodes.size()]->write(sim::panel::accepted_line(
                time, sim::panel::with_port(address_of(who), 40'000), "VLESS TCP", emails_[who]
            ));
        }
    }

    /// In 198.18.0.0/15, which is kept for measuring (RFC 2544).
    static std::string address_of(std::size_t who) {
        return "198." + std::to_string(18 + who / 65'536 % 2) + "." +
               std::to_string(who / 256 % 256) + "." + std::to_string(who % 256);
    }

    std::int64_t rate_ = 0;
    std::int64_t written_ = 0;
    TimePoint since_;
    std::vector<std::string> emails_;
};

}  // namespace fairgate::lab
