#include "replay/merged_input.hpp"

#include "logs/access_line.hpp"
#include "logs/log_reader.hpp"
#include "replay/byte_stream.hpp"
#include "replay/stream_input.hpp"
#include "tracker/slot.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <limits>
#include <mutex>
#include <string_view>
#include <system_error>
#include <utility>

namespace fairgate::replay {

namespace {

/// The lines of one file, one at a time, with the slot of each.
class LineCursor {
public:
    explicit LineCursor(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}

    /// Moves to the next line. False at the end.
    Result<bool> advance() {
        at_ += line_.size();
        for (;;) {
            const std::string_view left = std::string_view(buffer_).substr(at_);
            const std::size_t newline = left.find('\n');
            if (newline != std::string_view::npos || left.size() > longest || ended_) {
                line_ = left.substr(
                    0,
                    std::min(
                        newline == std::string_view::npos ? left.size() : newline + 1, left.size()
                    )
                );
                break;
            }
            const auto more = refill();
            if (!more) {
                return more.error();
            }
        }
        if (line_.empty()) {
            slot_ = std::numeric_limits<tracker::Slot>::max();
            return false;
        }
        logs::LogTime time;
        if (logs::read_log_time(line_, time) > 0) {
            slot_ = tracker::slot_of_second(time.second);
        }
        return true;
    }

    std::string_view line() const { return line_; }
    tracker::Slot slot() const { return slot_; }  ///< of the line, or of the one before it
    bool ended() const { return line_.empty(); }
    std::uint64_t consumed() const { return stream_->consumed(); }

private:
    static constexpr std::size_t longest = logs::LogReader::line_limit + 4096;

    Result<void> refill() {
        constexpr std::size_t piece = 256U << 10U;
        buffer_.erase(0, at_);
        at_ = 0;
        const std::size_t had = buffer_.size();
        buffer_.resize(had + piece);
        const auto count = stream_->read(buffer_.data() + had, piece);
        if (!count) {
            return count.error();
        }
        buffer_.resize(had + *count);
        ended_ = *count == 0;
        return {};
    }

    std::unique_ptr<ByteStream> stream_;
    std::string buffer_;
    std::size_t at_ = 0;
    std::string_view line_;
    tracker::Slot slot_ = std::numeric_limits<tracker::Slot>::min();
    bool ended_ = false;
};

class MergedInput final : public Input {
public:
    MergedInput(std::vector<std::unique_ptr<LineCursor>> cursors, std::uint64_t size)
        : cursors_(std::move(cursors)), size_(size) {}

    std::uint64_t total_bytes() const override { return size_; }

    Result<bool> next(Block& block, std::size_t& index) override {
        const std::scoped_lock lock(mutex_);
        index = index_++;
        text_.assign(before_);
        const std::size_t start = text_.size();
        while (text_.size() - start < block_bytes) {
            const auto more = append_slot();
            if (!more) {
                return more.error();
            }
            if (!*more) {
                break;
            }
        }
        block.make_room(text_.size() + slack);
        char* memory = block.memory.get();
        std::memcpy(memory, text_.data(), text_.size());
        std::memset(memory + text_.size(), '\n', slack);
        block.begin = memory + start;
        block.end = memory + text_.size();
        block.before = start;
        block.offset = offset_;
        offset_ += text_.size() - start;
        const std::uint64_t consumed = total_consumed();
        block.consumed = consumed - consumed_;
        consumed_ = consumed;
        before_ = text_.substr(text_.size() - std::min(text_.size(), look_back));
        return text_.size() > start;
    }

private:
    /// Takes the lines of the earliest slot from every file. False when there are none.
    Result<bool> append_slot() {
        tracker::Slot slot = std::numeric_limits<tracker::Slot>::max();
        bool any = false;
        for (const auto& cursor : cursors_) {
            if (!cursor->ended()) {
                slot = std::min(slot, cursor->slot());
                any = true;
            }
        }
        for (const auto& cursor : cursors_) {
            const auto taken = append_lines(*cursor, slot);
            if (!taken) {
                return taken.error();
            }
        }
        return any;
    }

    Result<void> append_lines(LineCursor& cursor, tracker::Slot slot) {
        std::size_t tainted = 0;
        while (!cursor.ended() && (cursor.slot() <= slot || tainted > 0)) {
            const std::string_view line = cursor.line();
            text_ += line;
            if (line.back() != '\n') {
                text_ += '\n';
            }
            tainted -= std::min(tainted, line.size());
            if (logs::forged_from(line)) {
                tainted = logs::taint_length;
            }
            const auto more = cursor.advance();
            if (!more) {
                return more.error();
            }
        }
        return {};
    }

    std::uint64_t total_consumed() const {
        std::uint64_t sum = 0;
        for (const auto& cursor : cursors_) {
            sum += cursor->consumed();
        }
        return sum;
    }

    std::mutex mutex_;
    std::vector<std::unique_ptr<LineCursor>> cursors_;
    std::uint64_t size_;
    std::uint64_t consumed_ = 0;
    std::uint64_t offset_ = 0;
    std::size_t index_ = 0;
    std::string text_;
    std::string before_;
};

}  // namespace

Result<std::unique_ptr<Input>> open_merged(const std::vector<std::string>& paths) {
    std::vector<std::unique_ptr<LineCursor>> cursors;
    std::uint64_t size = 0;
    for (const std::string& path : paths) {
        auto stream = open_stream(path);
        if (!stream) {
            return stream.error();
        }
        std::error_code error;
        const auto bytes = std::filesystem::file_size(path, error);
        size += error ? 0 : bytes;
        cursors.push_back(std::make_unique<LineCursor>(std::move(*stream)));
        const auto first = cursors.back()->advance();
        if (!first) {
            return first.error();
        }
    }
    std::unique_ptr<Input> input = std::make_unique<MergedInput>(std::move(cursors), size);
    return input;
}

}  // namespace fairgate::replay
