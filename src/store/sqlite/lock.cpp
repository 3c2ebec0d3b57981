#include "store/sqlite/lock.hpp"

#include "store/errors.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>

namespace fairgate::store::sqlite {

namespace {

std::string holder_of(int descriptor) {
    std::array<char, 32> text{};
    const auto read = ::pread(descriptor, text.data(), text.size() - 1, 0);
    return read > 0 ? "process " + std::string(text.data(), static_cast<std::size_t>(read))
                    : "another process";
}

}  // namespace

Result<Lock> Lock::take(const std::filesystem::path& database) {
    const std::string path = database.string() + ".lock";
    Lock lock;
    lock.descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock.descriptor_ < 0) {
        const int failed = errno;
        return Error{
            .code = std::string(
                failed == EROFS    ? errors::read_only
                : failed == ENOSPC ? errors::disk_full
                                   : errors::cannot_open
            ),
            .what = "the database cannot be opened",
            .where = path,
            .cause = std::generic_category().message(failed),
            .next = "see that the directory exists and that fairgate may write to it"
        };
    }
    if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
        return Error{
            .code = std::string(errors::in_use),
            .what = "another Fairgate works on this database",
            .where = database.string(),
            .cause = holder_of(lock.descriptor_) + " holds " + path,
            .state = "nothing was changed",
            .next = "end it first: systemctl stop fairgate"
        };
    }
    const std::string self = std::to_string(::getpid());
    // Only a courtesy to whoever is refused; the lock itself does not depend on it.
    if (::ftruncate(lock.descriptor_, 0) != 0 ||
        ::pwrite(lock.descriptor_, self.data(), self.size(), 0) < 0) {
        errno = 0;
    }
    return lock;
}

Lock::~Lock() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

}  // namespace fairgate::store::sqlite
