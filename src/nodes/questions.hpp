#pragma once

#include "link/wire.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>

namespace fairgate::nodes {

/// Questions to one node that wait for their answers. Everything is on one executor.
class Questions {
public:
    struct Pending;
    /// A place for the answer, by the number that the question is sent with.
    std::shared_ptr<Pending> expect(const boost::asio::any_io_executor& executor);
    static std::uint64_t number(const Pending& pending);

    /// An answer came; one that nobody waits for any more is passed over.
    void answer(std::uint64_t number, link::wire::Frame frame);
    /// The connection ended: nothing comes any more.
    void give_up();

    /// The answer; nothing when it has not come by then, or never will.
    static boost::asio::awaitable<std::optional<link::wire::Frame>> wait(
        std::shared_ptr<Pending> pending, std::chrono::steady_clock::time_point until
    );

private:
    std::uint64_t last_ = 0;
    std::unordered_map<std::uint64_t, std::weak_ptr<Pending>> pending_;
};

}  // namespace fairgate::nodes
