#pragma once

#include "logs/access_line.hpp"
#include "logs/account_name.hpp"
#include "tracker/chunks.hpp"
#include "tracker/tracker.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fairgate::replay {

/// How lines become marks.
struct LineSettings {
    logs::LineRules rules;
    logs::Names names = logs::Names::standard;
    std::int64_t zone_offset = 0;  ///< seconds the log's clock is ahead of UTC
    tracker::Slot since = std::numeric_limits<tracker::Slot>::min();
    tracker::Slot until = std::numeric_limits<tracker::Slot>::max();
};

/// Reasons beyond those of logs::Skip for which a replay leaves a line out.
enum class LeftOut : std::uint8_t { weak, unknown_account, out_of_range, time_jump };
inline constexpr std::size_t left_out_count = 4;
std::string_view to_text(LeftOut reason);

/// A line that could not be read, for the report.
struct BadLine {
    std::uint64_t offset = 0;  ///< of the line, from the start of the input
    std::string text;          ///< its first bytes
    logs::Skip why = logs::Skip::other;
};

/// Whether such a line is none of an access log's at all.
bool is_foreign(logs::Skip skip);

/// Room for marks. None is there before it is written: a block holds a quarter of the marks that it
/// could hold, and pages that nobody touches cost nothing.
class MarkRoom {
public:
    tracker::Mark* data() { return first_.get(); }
    const tracker::Mark* data() const { return first_.get(); }
    tracker::Mark& operator[](std::size_t index) { return first_.get()[index]; }
    const tracker::Mark& operator[](std::size_t index) const { return first_.get()[index]; }
    /// Forgets what was there if it has to grow.
    void make_room(std::size_t count);

private:
    std::unique_ptr<tracker::Mark, tracker::FreeMemory> first_;
    std::size_t size_ = 0;
};

/// What the lines of one block came to: marks by shard, and counts.
struct LineBatch {
    struct Shard {
        MarkRoom marks;
        std::size_t count = 0;

        std::span<tracker::Mark> all() { return {marks.data(), count}; }
        std::span<const tracker::Mark> all() const { return {marks.data(), count}; }
    };
    std::vector<Shard> shards;
    std::uint64_t lines = 0;
    std::uint64_t observations = 0;
    std::array<std::uint64_t, logs::skip_count> skipped{};
    std::array<std::uint64_t, left_out_count> left_out{};
    std::int64_t first_second = std::numeric_limits<std::int64_t>::max();
    std::int64_t last_second = std::numeric_limits<std::int64_t>::min();
    tracker::Slot newest = std::numeric_limits<tracker::Slot>::min();  ///< slot of all marks
    std::vector<BadLine> bad;
    std::optional<BadLine> first_foreign;
    std::vector<std::string> forgers;  ///< sources of lines that carry a client's bytes

    explicit LineBatch(std::size_t shard_count) : shards(shard_count) {}
    void clear();
    /// Makes room for the marks of `bytes` of lines, and gives where the next one goes.
    void reserve(std::size_t bytes);
};

/// Reads the lines of [begin, end) into `batch`. `end` stands behind a newline, and 64 bytes
/// beyond it are readable. `taint` bytes at the start follow a client's own bytes and are
/// distrusted. Only what every accepted line looks like is read here in a hurry; all else goes
/// through logs::read_access_line, and so does everything where the processor lacks AVX2.
class LineParser {
public:
    explicit LineParser(LineSettings settings);
    ~LineParser();
    LineParser(const LineParser&) = delete;
    LineParser& operator=(const LineParser&) = delete;

    enum class Speed : std::uint8_t { best, plain };
    void parse(
        const char* begin,
        const char* end,
        std::size_t taint,
        std::uint64_t offset,
        LineBatch& batch,
        Speed speed = Speed::best
    );

    /// What fast and plain reading share; not for callers.
    struct State;

private:
    std::unique_ptr<State> state_;
};

}  // namespace fairgate::replay
