#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "sources/file/directory_list.hpp"
#include "sources/file/log_file.hpp"
#include "sources/file/log_pattern.hpp"
#include "sources/file/tail_position.hpp"
#include "sources/source.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Follows the logs of one directory through everything that is done to logs.
//
// Names say little: a rotated log gets a new name and Xray goes on writing to it for minutes, until
// it is told or idle (Xray-core common/log/logger.go); `copytruncate` leaves the name and takes the
// content away. So files are known by device, inode and their first bytes, and each has a bookmark
// of how far it was read. A scan of the directory compares:
//
//   a file with a bookmark, whatever its name     go on from the bookmark
//   a file without, at the very first scan        from its end (what happened before is past)
//   a file without, that begins as a lost one     it is the copy that copytruncate made: go on in
//   it a file without, that begins as one that is    a copy somebody made; read only if the
//   original still there                                   is cut later any other file without
//   written while we were not looking: all of it a bookmark without a file lost: a gap
//
// Hence nothing is lost or doubled over renames, restarts of ours, and both at once. What
// `copytruncate` loses: the bytes written between the end of its copy and its truncation, which
// nobody has; and where the copy is compressed or gone before we look, also those between our last
// read and the truncation (under 0.2 s while we run). A log that is emptied without a copy
// (`> access.log`, 3x-ui) loses those as well. Each such loss is told as a gap.

namespace fairgate::sources::file {

enum class StartAt { end, beginning };

struct TailSettings {
    LogPattern pattern;
    StartAt start = StartAt::end;  ///< for the files found by the very first scan
    std::string position = {};     ///< of an earlier run; "" for the very first
    /// A rotated file that did not grow for so long has been left by its writer: Xray closes an
    /// idle log after one to two minutes.
    Duration linger = std::chrono::minutes(5);
    /// A file that is shorter than its original may be a copy that is still being made.
    Duration copying = std::chrono::seconds(2);
};

struct TailRead {
    std::string lines;         ///< whole lines; empty: there are none now
    std::uint64_t behind = 0;  ///< bytes that wait in the files that are open
    std::optional<Gap> gap;
    std::vector<Stretch> stretches;  ///< where the lines stand
};

/// Synchronous: each call looks at the files once and returns. Never waits for a writer.
class FileTail {
public:
    FileTail(TailSettings settings, TimePoint now);

    /// Compares the directory with the bookmarks. To be called when names in it changed, when a
    /// file changed that is not read yet, and about once a second otherwise.
    Result<> scan(TimePoint now);
    /// Reads up to about `limit` bytes, rotated files first.
    Result<TailRead> read(std::size_t limit, TimePoint now);

    std::string position() const;
    bool is_read(std::string_view name) const;  ///< a change of that file needs no scan

private:
    using Entries = std::vector<DirectoryEntry>;
    struct Copy {
        FileId id;
        FileId of;
        std::uint64_t common;  ///< the length of the shorter one
    };
    struct Unsettled {
        FileId id;
        TimePoint since;
    };

    void notice_cut();
    void forget_gone(const Entries& found);
    void resume(const DirectoryEntry& entry, TimePoint now);
    void resume_closed(Bookmark mark, const DirectoryEntry& entry, TimePoint now);
    void review_copy(const DirectoryEntry& entry);
    void recover_lost(const Entries& unknown, TimePoint now);
    void adopt(const DirectoryEntry& entry, TimePoint now);
    void adopt_first(const DirectoryEntry& entry, std::optional<OpenFile> file, TimePoint now);
    void follow(const DirectoryEntry& entry, LogFile file, TimePoint now);
    void give_up_lost(TimePoint now);

    void cut(LogFile& file);
    bool is_known(FileId id) const;
    std::optional<Copy> as_copy(const OpenFile& file, const DirectoryEntry& entry) const;
    bool may_grow_into_copy(const DirectoryEntry& entry, TimePoint now);
    std::optional<OpenFile> open(const DirectoryEntry& entry);
    std::string path_of(const std::string& name) const;

    std::vector<std::size_t> reading_order() const;
    bool read_all(std::size_t limit, TimePoint now, TailRead& result);
    void release_left(TimePoint now);
    std::optional<Error> due_error(TimePoint now);

    TailSettings settings_;
    bool first_scan_ = true;
    TimePoint complete_;  ///< when everything there was had been read
    std::vector<LogFile> open_;
    std::vector<Bookmark> closed_;  ///< of files that are there and not read
    std::vector<Bookmark> lost_;    ///< of what is no longer where it was
    std::vector<Copy> copies_;
    std::vector<Unsettled> unsettled_;
    bool log_exists_ = false;
    std::size_t turn_ = 0;  ///< whose turn it is among the logs that are written at the same time
    std::optional<Gap> gap_;
    std::optional<Error> error_;  ///< of a file that cannot be read
    TimePoint told_{};            ///< when it was last returned
};

}  // namespace fairgate::sources::file
