#pragma once

#include "backends/panel/probe_step.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <functional>

namespace fairgate::backends::panel {

/// How several logs are tried at the same time.
struct Together {
    std::size_t most = 32;                 ///< at once
    std::chrono::milliseconds patience;    ///< of all of them together
    std::chrono::milliseconds least{500};  ///< for one whose turn comes late all the same
};

/// Tries one of several, by its number, and waits so long for it at the most.
using TryOne =
    std::function<boost::asio::awaitable<ProbeStep>(std::size_t, std::chrono::milliseconds)>;

/// What the tries found, in the order of their numbers. A panel with forty quiet nodes keeps an
/// operator waiting no longer than one with a single one. What `try_one` captured outlives it.
boost::asio::awaitable<steps::Steps> try_together(
    std::size_t count, Together settings, TryOne try_one
);

}  // namespace fairgate::backends::panel
