#include "sources/file/log_file.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::sources::file {

namespace {

constexpr std::size_t line_limit = 64U << 10U;  // as logs::LogReader::line_limit

}  // namespace

LogFile::LogFile(OpenFile file, const FileFacts& facts, const Bookmark& mark)
    : file_(std::move(file)),
      id_(facts.id),
      size_(facts.size),
      read_to_(mark.offset),
      skipping_(mark.skipping) {
    if (auto head = file_.head(static_cast<std::size_t>(mark.head))) {
        head_ = *std::move(head);
    }
}

Result<LogFile> LogFile::at_end(OpenFile file) {
    auto facts = file.facts();
    if (!facts) {
        return facts.error();
    }
    Bookmark mark{.head = std::min<std::uint64_t>(facts->size, head_limit), .offset = facts->size};
    char last = '\n';
    if (facts->size > 0) {
        if (auto got = file.read(facts->size - 1, std::span(&last, 1)); !got) {
            return got.error();
        }
    }
    mark.skipping = last != '\n';
    return LogFile(std::move(file), *facts, mark);
}

Result<LogFile::Look> LogFile::read(std::string& lines, std::size_t limit) {
    auto facts = file_.facts();
    if (!facts) {
        return facts.error();
    }
    const std::uint64_t waiting = facts->size > read_to_ ? facts->size - read_to_ : 0;
    std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(limit, waiting)), '\0');
    auto got = file_.read(read_to_, bytes);
    if (!got) {
        return got.error();
    }
    auto cut = is_cut_after(*got);
    if (!cut) {
        return cut.error();
    }
    if (*cut) {
        return Look::cut;
    }
    const std::size_t before = lines.size();
    accept(std::string_view(bytes).substr(0, *got), lines);
    return lines.size() > before ? Look::lines : Look::nothing;
}

Result<bool> LogFile::is_cut_after(std::size_t got) {
    auto facts = file_.facts();
    if (!facts) {
        return facts.error();
    }
    size_ = facts->size;
    if (facts->size < read_to_ + got) {
        return true;
    }
    if (got == 0 && facts->changed_ns == changed_ns_) {
        return false;
    }
    auto head = file_.head(head_.size());
    if (!head) {
        return head.error();
    }
    changed_ns_ = facts->changed_ns;
    return *head != head_;
}

bool LogFile::is_cut() {
    const auto cut = is_cut_after(0);
    return cut && *cut;
}

bool LogFile::begins_like(std::string_view other_head, std::size_t least) const {
    const auto now = file_.head(head_limit);
    const bool cut = !now || !now->starts_with(head_);
    const std::string_view mine = cut ? head_ : *now;
    return agree(mine, other_head) >= least;
}

void LogFile::accept(std::string_view bytes, std::string& lines) {
    if (head_.size() < head_limit && read_to_ <= head_.size() &&
        head_.size() < read_to_ + bytes.size()) {
        const std::size_t known = head_.size() - static_cast<std::size_t>(read_to_);
        head_ += bytes.substr(known, head_limit - head_.size());
    }
    read_to_ += bytes.size();
    if (skipping_) {
        const std::size_t end = bytes.find('\n');
        if (end == std::string_view::npos) {
            return;
        }
        bytes.remove_prefix(end + 1);
        skipping_ = false;
    }
    read_from_ = read_to_ - bytes.size() - partial_.size();
    const std::size_t last = bytes.rfind('\n');
    if (last != std::string_view::npos) {
        lines += partial_;
        lines += bytes.substr(0, last + 1);
        partial_.clear();
        bytes.remove_prefix(last + 1);
    }
    partial_ += bytes;
    if (partial_.size() > line_limit) {
        lines += std::string_view(partial_).substr(0, line_limit + 1);
        lines += '\n';
        partial_.clear();
        skipping_ = true;
    }
}

Bookmark LogFile::restart() {
    Bookmark before = bookmark();
    read_to_ = 0;
    head_.clear();
    partial_.clear();
    skipping_ = false;
    return before;
}

Bookmark LogFile::bookmark() const {
    return {
        .name = name,
        .device = id_.device,
        .inode = id_.inode,
        .head = head_.size(),
        .hash = hash_of(head_),
        .offset = read_to_ - partial_.size(),
        .skipping = skipping_,
        .done = false,
    };
}

}  // namespace fairgate::sources::file
