#include "replay/stream_input.hpp"

#include "logs/log_reader.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace fairgate::replay {

namespace {

/// A line that began in a block is followed so far; then it is too long whatever comes.
constexpr std::size_t longest_tail = logs::LogReader::line_limit + 4096;

Error read_failed(const std::string& path) {
    return Error{
        .code = "FG-RPL-001",
        .what = "cannot read the log \"" + path + "\"",
        .where = path,
        .cause = std::generic_category().message(errno),
        .state = "nothing was replayed"
    };
}

/// A plain file, read at any place by any thread. A line belongs to the block it begins in.
class FileInput final : public Input {
public:
    FileInput(std::string path, int fd, std::uint64_t size)
        : path_(std::move(path)), fd_(fd), size_(size) {}
    ~FileInput() override { close(fd_); }
    FileInput(const FileInput&) = delete;
    FileInput& operator=(const FileInput&) = delete;

    std::uint64_t total_bytes() const override { return size_; }

    Result<bool> next(Block& block, std::size_t& index) override {
        index = next_.fetch_add(1);
        const std::uint64_t start = std::uint64_t{index} * block_bytes;
        if (start >= size_) {
            return false;
        }
        const std::uint64_t from = start - std::min<std::uint64_t>(start, look_back);
        const std::uint64_t stop = std::min<std::uint64_t>(size_, start + block_bytes);
        const std::uint64_t most = std::min<std::uint64_t>(size_, stop + longest_tail);
        block.make_room(static_cast<std::size_t>(most - from) + slack);
        // Most lines end soon after the block does, so little is read twice.
        std::uint64_t have = std::min(most, stop + 1024);
        if (!read_at(block.memory.get(), from, have)) {
            return read_failed(path_);
        }
        const char* newline = find_newline(block, stop - 1 - from, have - from);
        if (newline == nullptr && have < most) {
            if (!read_at(block.memory.get() + (have - from), have, most)) {
                return read_failed(path_);
            }
            newline = find_newline(block, have - from, most - from);
            have = most;
        }
        char* memory = block.memory.get();
        const char* first =
            index == 0 ? memory : find_newline(block, start - 1 - from, have - from);
        block.end = newline != nullptr ? newline + 1 : memory + (have - from);
        block.begin = first == nullptr ? block.end : first + (index == 0 ? 0 : 1);
        block.begin = std::min(block.begin, block.end);
        if (first != nullptr && index > 0 && first >= memory + (stop - from)) {
            block.begin = block.end;  // no line begins here
        }
        block.before = static_cast<std::size_t>(block.begin - memory);
        block.offset = from + block.before;
        block.consumed = stop - start;
        std::memset(memory + (have - from), '\n', slack);
        return true;
    }

private:
    static const char* find_newline(const Block& block, std::uint64_t from, std::uint64_t to) {
        return static_cast<const char*>(
            std::memchr(block.memory.get() + from, '\n', static_cast<std::size_t>(to - from))
        );
    }

    bool read_at(char* into, std::uint64_t from, std::uint64_t to) {
        while (from < to) {
            const ssize_t count =
                pread(fd_, into, static_cast<std::size_t>(to - from), static_cast<off_t>(from));
            if (count < 0 && errno == EINTR) {
                continue;
            }
            if (count <= 0) {
                errno = count == 0 ? EIO : errno;  // it shrank while it was read
                return false;
            }
            into += count;
            from += static_cast<std::uint64_t>(count);
        }
        return true;
    }

    std::string path_;
    int fd_;
    std::uint64_t size_;
    std::atomic<std::size_t> next_{0};
};

/// What cannot be read at any place: a pipe, a packed file.
class StreamInput final : public Input {
public:
    StreamInput(std::unique_ptr<ByteStream> stream, std::uint64_t size)
        : stream_(std::move(stream)), size_(size) {}

    std::uint64_t total_bytes() const override { return size_; }

    Result<bool> next(Block& block, std::size_t& index) override {
        const std::scoped_lock lock(mutex_);
        index = index_++;
        block.make_room(look_back + carry_.size() + block_bytes + longest_tail + slack);
        char* memory = block.memory.get();
        std::memcpy(memory, before_.data(), before_.size());
        char* begin = memory + before_.size();
        std::memcpy(begin, carry_.data(), carry_.size());
        std::size_t size = carry_.size();
        carry_.clear();
        const std::size_t most = block_bytes + longest_tail;
        std::size_t whole = 0;
        while (size < block_bytes || (whole == 0 && size < most)) {
            const auto count = stream_->read(begin + size, most - size);
            if (!count) {
                return count.error();
            }
            if (*count == 0) {
                whole = size;
                break;
            }
            size += *count;
            whole = last_newline(begin, size);
        }
        if (whole == 0) {
            whole = size;  // one endless line: it is cut, and both halves are no lines
        }
        carry_.assign(begin + whole, size - whole);
        block.begin = begin;
        block.end = begin + whole;
        block.before = before_.size();
        block.offset = offset_;
        block.consumed = stream_->consumed() - consumed_;
        consumed_ = stream_->consumed();
        offset_ += whole;
        const std::size_t keep = std::min<std::size_t>(look_back, before_.size() + whole);
        before_.assign(block.end - keep, keep);
        std::memset(begin + whole, '\n', slack);
        return whole > 0;
    }

private:
    static std::size_t last_newline(const char* begin, std::size_t size) {
        const auto* found = static_cast<const char*>(memrchr(begin, '\n', size));
        return found == nullptr ? 0 : static_cast<std::size_t>(found + 1 - begin);
    }

    std::mutex mutex_;
    std::unique_ptr<ByteStream> stream_;
    std::uint64_t size_;
    std::uint64_t consumed_ = 0;
    std::uint64_t offset_ = 0;
    std::size_t index_ = 0;
    std::string carry_;
    std::string before_;
};

}  // namespace

Result<std::unique_ptr<Input>> open_single(const std::string& path) {
    struct stat info{};
    const bool known = path != "-" && stat(path.c_str(), &info) == 0;
    auto stream = open_stream(path);
    if (!stream) {
        return stream.error();
    }
    std::unique_ptr<Input> input;
    if (known && S_ISREG(info.st_mode) && (*stream)->is_plain()) {
        const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            return read_failed(path);
        }
        input = std::make_unique<FileInput>(path, fd, static_cast<std::uint64_t>(info.st_size));
    } else {
        const std::uint64_t size = known ? static_cast<std::uint64_t>(info.st_size) : 0;
        input = std::make_unique<StreamInput>(std::move(*stream), size);
    }
    return input;
}

}  // namespace fairgate::replay
