#include "pki/authority.hpp"
#include "pki/errors.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace fairgate::pki {

namespace {

constexpr std::size_t most_bytes = 1U << 20U;

/// A descriptor that is closed when it goes.
struct Open {
    int fd;
    explicit Open(int opened) : fd(opened) {}
    ~Open() {
        if (fd >= 0) {
            ::close(fd);
        }
    }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
};

Error failed(const std::string& path) {
    return bad_file(path, std::generic_category().message(errno));
}

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t wrote = ::write(fd, text.data(), text.size());
        if (wrote < 0 && errno != EINTR) {
            return false;
        }
        text.remove_prefix(wrote < 0 ? 0 : static_cast<std::size_t>(wrote));
    }
    return ::fsync(fd) == 0;
}

}  // namespace

Result<std::string> read_private(const std::string& path) {
    const Open file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status{};
    if (file.fd < 0 || ::fstat(file.fd, &status) != 0) {
        return failed(path);
    }
    if ((status.st_mode & 077U) != 0) {
        return bad_file(path, "others than its owner may read it; chmod 600 " + path);
    }
    std::string text;
    while (text.size() <= most_bytes) {
        std::string part(4096, '\0');
        const ssize_t got = ::read(file.fd, part.data(), part.size());
        if (got < 0 && errno != EINTR) {
            return failed(path);
        }
        if (got == 0) {
            return text;
        }
        text.append(part, 0, got < 0 ? 0 : static_cast<std::size_t>(got));
    }
    return bad_file(path, "it is longer than 1 MiB");
}

Result<void> write_private(const std::string& path, std::string_view text) {
    const std::string beside = path + ".new";
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    {
        const Open file(
            ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)
        );
        if (file.fd < 0 || ::fchmod(file.fd, 0600) != 0 || !write_all(file.fd, text)) {
            return failed(beside);
        }
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) {
        return failed(path);
    }
    const Open parent(
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    );
    if (parent.fd < 0 || ::fsync(parent.fd) != 0) {
        return failed(path);
    }
    return {};
}

}  // namespace fairgate::pki
