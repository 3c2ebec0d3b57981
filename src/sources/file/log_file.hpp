#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "sources/file/open_file.hpp"
#include "sources/file/tail_position.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fairgate::sources::file {

/// One log file being followed: gives whole lines as they are written, and notices when the file
/// was cut under its reader.
///
/// A file is cut when it is shorter than what was read of it, or when its first bytes are not
/// those that were read. Both are looked at after each read and before its bytes are believed, so
/// bytes written after the cut are never taken for the rest of a line from before it.
class LogFile {
public:
    enum class Look { nothing, lines, cut };

    /// From the beginning.
    explicit LogFile(OpenFile file, const FileFacts& facts) : LogFile(std::move(file), facts, {}) {}
    /// From a bookmark that begins_as() holds for.
    LogFile(OpenFile file, const FileFacts& facts, const Bookmark& mark);
    /// From the end, at the next line.
    static Result<LogFile> at_end(OpenFile file);

    /// Appends whole lines to `lines`, reading at most `limit` bytes. Of a line over 64 KiB it
    /// gives one byte more than that, so that its reader counts it as too long, and no rest.
    /// After `cut` nothing was appended and restart() is due.
    Result<Look> read(std::string& lines, std::size_t limit);
    /// Whether read() would find it cut. A file that cannot be looked at is not.
    bool is_cut();
    /// Begins anew at the first byte; gives the bookmark of what the file held before.
    Bookmark restart();

    Bookmark bookmark() const;
    /// Where in the file the first line stands that the last read() gave.
    std::uint64_t read_from() const { return read_from_; }
    /// Whether another file, whose first bytes these are, holds what this one holds or held before
    /// it was cut, as far as 256 bytes tell. At least `least` bytes must agree.
    bool begins_like(std::string_view other_head, std::size_t least) const;
    const OpenFile& file() const { return file_; }
    FileId id() const { return id_; }
    std::uint64_t behind() const { return size_ > read_to_ ? size_ - read_to_ : 0; }

    std::string name;    ///< in the directory; kept when it has none any more
    bool is_log = true;  ///< has the name that was asked for, and is not a rotated one
    TimePoint grew;      ///< when bytes last came

private:
    Result<bool> is_cut_after(std::size_t got);
    void accept(std::string_view bytes, std::string& lines);

    OpenFile file_;
    FileId id_;
    std::uint64_t size_ = 0;
    std::int64_t changed_ns_ = 0;
    std::uint64_t read_to_ = 0;
    std::uint64_t read_from_ = 0;
    std::string head_;     ///< the first bytes, as they were when they were read
    std::string partial_;  ///< read, and waiting for its newline
    bool skipping_ = false;
};

}  // namespace fairgate::sources::file
