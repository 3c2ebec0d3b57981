#include "sources/file/file_tail.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::sources::file {

namespace {

template <class List>
auto find_id(List& list, FileId id) {
    return std::find_if(list.begin(), list.end(), [&](const auto& each) {
        if constexpr (requires { each.id(); }) {
            return each.id() == id;
        } else {
            return each.id == id;
        }
    });
}

template <class List>
bool has_id(const List& list, FileId id) {
    return find_id(list, id) != list.end();
}

bool lists(const std::vector<DirectoryEntry>& entries, FileId id) {
    return std::any_of(entries.begin(), entries.end(), [&](const DirectoryEntry& each) {
        return each.facts.id == id;
    });
}

bool is_line_start(const OpenFile& file, std::uint64_t offset) {
    char before = '\n';
    return offset == 0 || (file.read(offset - 1, std::span(&before, 1)) && before == '\n');
}

/// Nothing of a file that cannot be read: it resembles no other.
std::string head_of(const OpenFile& file) {
    auto head = file.head(head_limit);
    return head ? *std::move(head) : std::string();
}

/// Read to its end and not to be read again unless it grows.
Bookmark done_bookmark(const OpenFile& file, const DirectoryEntry& entry) {
    const std::string head = head_of(file);
    return {
        .name = entry.name,
        .device = entry.facts.id.device,
        .inode = entry.facts.id.inode,
        .head = head.size(),
        .hash = hash_of(head),
        .offset = entry.facts.size,
        .skipping = !is_line_start(file, entry.facts.size),
        .done = true,
    };
}

}  // namespace

FileTail::FileTail(TailSettings settings, TimePoint now)
    : settings_(std::move(settings)), complete_(now) {
    if (auto position = parse_position(settings_.position)) {
        first_scan_ = false;
        complete_ = position->at;
        closed_ = std::move(position->files);
        lost_ = std::move(position->lost);
    }
}

Result<> FileTail::scan(TimePoint now) {
    auto entries = list_logs(settings_.pattern);
    if (!entries) {
        // Of a directory that comes later, all is new.
        first_scan_ = first_scan_ && entries.error().code != "FG-SRC-011";
        return entries.error();
    }
    error_.reset();
    log_exists_ = std::any_of(entries->begin(), entries->end(), [](const auto& entry) {
        return entry.is_log;
    });
    notice_cut();
    forget_gone(*entries);
    for (const DirectoryEntry& entry : *entries) {
        resume(entry, now);
    }
    Entries unknown;
    for (const DirectoryEntry& entry : *entries) {
        if (!is_known(entry.facts.id)) {
            unknown.push_back(entry);
        }
    }
    recover_lost(unknown, now);
    for (const DirectoryEntry& entry : unknown) {
        if (!is_known(entry.facts.id)) {
            adopt(entry, now);
        }
    }
    give_up_lost(now);
    first_scan_ = false;
    return {};
}

// Before names are compared: of a file that was cut, the copy looks like nothing we know.
void FileTail::notice_cut() {
    for (LogFile& file : open_) {
        if (file.is_cut()) {
            cut(file);
        }
    }
}

void FileTail::cut(LogFile& file) {
    lost_.push_back(file.restart());
    std::erase_if(copies_, [&](const Copy& copy) { return copy.of == file.id(); });
}

void FileTail::forget_gone(const Entries& found) {
    for (LogFile& file : open_) {
        file.is_log = false;  // until it is found under such a name
    }
    std::erase_if(closed_, [&](const Bookmark& mark) {
        const bool gone = !lists(found, mark.id());
        if (gone && !mark.done) {
            lost_.push_back(mark);
        }
        return gone;
    });
    std::erase_if(copies_, [&](const Copy& copy) { return !lists(found, copy.id); });
    std::erase_if(unsettled_, [&](const Unsettled& each) { return !lists(found, each.id); });
}

void FileTail::resume(const DirectoryEntry& entry, TimePoint now) {
    if (const auto file = find_id(open_, entry.facts.id); file != open_.end()) {
        file->name = entry.name;
        file->is_log = entry.is_log;
        return;
    }
    if (const auto mark = find_id(closed_, entry.facts.id); mark != closed_.end()) {
        if (mark->offset == 0 && mark->head == 0 && entry.facts.size > 0) {
            // All that is known of it is an inode, which another file may have by now.
            closed_.erase(mark);
            return;
        }
        mark->name = entry.name;
        if (!mark->done || mark->offset != entry.facts.size) {
            resume_closed(*mark, entry, now);
        }
        return;
    }
    review_copy(entry);
}

void FileTail::resume_closed(Bookmark mark, const DirectoryEntry& entry, TimePoint now) {
    auto file = open(entry);
    auto facts = file ? file->facts() : Result<FileFacts>(Error{});
    if (!facts || facts->id != mark.id()) {
        return;  // the next scan looks again
    }
    closed_.erase(find_id(closed_, mark.id()));
    if (facts->size < mark.offset || !begins_as(*file, mark)) {
        if (!mark.done) {
            lost_.push_back(std::move(mark));
        }
        return;
    }
    if (mark.head == 0) {
        mark.skipping = !is_line_start(*file, mark.offset);  // it could not be looked at before
    }
    follow(entry, LogFile(*std::move(file), *facts, mark), now);
}

// Compares anew each time: one that grew may prove to be no copy, and one whose original is gone
// stands for itself.
void FileTail::review_copy(const DirectoryEntry& entry) {
    const auto copy = find_id(copies_, entry.facts.id);
    if (copy == copies_.end()) {
        return;
    }
    const auto file = open(entry);
    if (file && !has_id(open_, copy->of) && !has_id(closed_, copy->of)) {
        closed_.push_back(done_bookmark(*file, entry));
        copies_.erase(copy);
    } else if (file && !as_copy(*file, entry)) {
        copies_.erase(copy);
    }
}

