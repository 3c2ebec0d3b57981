#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/stat.h>

namespace fairgate::sources::file {

/// Which file it is, whatever its name: what a rename keeps.
struct FileId {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;

    bool operator==(const FileId&) const = default;
};

/// What the file system tells of a file at one moment.
struct FileFacts {
    FileId id;
    std::uint64_t size = 0;
    std::int64_t changed_ns = 0;  ///< last write; steps of some milliseconds on most file systems
};

FileFacts facts_of(const struct stat& status);

/// How far into a file its identity goes: two log files whose first lines agree to the byte are
/// taken for one. The first line bears its time to the microsecond.
inline constexpr std::size_t head_limit = 256;
/// Below this, files that begin alike may have nothing to do with each other. Access lines are
/// longer, so of a shorter file no line was read and nothing can come twice.
inline constexpr std::size_t least_head = 32;

/// A regular file, open for reading.
class OpenFile {
public:
    /// FG-SRC-012 (no permission), -014 (no regular file), -013 (anything else). Not being there
    /// is `absent`, since a directory may change while it is looked at.
    static Result<OpenFile> open(const std::string& path);
    static bool is_absent(const Error& error) { return error.code == "FG-SRC-010"; }

    OpenFile(OpenFile&& other) noexcept;
    OpenFile& operator=(OpenFile&& other) noexcept;
    ~OpenFile();

    Result<FileFacts> facts() const;
    /// Reads up to `into.size()` bytes; fewer only at the end. 256 KiB take about 50 µs when the
    /// kernel has them, which it has of a log that is being written.
    Result<std::size_t> read(std::uint64_t offset, std::span<char> into) const;
    /// The first bytes, at most `length`.
    Result<std::string> head(std::size_t length) const;

    const std::string& path() const { return path_; }  ///< as it was opened

private:
    OpenFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

    int fd_ = -1;
    std::string path_;
};

/// How many bytes of two heads are the same, up to the end of the shorter one; 0 if they differ
/// before that.
std::size_t agree(std::string_view head, std::string_view other);

/// FNV-1a, 16 hexadecimal digits. A head is stored as its hash, because it is a line with
/// somebody's address in it.
std::string hash_of(std::string_view head);

/// FG-SRC-013 with errno's text.
Error cannot_read(const std::string& path, int number);
/// FG-SRC-012 with the command that gives the permission. `access` is "r" or "rx" (a directory).
Error no_permission(const std::string& path, const std::string& access);

}  // namespace fairgate::sources::file
