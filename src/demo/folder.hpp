#pragma once

#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace fairgate::demo {

/// The one folder that a user's demo lives in: "/tmp/fairgate-demo-1000". Always the same one, so
/// that the words on the screen stay true, and so that what a killed demo left is found again.
class Folder {
public:
    /// Takes it, empty and readable for this user only, and holds it locked. FG-DEMO-001 while
    /// another demo of this user runs, FG-DEMO-002 when it cannot be made or is somebody else's.
    static Result<Folder> take();
    ~Folder();
    Folder(Folder&& other) noexcept;
    Folder& operator=(Folder&&) = delete;

    const std::string& path() const { return path_; }
    std::string socket() const { return path_ + "/api.sock"; }
    /// Writes a file of this user only.
    Result<std::string> write(std::string_view name, std::string_view text) const;

private:
    Folder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

    std::string path_;  ///< empty: moved away
    int lock_;
};

std::string folder_path();
/// The process that holds it, if there is one.
std::optional<pid_t> holder();

}  // namespace fairgate::demo
