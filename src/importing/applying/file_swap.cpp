#include "importing/applying/file_swap.hpp"

#include "config/file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace fairgate::importing::applying {

namespace {

namespace fs = std::filesystem;

Error cannot_write(const std::string& path, const std::string& cause) {
    return {
        .code = "FG-IMP-008",
        .what = "an imported file cannot be written",
        .where = path,
        .cause = cause,
        .state = "Nothing was changed.",
        .next = "run it as root (sudo), or write elsewhere with --out DIR"
    };
}

Error failed(const std::string& path) {
    return cannot_write(path, std::generic_category().message(errno));
}

struct Descriptor {
    int fd;
    explicit Descriptor(int opened) : fd(opened) {}
    ~Descriptor() {
        if (fd >= 0) {
            ::close(fd);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
};

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

std::string beside(const std::string& path) { return path + ".new"; }
std::string before(const std::string& path) { return path + ".before"; }

/// A second name for the file, or a copy where the file system has no such thing.
bool keep(const std::string& path) {
    ::unlink(before(path).c_str());
    std::error_code error;
    return ::link(path.c_str(), before(path).c_str()) == 0 ||
           fs::copy_file(path, before(path), error);
}

bool sync_folder(const std::string& path) {
    const Descriptor folder(
        ::open(fs::path(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    );
    return folder.fd >= 0 && ::fsync(folder.fd) == 0;
}

/// As the folder says: who reads the configuration is its group.
bool give(int fd, const std::string& path, Readers readers, long uid) {
    struct stat folder{};
    if (::geteuid() != 0 || ::stat(fs::path(path).parent_path().c_str(), &folder) != 0) {
        return true;  // what is not root's to give stays
    }
    const auto owner =
        readers == Readers::owner && uid >= 0 ? static_cast<uid_t>(uid) : static_cast<uid_t>(-1);
    return ::fchown(fd, owner, folder.st_gid) == 0;
}

}  // namespace

FileSwap::~FileSwap() {
    std::error_code ignored;
    for (const File& file : files_) {
        if (!file.is_put) {
            fs::remove(beside(file.path), ignored);
        }
    }
}

Result<void> FileSwap::prepare(const std::string& path, std::string_view text, Readers readers) {
    std::error_code error;
    fs::create_directories(fs::path(path).parent_path(), error);
    if (error) {
        return cannot_write(path, error.message());
    }
    const mode_t mode = readers == Readers::owner ? 0600 : 0640;
    ::unlink(beside(path).c_str());
    const Descriptor file(
        ::open(beside(path).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    );
    if (file.fd < 0) {
        return failed(beside(path));
    }
    files_.push_back({path, fs::exists(path, error), false});
    const bool done = ::fchmod(file.fd, mode) == 0 && give(file.fd, path, readers, uid_) &&
                      write_all(file.fd, text);
    return done ? Result<void>() : Result<void>(failed(beside(path)));
}

Result<void> FileSwap::put() {
    for (File& file : files_) {
        if ((file.was_there && !keep(file.path)) ||
            ::rename(beside(file.path).c_str(), file.path.c_str()) != 0) {
            Error error = failed(file.path);
            take_back();
            return error;
        }
        file.is_put = true;
        sync_folder(file.path);
    }
    return {};
}

void FileSwap::take_back() {
    for (const File& file : files_) {
        if (!file.is_put) {
            continue;
        }
        if (file.was_there) {
            ::rename(before(file.path).c_str(), file.path.c_str());
        } else {
            ::unlink(file.path.c_str());
        }
        sync_folder(file.path);
    }
}

std::vector<std::string> FileSwap::paths() const {
    std::vector<std::string> all;
    for (const File& file : files_) {
        all.push_back(file.path);
    }
    return all;
}

std::string FileSwap::readable(const std::string& path) const {
    const bool prepared = std::ranges::any_of(files_, [&](const File& file) {
        return file.path == path && !file.is_put;
    });
    return prepared ? beside(path) : path;
}

std::optional<std::string> bytes_of(const std::string& path) {
    auto bytes = config::read_whole(path);
    return bytes ? std::optional(*std::move(bytes)) : std::nullopt;
}

}  // namespace fairgate::importing::applying
