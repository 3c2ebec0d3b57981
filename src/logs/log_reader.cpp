#include "logs/log_reader.hpp"

#include <algorithm>

namespace fairgate::logs {

namespace {

/// Drops "ESC [ … letter" sequences and "DEBUG: " from the front.
std::string_view strip_debug(std::string_view line) {
    for (;;) {
        if (line.starts_with("\x1b[")) {
            const std::size_t letter = line.find_first_not_of("0123456789;", 2);
            if (letter == std::string_view::npos) {
                return line;
            }
            line.remove_prefix(letter + 1);
        } else if (line.starts_with("DEBUG: ")) {
            line.remove_prefix(7);
        } else {
            return line;
        }
    }
}

std::string_view strip_up_to(std::string_view line, std::string_view mark) {
    // Within the first 128 bytes only: further back it could be a client's.
    const std::size_t at = line.substr(0, 128).find(mark);
    return at == std::string_view::npos ? line : line.substr(at + mark.size());
}

}  // namespace

std::string_view strip(std::string_view line, Decoration decoration) {
    switch (decoration) {
        case Decoration::none:
            return line;
        case Decoration::compose:
            return strip_up_to(line, " | ");
        case Decoration::syslog:
            return strip_up_to(line, "]: ");
        case Decoration::debug:
            return strip_debug(line);
    }
    return line;
}

void LogReader::keep(std::string_view piece) {
    if (too_long_ || partial_.size() + piece.size() > line_limit) {
        too_long_ = true;
        partial_.clear();
        return;
    }
    partial_ += piece;
}

ReadLine LogReader::read(std::string_view raw) {
    ReadLine result;
    const bool tainted = taint_ > 0;
    taint_ -= std::min(taint_, raw.size() + 1);
    if (too_long_ || raw.size() > line_limit) {
        result.line.skip = Skip::too_long;
        taint_ = 0;  // what was cut is longer than the taint
        return result;
    }
    result.raw = raw;
    result.line = read_access_line(strip(raw, decoration_), rules_);
    if (tainted) {
        result.line.verdict = Verdict::skip;
        result.line.skip = Skip::tainted;
    }
    if (const auto from = forged_from(raw)) {
        result.forgery = true;
        const std::size_t behind = raw.size() + 1 - *from;
        taint_ = std::max(taint_, taint_length - std::min(taint_length, behind));
    }
    return result;
}

}  // namespace fairgate::logs