// copytruncate: what a lost bookmark speaks of goes on in the longest file that begins like it.
void FileTail::recover_lost(const Entries& unknown, TimePoint now) {
    std::erase_if(lost_, [&](const Bookmark& lost) {
        std::optional<OpenFile> best;
        const DirectoryEntry* where = nullptr;
        for (const DirectoryEntry& entry : unknown) {
            const bool longer = where == nullptr || entry.facts.size > where->facts.size;
            if (lost.head < least_head || !longer || is_known(entry.facts.id)) {
                continue;
            }
            auto file = open(entry);
            if (file && begins_as(*file, lost)) {
                best = std::move(file);
                where = &entry;
            }
        }
        if (where == nullptr) {
            return false;
        }
        auto facts = best->facts();
        if (facts && facts->size > lost.offset) {
            follow(*where, LogFile(*std::move(best), *facts, lost), now);
        } else {
            closed_.push_back(done_bookmark(*best, *where));
        }
        return where->facts.size >= lost.offset;
    });
}

void FileTail::adopt(const DirectoryEntry& entry, TimePoint now) {
    auto file = open(entry);
    if (first_scan_ && settings_.start == StartAt::end) {
        return adopt_first(entry, std::move(file), now);
    }
    auto facts = file ? file->facts() : Result<FileFacts>(Error{});
    if (!facts || facts->id != entry.facts.id) {
        return;
    }
    if (auto copy = as_copy(*file, entry)) {
        if (entry.is_log) {
            // Somebody put a copy into place: only what comes behind the copied part is new.
            follow(entry, LogFile(*std::move(file), *facts, Bookmark{.offset = copy->common}), now);
        } else {
            copies_.push_back(*copy);
        }
        return;
    }
    if (entry.is_log || !may_grow_into_copy(entry, now)) {
        follow(entry, LogFile(*std::move(file), *facts), now);
    }
}

void FileTail::adopt_first(
    const DirectoryEntry& entry, std::optional<OpenFile> file, TimePoint now
) {
    if (!file) {
        // Not readable yet; when it is, go on from where it was now.
        closed_.push_back(
            {.name = entry.name,
             .device = entry.facts.id.device,
             .inode = entry.facts.id.inode,
             .hash = hash_of(""),
             .offset = entry.facts.size}
        );
    } else if (!entry.is_log) {
        closed_.push_back(done_bookmark(*file, entry));
    } else if (auto log = LogFile::at_end(*std::move(file))) {
        follow(entry, *std::move(log), now);
    }
}

void FileTail::follow(const DirectoryEntry& entry, LogFile file, TimePoint now) {
    file.name = entry.name;
    file.is_log = entry.is_log;
    file.grew = now;
    std::erase_if(unsettled_, [&](const Unsettled& each) { return each.id == entry.facts.id; });
    open_.push_back(std::move(file));
}

void FileTail::give_up_lost(TimePoint now) {
    if (!lost_.empty() && unsettled_.empty()) {
        gap_ = Gap{.reason = GapReason::lost, .since = complete_, .until = now};
        lost_.clear();
    }
}

bool FileTail::is_known(FileId id) const {
    return has_id(open_, id) || has_id(closed_, id) || has_id(copies_, id);
}

// Of a log, all 256 bytes must agree: it may have just begun, and one byte is soon the same.
std::optional<FileTail::Copy> FileTail::as_copy(const OpenFile& file, const DirectoryEntry& entry)
    const {
    const std::size_t least = entry.is_log ? head_limit : least_head;
    const std::string head = head_of(file);
    const auto copy_of = [&](FileId original, const OpenFile& other) {
        const auto facts = other.facts();
        const std::uint64_t size = facts ? facts->size : 0;
        return Copy{
            .id = entry.facts.id, .of = original, .common = std::min(size, entry.facts.size)
        };
    };
    for (const LogFile& each : open_) {
        if (each.begins_like(head, least)) {
            return copy_of(each.id(), each.file());
        }
    }
    for (const Bookmark& each : closed_) {
        const auto other = OpenFile::open(path_of(each.name));
        const auto facts = other ? other->facts() : Result<FileFacts>(Error{});
        if (facts && facts->id == each.id() && agree(head_of(*other), head) >= least) {
            return copy_of(each.id(), *other);
        }
    }
    return std::nullopt;
}

bool FileTail::may_grow_into_copy(const DirectoryEntry& entry, TimePoint now) {
    if (entry.facts.size == 0) {
        return true;  // and has nothing to read
    }
    const bool shorter = std::any_of(lost_.begin(), lost_.end(), [&](const Bookmark& lost) {
        return lost.head > entry.facts.size;
    });
    if (!shorter) {
        return false;
    }
    const auto known = find_id(unsettled_, entry.facts.id);
    if (known == unsettled_.end()) {
        unsettled_.push_back({.id = entry.facts.id, .since = now});
        return true;
    }
    return now - known->since < settings_.copying;
}

std::optional<OpenFile> FileTail::open(const DirectoryEntry& entry) {
    auto file = OpenFile::open(path_of(entry.name));
    if (file) {
        return *std::move(file);
    }
    if (!OpenFile::is_absent(file.error())) {
        error_ = file.error();
    }
    return std::nullopt;
}

std::string FileTail::path_of(const std::string& name) const {
    return settings_.pattern.directory() + "/" + name;
}

}  // namespace fairgate::sources::file
