#pragma once

#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::importing::applying {

/// Who may read a file that is written.
enum class Readers { owner, group };

/// Several files replaced together: first all are written beside their places, then each takes its
/// place; what was there stays beside it as `.before`, and can be put back. A crash leaves each
/// file whole, the old one or the new one.
class FileSwap {
public:
    /// `uid` owns what only its owner may read (-1: as it is).
    explicit FileSwap(long uid) : uid_(uid) {}
    ~FileSwap();
    FileSwap(const FileSwap&) = delete;
    FileSwap& operator=(const FileSwap&) = delete;

    /// Writes beside its place. The folder is made if it is not there. FG-IMP-008.
    Result<void> prepare(const std::string& path, std::string_view text, Readers readers);
    /// Puts all in their places. FG-IMP-008; then none is.
    Result<void> put();

    std::vector<std::string> paths() const;
    /// Where the file is read until put(): beside its place when one was prepared, else its place.
    std::string readable(const std::string& path) const;

private:
    void take_back();

    struct File {
        std::string path;
        bool was_there = false;
        bool is_put = false;
    };

    std::vector<File> files_;
    long uid_ = -1;
};

/// The bytes of a file; nothing when there is none, or it cannot be read.
std::optional<std::string> bytes_of(const std::string& path);

}  // namespace fairgate::importing::applying
