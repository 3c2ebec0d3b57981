#include "setup/files.hpp"

#include "setup/errors.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <grp.h>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace fairgate::setup {

namespace {

constexpr const char* service_group = "fairgate";

std::string why() { return std::generic_category().message(errno); }

std::optional<::gid_t> group_of_service() {
    std::array<char, 4096> buffer{};
    group entry{};
    group* found = nullptr;
    if (::geteuid() != 0 ||
        ::getgrnam_r(service_group, &entry, buffer.data(), buffer.size(), &found) != 0 ||
        found == nullptr) {
        return std::nullopt;
    }
    return entry.gr_gid;
}

/// Whom the new file belongs to. Not everywhere may that be changed; then the writer keeps it.
void hand_over(int descriptor, const std::string& path, Owner owner) {
    struct stat before{};
    ::mode_t mode = S_IRUSR | S_IWUSR;
    const auto give = [&](::uid_t user, ::gid_t group) {
        return ::fchown(descriptor, user, group) == 0;
    };
    if (::stat(path.c_str(), &before) == 0) {
        if (give(before.st_uid, before.st_gid)) {
            constexpr ::mode_t all = 0777;
            constexpr ::mode_t all_but_others = 0770;
            mode = before.st_mode & (owner == Owner::service ? all : all_but_others);
        }
    } else if (const auto group = group_of_service(); group && owner != Owner::alone) {
        if (give(0, *group)) {
            mode |= S_IRGRP;
        }
    }
    ::fchmod(descriptor, mode);
}

Result<void> make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    if (folder.empty() || std::filesystem::is_directory(folder, error)) {
        return {};
    }
    if (!std::filesystem::create_directories(folder, error) && error) {
        return errors::cannot_write(folder.string(), error.message());
    }
    constexpr ::mode_t owner_and_group = 0750;
    ::chmod(folder.c_str(), owner_and_group);
    if (const auto group = group_of_service()) {
        (void)::chown(folder.c_str(), 0, *group);
    }
    return {};
}

Result<void> write_all(int descriptor, const std::string& path, std::string_view text) {
    while (!text.empty()) {
        const ::ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0) {
            return errors::cannot_write(path, why());
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(descriptor) != 0) {
        return errors::cannot_write(path, why());
    }
    return {};
}

}  // namespace

Result<void> write_file(const std::string& path, std::string_view text, Owner owner) {
    // Through a link to what it leads to, so that the link stays one.
    std::error_code error;
    const std::string place = std::filesystem::is_symlink(path, error)
                                  ? std::filesystem::weakly_canonical(path, error).string()
                                  : path;
    if (auto made = make_folder(std::filesystem::path(place).parent_path()); !made) {
        return made;
    }
    std::string beside = place + ".XXXXXX";
    const int descriptor = ::mkostemp(beside.data(), O_CLOEXEC);  // mode 0600
    if (descriptor < 0) {
        return errors::cannot_write(place, why());
    }
    hand_over(descriptor, place, owner);
    Result<void> done = write_all(descriptor, place, text);
    ::close(descriptor);
    if (done && ::rename(beside.c_str(), place.c_str()) != 0) {
        done = errors::cannot_write(place, why());
    }
    if (!done) {
        ::unlink(beside.c_str());
    }
    return done;
}

Result<void> keep_copy(const std::string& path, const std::string& copy) {
    std::error_code error;
    std::filesystem::create_hard_link(std::filesystem::weakly_canonical(path, error), copy, error);
    if (!error) {
        return {};
    }
    // A file system without links.
    std::filesystem::copy_file(path, copy, error);
    if (error) {
        return errors::cannot_write(copy, error.message());
    }
    return {};
}

Result<void> may_write(const std::string& path) {
    std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::error_code error;
    while (!folder.empty() && folder != folder.root_path() &&
           !std::filesystem::exists(folder, error)) {
        folder = folder.parent_path();
    }
    if (folder.empty()) {
        folder = ".";
    }
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        return errors::not_allowed(folder.string(), why());
    }
    return {};
}

}  // namespace fairgate::setup
