#include "sources/file/file_source.hpp"

#include "base/spawn.hpp"
#include "sources/file/test_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <exception>
#include <fcntl.h>
#include <functional>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace fairgate::sources::file {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class FileSourceTest : public testing::Test {
public:
    std::unique_ptr<Source> open(const std::string& path, std::string position = {}) {
        FileSourceSettings settings{.name = "main", .node = "de-1", .path = folder.path(path)};
        settings.position = std::move(position);
        settings.start = StartAt::beginning;
        settings.pause = 0ms;
        settings.patience = patience;
        return make_file_source(context.get_executor(), clock, std::move(settings)).value();
    }

    void run(std::function<asio::awaitable<void>()> what) {
        const Task task = spawn(
            context.get_executor(),
            "test",
            std::move(what),
            [](const auto&, std::exception_ptr e) { std::rethrow_exception(e); }
        );
        context.restart();
        context.run();
    }

    // One round of next() that is no coroutine of a lambda, see the rule on those.
    asio::awaitable<void> take(Source& source) { last = co_await source.next(); }
    asio::awaitable<void> take_lines(Source& source, std::size_t count) {
        while (received.size() < count) {
            auto batch = co_await source.next();
            if (batch) {
                for (std::string& line : split_lines(batch->bytes)) {
                    received.push_back(std::move(line));
                }
                last_position = batch->position;
            }
        }
    }

    TestFolder folder;
    asio::io_context context;
    SystemClock clock;
    std::chrono::milliseconds patience{1000};
    Result<LineBatch> last = Error{};
    std::vector<std::string> received;
    std::string last_position;
};

/// Writes as a core does: keeps its file after the rename until it is told to reopen.
class Writer {
public:
    explicit Writer(const TestFolder& folder) : folder_(folder) { reopen(); }
    ~Writer() { ::close(fd_); }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void reopen() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
        fd_ = ::open(
            folder_.path("access.log").c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600
        );
    }

    void write(int count) {
        std::string text;
        for (int i = 0; i < count; ++i) {
            text += "2026/08/05 20:04:17 line " + std::to_string(next_++) + "\n";
            if (text.size() > 3000 || i + 1 == count) {
                written_ += ::write(fd_, text.data(), text.size());
                text.clear();
            }
        }
    }

    ssize_t written() const { return written_; }

private:
    const TestFolder& folder_;
    int fd_ = -1;
    int next_ = 0;
    ssize_t written_ = 0;
};

TEST_F(FileSourceTest, three_hundred_thousand_lines_over_three_rotations_all_come_once) {
    constexpr int lines = 300'000;
    const auto source = open("access.log");
    std::thread writing([&] {
        Writer writer(folder);
        for (int rotation = 0; rotation < 3; ++rotation) {
            writer.write(lines / 4 - 1000);
            folder.make_room("access.log");
            folder.rename("access.log", "access.log.1");
            writer.write(1000);
            writer.reopen();
        }
        writer.write(lines / 4);
    });
    run([&] { return take_lines(*source, lines); });
    writing.join();
    ASSERT_EQ(received.size(), static_cast<std::size_t>(lines));
    std::vector<bool> seen(lines);
    for (const std::string& line : received) {
        seen.at(static_cast<std::size_t>(std::stoi(line.substr(25)))) = true;
    }
    EXPECT_EQ(std::count(seen.begin(), seen.end(), true), lines);
}

TEST_F(FileSourceTest, a_source_made_from_a_position_goes_on_behind_it) {
    folder.append("access.log", "1\n2\n");
    {
        const auto source = open("access.log");
        run([&] { return take_lines(*source, 2); });
    }
    folder.append("access.log", "3\n");
    const auto source = open("access.log", last_position);
    run([&] { return take_lines(*source, 3); });
    EXPECT_EQ(received, (std::vector<std::string>{"1", "2", "3"}));
}

TEST_F(FileSourceTest, a_batch_names_its_source_and_node) {
    folder.append("access.log", "1\n");
    const auto source = open("access.log");
    run([&] { return take(*source); });
    ASSERT_TRUE(last);
    EXPECT_EQ(last->source, "main");
    EXPECT_EQ(last->node, "de-1");
    EXPECT_EQ(last->bytes, "1\n");
    EXPECT_EQ(last->behind, 0U);
    EXPECT_LE(last->arrival, clock.now());
}

TEST_F(FileSourceTest, a_long_backlog_comes_in_bounded_batches_that_tell_what_is_left) {
    folder.append("access.log", std::string(1'000'000, '\n'));
    const auto source = open("access.log");
    run([&] { return take(*source); });
    ASSERT_TRUE(last);
    EXPECT_EQ(last->bytes.size(), 256U << 10U);
    EXPECT_EQ(last->behind, 1'000'000 - last->bytes.size());
}

TEST_F(FileSourceTest, nothing_to_read_gives_an_empty_batch_in_time) {
    patience = 20ms;
    folder.append("access.log", "");
    const auto source = open("access.log");
    run([&] { return take(*source); });
    ASSERT_TRUE(last);
    EXPECT_TRUE(last->bytes.empty());
}

TEST_F(FileSourceTest, a_missing_log_is_an_error_that_ends_when_it_comes) {
    patience = 20ms;
    const auto source = open("access.log");
    run([&] { return take(*source); });
    ASSERT_FALSE(last);
    EXPECT_EQ(last.error().code, "FG-SRC-010");
    EXPECT_TRUE(last.error().retry_in);
    folder.append("access.log", "1\n");
    run([&] { return take_lines(*source, 1); });
    EXPECT_EQ(received, std::vector<std::string>{"1"});
}

TEST_F(FileSourceTest, a_missing_directory_is_told_as_such) {
    const auto source = open("none/access.log");
    run([&] { return take(*source); });
    EXPECT_EQ(last.error().code, "FG-SRC-011");
}

TEST_F(FileSourceTest, a_line_wakes_a_source_that_waits) {
    patience = 60s;  // far longer than a test may take
    folder.append("access.log", "");
    const auto source = open("access.log");
    std::thread writing([&] { folder.append("access.log", "1\n"); });
    run([&] { return take_lines(*source, 1); });
    writing.join();
    EXPECT_EQ(received, std::vector<std::string>{"1"});
}

TEST_F(FileSourceTest, a_source_that_waits_can_be_stopped) {
    patience = 60s;
    folder.append("access.log", "");
    const auto source = open("access.log");
    Task task =
        spawn(context.get_executor(), "test", [&] { return take_lines(*source, 1); }, nullptr);
    context.poll();
    EXPECT_FALSE(task.finished());
    task.cancel();
    context.run();
    EXPECT_TRUE(task.finished());
}

TEST(make_file_source, refuses_a_path_that_names_no_log) {
    asio::io_context context;
    const SystemClock clock;
    EXPECT_EQ(
        make_file_source(
            context.get_executor(), clock, {.name = "x", .node = "y", .path = "access.log"}
        )
            .error()
            .code,
        "FG-SRC-016"
    );
}

}  // namespace
}  // namespace fairgate::sources::file
