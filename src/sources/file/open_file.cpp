#include "sources/file/open_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace fairgate::sources::file {

FileFacts facts_of(const struct stat& status) {
    return {
        .id = {.device = status.st_dev, .inode = status.st_ino},
        .size = static_cast<std::uint64_t>(status.st_size),
        .changed_ns = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec,
    };
}

Error cannot_read(const std::string& path, int number) {
    return Error{
        .code = "FG-SRC-013",
        .what = "cannot read " + path,
        .cause = std::generic_category().message(number),
        .state = "lines already read are counted; reading goes on where it stopped",
    };
}

Error no_permission(const std::string& path, const std::string& access) {
    const std::string user = "u:" + std::to_string(geteuid()) + ":";
    const std::string folder = path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
    const std::string grant = "setfacl -m " + user + access + " " + path;
    // A core makes each new log with mode 0600 (Xray-core common/log), hence the default entry.
    const std::string keep = access == "r" ? " && setfacl -d -m " + user + "r " + folder : "";
    return Error{
        .code = "FG-SRC-012",
        .what = "no permission to read " + path,
        .cause = std::generic_category().message(EACCES),
        .state = "nothing of it is counted until it can be read",
        .next = grant + keep,
    };
}

Result<OpenFile> OpenFile::open(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    const int number = errno;
    if (fd < 0 && (number == ENOENT || number == ENOTDIR)) {
        return Error{.code = "FG-SRC-010", .what = path + " is not there"};
    }
    if (fd < 0) {
        return number == EACCES || number == EPERM ? no_permission(path, "r")
                                                   : cannot_read(path, number);
    }
    OpenFile file(fd, path);
    struct stat status{};
    if (fstat(fd, &status) == 0 && !S_ISREG(status.st_mode)) {
        return Error{
            .code = "FG-SRC-014",
            .what = path + " is not a regular file",
            .cause = "a pipe, socket or device has no position to go on from",
            .next = "let the core write to a file, or read the container's log instead",
        };
    }
    return file;
}

OpenFile::OpenFile(OpenFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(path_, other.path_);
    return *this;
}

OpenFile::~OpenFile() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

Result<FileFacts> OpenFile::facts() const {
    struct stat status{};
    if (fstat(fd_, &status) != 0) {
        return cannot_read(path_, errno);
    }
    return facts_of(status);
}

Result<std::size_t> OpenFile::read(std::uint64_t offset, std::span<char> into) const {
    std::size_t length = 0;
    while (length < into.size()) {
        const ssize_t got = pread(
            fd_, into.data() + length, into.size() - length, static_cast<off_t>(offset + length)
        );
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return cannot_read(path_, errno);
        }
        if (got == 0) {
            break;
        }
        length += static_cast<std::size_t>(got);
    }
    return length;
}

Result<std::string> OpenFile::head(std::size_t length) const {
    std::string bytes(std::min(length, head_limit), '\0');
    auto got = read(0, bytes);
    if (!got) {
        return got.error();
    }
    bytes.resize(*got);
    return bytes;
}

std::size_t agree(std::string_view head, std::string_view other) {
    const std::size_t length = std::min(head.size(), other.size());
    return head.substr(0, length) == other.substr(0, length) ? length : 0;
}

std::string hash_of(std::string_view head) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char each : head) {
        hash = (hash ^ static_cast<unsigned char>(each)) * 0x100000001b3U;
    }
    std::string text(16, '0');
    for (std::size_t i = text.size(); i-- > 0; hash >>= 4U) {
        text[i] = "0123456789abcdef"[hash & 15U];
    }
    return text;
}

}  // namespace fairgate::sources::file
