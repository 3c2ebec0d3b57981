#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace fairgate::sim::pasarguard {

/// The one log channel of a node's core. Every reader takes lines out of it, so each line goes to
/// exactly one of them. With no reader, or with slow ones, the channel keeps the oldest 10 000
/// lines and drops the newest (PasarGuard node, backend/xray/core.go; LOG_BUFFER_SIZE).
class LogChannel {
public:
    static constexpr std::size_t node_buffer = 10'000;
    static constexpr std::size_t reader_buffer = 1'000;  ///< the panel's queue of one subscriber

    using ReaderId = std::uint64_t;

    explicit LogChannel(std::uint64_t seed) : random_(seed) {}

    /// `on_lines` is called whenever the reader has new lines to take, or was told that it ends.
    /// A reader that is not there any more gets none; without `is_there` it is until detached.
    ReaderId attach(std::function<void()> on_lines, std::function<bool()> is_there = {});
    /// A reader that takes its share at once and shows it to nobody: a dashboard, another limiter,
    /// or an old connection that half died.
    ReaderId attach_thief();
    void detach(ReaderId reader);  ///< what it had not yet taken is lost, as in the panel

    void push(std::string line);
    std::vector<std::string> take(ReaderId reader, std::size_t most);

    /// The node answers the log call with an error: the readers' bodies end.
    void finish();
    bool finished() const { return finished_; }

    std::size_t readers() const;
    std::size_t waiting() const { return buffer_.size(); }
    std::uint64_t dropped() const { return dropped_; }
    std::uint64_t given_to(ReaderId reader) const;

private:
    struct Reader {
        std::deque<std::string> lines;
        std::function<void()> on_lines;  ///< none: a thief
        std::function<bool()> is_there;
        std::uint64_t given = 0;
    };

    void distribute();

    std::mt19937_64 random_;
    std::deque<std::string> buffer_;
    std::map<ReaderId, Reader> readers_;
    ReaderId last_reader_ = 0;
    std::uint64_t dropped_ = 0;
    bool finished_ = false;
};

}  // namespace fairgate::sim::pasarguard
