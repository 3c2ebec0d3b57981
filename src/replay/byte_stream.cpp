#include "replay/byte_stream.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace fairgate::replay {

namespace {

Error cannot_read(const std::string& path, std::string cause) {
    return Error{
        .code = "FG-RPL-001",
        .what = "cannot read the log " + (path == "-" ? "on standard input" : "\"" + path + "\""),
        .where = path,
        .cause = std::move(cause),
        .state = "nothing was replayed",
        .next = "ls -l " + path
    };
}

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ > STDIN_FILENO) {
            close(fd_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

/// The file's own bytes. The first ones are looked at before anybody reads them.
class PlainStream final : public ByteStream {
public:
    PlainStream(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

    Result<std::size_t> read(char* into, std::size_t size) override {
        if (peeked_at_ < peeked_) {
            const std::size_t count = std::min(size, peeked_ - peeked_at_);
            std::memcpy(into, peek_.data() + peeked_at_, count);
            peeked_at_ += count;
            consumed_ += count;
            return count;
        }
        auto count = fill(into, size);
        if (count) {
            consumed_ += *count;
        }
        return count;
    }

    Result<std::string> peek() {
        while (peeked_ < peek_.size()) {
            const auto count = fill(peek_.data() + peeked_, peek_.size() - peeked_);
            if (!count) {
                return count.error();
            }
            if (*count == 0) {
                break;
            }
            peeked_ += *count;
        }
        return std::string(peek_.data(), peeked_);
    }

    std::uint64_t consumed() const override { return consumed_; }
    bool is_plain() const override { return true; }
    const std::string& path() const { return path_; }

private:
    Result<std::size_t> fill(char* into, std::size_t size) {
        for (;;) {
            const ssize_t count = ::read(fd_.get(), into, size);
            if (count >= 0) {
                return static_cast<std::size_t>(count);
            }
            if (errno != EINTR) {
                return cannot_read(path_, std::generic_category().message(errno));
            }
        }
    }

    std::string path_;
    Descriptor fd_;
    std::array<char, 4> peek_{};
    std::size_t peeked_ = 0;
    std::size_t peeked_at_ = 0;
    std::uint64_t consumed_ = 0;
};

/// What both unpackers share: a buffer of packed bytes.
class Packed {
public:
    explicit Packed(std::unique_ptr<PlainStream> file)
        : file_(std::move(file)), buffer_(64U << 10U) {}

    /// False at the end of the file.
    Result<bool> refill() {
        const auto count = file_->read(buffer_.data(), buffer_.size());
        if (!count) {
            return count.error();
        }
        size_ = *count;
        return size_ > 0;
    }
    char* data() { return buffer_.data(); }
    std::size_t size() const { return size_; }
    const std::string& path() const { return file_->path(); }
    std::uint64_t consumed() const { return file_->consumed(); }

private:
    std::unique_ptr<PlainStream> file_;
    std::vector<char> buffer_;
    std::size_t size_ = 0;
};

class GzipStream final : public ByteStream {
public:
    explicit GzipStream(std::unique_ptr<PlainStream> file) : packed_(std::move(file)) {
        inflateInit2(&state_, 15 + 32);  // any window, gzip or zlib header
    }
    ~GzipStream() override { inflateEnd(&state_); }
    GzipStream(const GzipStream&) = delete;
    GzipStream& operator=(const GzipStream&) = delete;

    Result<std::size_t> read(char* into, std::size_t size) override {
        state_.next_out = reinterpret_cast<Bytef*>(into);
        state_.avail_out = static_cast<uInt>(size);
        while (state_.avail_out == size) {
            if (state_.avail_in == 0) {
                const auto more = packed_.refill();
                if (!more) {
                    return more.error();
                }
                if (!*more) {
                    return between_members_ ? Result<std::size_t>(0) : cut_off();
                }
                state_.next_in = reinterpret_cast<Bytef*>(packed_.data());
                state_.avail_in = static_cast<uInt>(packed_.size());
            }
            if (between_members_) {
                inflateReset(&state_);
                between_members_ = false;
            }
            const int code = inflate(&state_, Z_NO_FLUSH);
            if (code == Z_STREAM_END) {
                between_members_ = true;  // rotated logs are often several members in a row
            } else if (code != Z_OK) {
                return cannot_read(packed_.path(), "the gzip data is damaged");
            }
        }
        return size - state_.avail_out;
    }
    std::uint64_t consumed() const override { return packed_.consumed(); }

private:
    Error cut_off() { return cannot_read(packed_.path(), "the gzip data ends too early"); }

    Packed packed_;
    z_stream state_{};
    bool between_members_ = false;
};

class ZstdStream final : public ByteStream {
public:
    explicit ZstdStream(std::unique_ptr<PlainStream> file)
        : packed_(std::move(file)), state_(ZSTD_createDStream(), ZSTD_freeDStream) {}

    Result<std::size_t> read(char* into, std::size_t size) override {
        ZSTD_outBuffer out{into, size, 0};
        while (out.pos == 0) {
            if (in_.pos == in_.size) {
                const auto more = packed_.refill();
                if (!more) {
                    return more.error();
                }
                if (!*more) {
                    if (pending_ == 0) {
                        return std::size_t{0};
                    }
                    return cannot_read(packed_.path(), "the zstd data ends too early");
                }
                in_ = {packed_.data(), packed_.size(), 0};
            }
            pending_ = ZSTD_decompressStream(state_.get(), &out, &in_);
            if (ZSTD_isError(pending_) != 0) {
                return cannot_read(packed_.path(), ZSTD_getErrorName(pending_));
            }
        }
        return out.pos;
    }
    std::uint64_t consumed() const override { return packed_.consumed(); }

private:
    Packed packed_;
    std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> state_;
    ZSTD_inBuffer in_{nullptr, 0, 0};
    std::size_t pending_ = 0;
};

}  // namespace

Result<std::unique_ptr<ByteStream>> open_stream(const std::string& path) {
    const int fd = path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return cannot_read(path, std::generic_category().message(errno));
    }
    auto plain = std::make_unique<PlainStream>(path, fd);
    const auto start = plain->peek();
    if (!start) {
        return start.error();
    }
    std::unique_ptr<ByteStream> stream;
    if (start->starts_with("\x1f\x8b")) {
        stream = std::make_unique<GzipStream>(std::move(plain));
    } else if (start->starts_with("\x28\xb5\x2f\xfd")) {
        stream = std::make_unique<ZstdStream>(std::move(plain));
    } else {
        stream = std::move(plain);
    }
    return stream;
}

}  // namespace fairgate::replay
