#pragma once

#include "logs/access_line.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fairgate::logs {

/// What stands before the core's own text on each line of a source. Configured, never guessed:
/// a guess could be steered by what a client sent.
enum class Decoration : std::uint8_t {
    none,
    compose,  ///< "xray-1  | "
    syslog,   ///< anything up to "name[pid]: "
    debug,    ///< "DEBUG: ", coloured or not (Marzban-node logger.py)
};

/// The core's part of a decorated line; the whole line where the decoration is missing.
std::string_view strip(std::string_view line, Decoration decoration);

/// A line with what surrounds it.
struct ReadLine {
    AccessLine line;
    std::string_view raw;  ///< without its newline; empty if it was too long
    bool forgery = false;  ///< it holds a client's bytes: what follows is tainted; name its source
};

/// Turns the bytes of a log, cut anywhere, into lines that were read. Keeps the half line at the
/// end of a piece, drops lines over 64 KiB up to their newline, and distrusts what follows text
/// that a client may have forged. One reader per stream; allocates only for a line cut in two.
class LogReader {
public:
    explicit LogReader(LineRules rules = {}, Decoration decoration = Decoration::none)
        : rules_(std::move(rules)), decoration_(decoration) {}

    /// Calls `take(const ReadLine&)` for each line that ended in `bytes`.
    template <class Take>
    void feed(std::string_view bytes, Take&& take) {
        while (!bytes.empty()) {
            const std::size_t end = bytes.find('\n');
            if (end == std::string_view::npos) {
                keep(bytes);
                return;
            }
            const std::string_view piece = bytes.substr(0, end);
            if (partial_.empty() && !too_long_) {
                take(read(piece));
            } else {
                keep(piece);
                take(read(partial_));
                partial_.clear();
                too_long_ = false;
            }
            bytes.remove_prefix(end + 1);
        }
    }

    /// Reads what stands behind the last newline, at the end of a file that will not grow.
    template <class Take>
    void finish(Take&& take) {
        if (!partial_.empty() || too_long_) {
            take(read(partial_));
            forget();
        }
    }

    /// The stream was cut: what follows is the start of a line.
    void forget() {
        partial_.clear();
        too_long_ = false;
    }

    const LineRules& rules() const { return rules_; }

    /// Xray's longest own lines are under 2 KiB; only a URL logged by an HTTP inbound is longer.
    static constexpr std::size_t line_limit = 64U << 10U;

private:
    void keep(std::string_view piece);
    ReadLine read(std::string_view raw);

    LineRules rules_;
    Decoration decoration_;
    std::string partial_;
    bool too_long_ = false;
    std::size_t taint_ = 0;  ///< bytes of the stream still to be distrusted
};

}  // namespace fairgate::logs
