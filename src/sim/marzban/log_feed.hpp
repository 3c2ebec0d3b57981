#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// How the panel passes on what a core writes (Marzban v0.8.4, app/xray/core.py, app/routers).
namespace fairgate::sim::marzban {

/// The log of one core. Every reader gets every line, but a reader that is not asked often enough
/// loses the oldest: it holds 100 lines and is emptied five times a second.
class LogFeed {
public:
    static constexpr std::size_t held = 100;

    using ReaderId = std::uint64_t;

    enum class Start { with_last_lines, with_nothing };
    ReaderId attach(Start start);
    void detach(ReaderId reader) { readers_.erase(reader); }

    void push(const std::string& line);
    /// All that the reader holds.
    std::vector<std::string> take(ReaderId reader);
    /// The last lines once more, as when the panel's own link to a node was made again.
    void repeat();

    std::size_t readers() const { return readers_.size(); }
    std::uint64_t lost() const { return lost_; }

private:
    void give(std::deque<std::string>& lines, const std::string& line);

    std::deque<std::string> last_;
    std::map<ReaderId, std::deque<std::string>> readers_;
    ReaderId last_reader_ = 0;
    std::uint64_t lost_ = 0;
};

/// Lines in, text frames out, in the panel's three framings: a core without interval gives one line
/// a frame; with interval, lines that each end in a line feed; a node gives such batches even
/// without, and with interval each batch ends in one more, so there are empty lines.
class LogFraming {
public:
    using Time = std::chrono::steady_clock::time_point;
    enum class Of { core, node };

    LogFraming(
        Of of,
        std::optional<std::chrono::milliseconds> interval,
        std::chrono::milliseconds node_interval,
        Time now
    );

    std::vector<std::string> frames(const std::vector<std::string>& lines, Time now);

private:
    void take_batch(Time now);

    Of of_;
    std::optional<std::chrono::milliseconds> interval_;
    std::chrono::milliseconds node_interval_;
    Time batch_due_;
    Time frame_due_;
    std::string batch_;  ///< what the panel has not yet fetched from the node
    std::string frame_;
};

}  // namespace fairgate::sim::marzban
