#include "sources/file/file_tail.hpp"

#include <algorithm>
#include <utility>

// The reading half of FileTail; the half that looks at names is file_tail.cpp.

namespace fairgate::sources::file {

Result<TailRead> FileTail::read(std::size_t limit, TimePoint now) {
    TailRead result;
    // A cut file is read again from its start, once what it held before has been looked for.
    for (int round = 0; round < 3; ++round) {
        if (!read_all(limit, now, result)) {
            break;
        }
        if (auto scanned = scan(now); !scanned) {
            error_ = scanned.error();
            break;
        }
    }
    release_left(now);
    for (const LogFile& file : open_) {
        result.behind += file.behind();
    }
    if (result.behind == 0) {
        complete_ = now;
    }
    result.gap = std::exchange(gap_, std::nullopt);
    if (result.lines.empty() && !result.gap) {
        if (auto error = due_error(now)) {
            return *std::move(error);
        }
    }
    return result;
}

/// True when a file was cut, so that the directory must be looked at.
bool FileTail::read_all(std::size_t limit, TimePoint now, TailRead& result) {
    bool any_cut = false;
    std::vector<FileId> broken;
    for (const std::size_t i : reading_order()) {
        if (result.lines.size() >= limit) {
            ++turn_;
            break;
        }
        LogFile& file = open_[i];
        const std::size_t before = result.lines.size();
        auto look = file.read(result.lines, limit - before);
        if (!look) {
            error_ = look.error();
            broken.push_back(file.id());
        } else if (*look == LogFile::Look::lines) {
            file.grew = now;
            result.stretches.push_back({before, file.name, file.read_from()});
        } else if (*look == LogFile::Look::cut) {
            any_cut = true;
            cut(file);
        }
    }
    std::erase_if(open_, [&](const LogFile& file) {
        const bool is_broken = std::find(broken.begin(), broken.end(), file.id()) != broken.end();
        if (is_broken) {
            closed_.push_back(file.bookmark());  // the next scan opens it again
        }
        return is_broken;
    });
    return any_cut;
}

/// Rotated files first, to the end: their lines are older. Logs take turns, so that a busy one
/// does not keep another from being read.
std::vector<std::size_t> FileTail::reading_order() const {
    std::vector<std::size_t> rotated;
    std::vector<std::size_t> logs;
    for (std::size_t i = 0; i < open_.size(); ++i) {
        (open_[i].is_log ? logs : rotated).push_back(i);
    }
    if (!logs.empty()) {
        const auto first = static_cast<std::ptrdiff_t>(turn_ % logs.size());
        std::rotate(logs.begin(), logs.begin() + first, logs.end());
    }
    rotated.insert(rotated.end(), logs.begin(), logs.end());
    return rotated;
}

void FileTail::release_left(TimePoint now) {
    std::erase_if(open_, [&](const LogFile& file) {
        if (file.is_log || file.behind() > 0 || now - file.grew < settings_.linger) {
            return false;
        }
        Bookmark mark = file.bookmark();
        const auto facts = file.file().facts();
        if (facts && facts->size > mark.offset) {
            mark.offset = facts->size;  // half a line, and nobody will write the rest
            mark.skipping = true;
        }
        mark.done = true;
        closed_.push_back(std::move(mark));
        return true;
    });
}

std::optional<Error> FileTail::due_error(TimePoint now) {
    if (error_ && (open_.empty() || now - told_ >= std::chrono::minutes(1))) {
        told_ = now;
        return error_;
    }
    if (open_.empty() && !log_exists_) {
        return Error{
            .code = "FG-SRC-010",
            .what = "there is no " + settings_.pattern.text() + " yet",
            .state = "it is read from its first line as soon as it is there",
            .next = "check the path, and log.access in the core's configuration",
        };
    }
    return std::nullopt;
}

std::string FileTail::position() const {
    TailPosition position{.at = complete_, .files = {}, .lost = lost_};
    for (const LogFile& file : open_) {
        position.files.push_back(file.bookmark());
    }
    position.files.insert(position.files.end(), closed_.begin(), closed_.end());
    return to_text(position);
}

bool FileTail::is_read(std::string_view name) const {
    return std::any_of(open_.begin(), open_.end(), [&](const LogFile& file) {
        return file.name == name;
    });
}

}  // namespace fairgate::sources::file
