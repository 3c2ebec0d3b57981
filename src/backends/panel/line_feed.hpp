#pragma once

#include "base/error.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace fairgate::backends::panel {

/// What one read of a log stream brought.
struct FeedPiece {
    std::string lines;           ///< whole ones, each with its '\n'
    std::size_t bytes = 0;       ///< as they came
    bool alive = false;          ///< a line, or a sign that there is somebody
    bool lost = false;           ///< so many at once that some were left out before them
    bool ended = false;          ///< by the other side, in good order; nothing comes after
    std::optional<Error> error;  ///< the panel says so in place of lines; nothing comes after
};

/// One open log stream of a core, whatever it travels in. Destroying it closes the connection.
class LineFeed {
public:
    virtual ~LineFeed() = default;
    /// FG-NET-016 when nothing came within `patience`; other errors: it is of no more use.
    virtual boost::asio::awaitable<Result<FeedPiece>> read(std::chrono::milliseconds patience) = 0;
};

/// Opens the stream anew, and closes nothing.
using OpenFeed = std::function<boost::asio::awaitable<Result<std::shared_ptr<LineFeed>>>()>;

}  // namespace fairgate::backends::panel
