#include "sources/file/file_tail.hpp"
#include "sources/file/test_folder.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

// Whatever is done to a log, in any order, while we run and while we are down: every line arrives
// once. Exempt are only the lines that were in a log when it was emptied or deleted and that we had
// not read by then; those may be missing, and no line may come twice.

namespace fairgate::sources::file {
namespace {

enum class Step { write, half, rotate, reopen, copytruncate, empty, remove, read_some, read, stop };
constexpr int step_count = 10;

class World {
public:
    World() {
        reopen();
        start();
    }

    void take(Step step, int amount) {
        switch (step) {
            case Step::write:
                return write(amount);
            case Step::half:
                return half();
            case Step::rotate:
                return rotate();
            case Step::reopen:
                return reopen();
            case Step::copytruncate:
                return copytruncate();
            case Step::empty:
                return empty();
            case Step::remove:
                return remove();
            case Step::read_some:
                return read(static_cast<std::size_t>(amount) * 40, 1);
            case Step::read:
                return read(100'000, 1000);
            case Step::stop:
                return tail_ ? stop() : start();
        }
    }

    /// Reads the rest; then nothing may be missing that is not excused.
    void settle() {
        finish_half();
        if (!tail_) {
            start();
        }
        for (int i = 0; i < 4; ++i) {
            read(100'000, 1000);
        }
        for (const auto& [line, times] : delivered_) {
            const bool is_rest = rests_.contains(line);
            RC_ASSERT(is_rest || written_.contains(line));
            RC_ASSERT(is_rest || times == 1);
        }
        for (const std::string& line : written_) {
            if (!delivered_.contains(line) && !excused_.contains(line)) {
                RC_FAIL("lost: " + line);
            }
        }
    }

private:
    std::string next_line() {
        std::ostringstream line;
        ++number_;
        line << 'L' << number_ << ' '
             << std::string(static_cast<std::size_t>(number_ * 7 % 50), 'x')
             << " as long as access lines are at least";
        return line.str();
    }

    void write(int count) {
        finish_half();
        for (int i = 0; i < count; ++i) {
            const std::string line = next_line();
            written_.insert(line);
            writer_ << line << '\n';
        }
        writer_.flush();
    }

    void half() {
        finish_half();
        const std::string line = next_line();
        written_.insert(line);
        writer_ << line.substr(0, 1) << std::flush;
        half_ = line;
    }

    void finish_half() {
        if (!half_.empty()) {
            rests_.insert(half_.substr(1));  // a line of its own, if the log was cut in between
            writer_ << half_.substr(1) << '\n' << std::flush;
            half_.clear();
        }
    }

    // The writer goes on in the renamed file until it reopens the log.
    void rotate() {
        if (folder_.has(log)) {
            folder_.make_room(log);
            folder_.rename(log, std::string(log) + ".1");
        }
    }

    void reopen() {
        finish_half();
        writer_ = std::ofstream(folder_.path(log), std::ios::app);
    }

    void copytruncate() {
        if (folder_.has(log)) {
            excuse_half();
            folder_.make_room(log);
            folder_.copy(log, std::string(log) + ".1");
            folder_.truncate(log);
        }
    }

    void empty() {
        if (folder_.has(log)) {
            excuse_unread();
            folder_.truncate(log);
        }
    }

    void remove() {
        if (folder_.has(log)) {
            excuse_unread();
            folder_.remove(log);
            reopen();
        }
    }

    void excuse_half() {
        if (!half_.empty()) {
            excused_.insert(half_);
        }
    }

    void excuse_unread() {
        excuse_half();
        std::ifstream file(folder_.path(log));
        for (std::string line; std::getline(file, line);) {
            excused_.insert(line);
        }
    }

    void start() {
        TailSettings settings{.pattern = LogPattern::parse(folder_.path(log)).value()};
        settings.start = StartAt::beginning;
        settings.position = position_;
        tail_.emplace(std::move(settings), now_);
    }

    void stop() {
        position_ = tail_->position();
        tail_.reset();
    }

    void read(std::size_t limit, int most) {
        now_ += std::chrono::seconds(1);
        if (!tail_ || !tail_->scan(now_)) {
            return;
        }
        for (int i = 0; i < most; ++i) {
            auto got = tail_->read(limit, now_);
            if (!got || got->lines.empty()) {
                return;
            }
            for (const std::string& line : split_lines(got->lines)) {
                ++delivered_[line];
            }
        }
    }

    static constexpr const char* log = "access.log";
    TestFolder folder_;
    std::ofstream writer_;
    int number_ = 0;
    std::string half_;
    std::set<std::string> written_;
    std::set<std::string> excused_;
    std::set<std::string> rests_;
    std::map<std::string, int> delivered_;
    TimePoint now_{std::chrono::seconds(1'800'000'000)};
    std::optional<FileTail> tail_;
    std::string position_;
};

RC_GTEST_PROP(file_tail, every_line_comes_once_whatever_is_done_to_the_log, ()) {
    const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, step_count), rc::gen::inRange(1, 9))
    );
    World world;
    for (const auto& [step, amount] : steps) {
        world.take(static_cast<Step>(step), amount);
    }
    world.settle();
}

}  // namespace
}  // namespace fairgate::sources::file
