#include "demo/folder.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace fairgate::demo {

namespace {

Error no_folder(std::string cause) {
    return {
        .code = "FG-DEMO-002",
        .what = "the demo's folder cannot be made",
        .where = folder_path(),
        .cause = std::move(cause),
        .state = "nothing was started",
        .next = "name another folder for temporary files: TMPDIR=/var/tmp fairgate demo"
    };
}

Error runs_already(pid_t process) {
    return {
        .code = "FG-DEMO-001",
        .what = "a demo of yours runs already, as process " + std::to_string(process),
        .where = folder_path(),
        .state = "that one goes on",
        .next = "fairgate demo stop"
    };
}

std::string errno_text() { return std::generic_category().message(errno); }

/// A folder of this user, that nobody else can look into and that is no link elsewhere.
Result<void> make_private(const std::string& path) {
    if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        return no_folder(errno_text());
    }
    struct stat found{};
    if (::lstat(path.c_str(), &found) != 0) {
        return no_folder(errno_text());
    }
    if (!S_ISDIR(found.st_mode) || found.st_uid != ::geteuid()) {
        return no_folder("it is there and not a folder of this user");
    }
    if (::chmod(path.c_str(), S_IRWXU) != 0) {
        return no_folder(errno_text());
    }
    return {};
}

std::string lock_path() { return folder_path() + "/lock"; }

struct flock whole_file() {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

void remove_all_but_the_lock(const std::string& path) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(path, ignored)) {
        if (entry.path().filename() != "lock") {
            std::filesystem::remove_all(entry.path(), ignored);
        }
    }
}

}  // namespace

std::string folder_path() {
    std::error_code none;
    const std::filesystem::path temporary = std::filesystem::temp_directory_path(none);
    return (temporary / ("fairgate-demo-" + std::to_string(::geteuid()))).string();
}

std::optional<pid_t> holder() {
    const int file = ::open(lock_path().c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        return std::nullopt;
    }
    struct flock lock = whole_file();
    const bool asked = ::fcntl(file, F_GETLK, &lock) == 0;
    ::close(file);
    return asked && lock.l_type != F_UNLCK ? std::optional(lock.l_pid) : std::nullopt;
}

Result<Folder> Folder::take() {
    const std::string path = folder_path();
    if (auto made = make_private(path); !made) {
        return made.error();
    }
    constexpr mode_t mine = S_IRUSR | S_IWUSR;
    const int file = ::open(lock_path().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mine);
    if (file < 0) {
        return no_folder(errno_text());
    }
    struct flock lock = whole_file();
    if (::fcntl(file, F_SETLK, &lock) != 0) {
        ::close(file);
        return runs_already(holder().value_or(0));
    }
    remove_all_but_the_lock(path);  // a demo that was killed
    return Folder(path, file);
}

Folder::Folder(Folder&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::exchange(other.lock_, -1)) {}

Folder::~Folder() {
    if (path_.empty()) {
        return;
    }
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
    ::close(lock_);
}

Result<std::string> Folder::write(std::string_view name, std::string_view text) const {
    std::string path = path_ + "/" + std::string(name);
    constexpr mode_t mine = S_IRUSR | S_IWUSR;
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mine);
    if (file < 0) {
        return no_folder(errno_text());
    }
    const ssize_t written = ::write(file, text.data(), text.size());
    const bool whole = std::cmp_equal(written, text.size());
    const std::string cause = written < 0 ? errno_text() : "the disk is full";
    ::close(file);
    return whole ? Result<std::string>(std::move(path)) : no_folder(cause);
}

}  // namespace fairgate::demo
