#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace fairgate::backends::marzban {

/// Leaves out lines that were there before. A panel's own core shows its last 100 lines to whoever
/// connects, and the panel's link to a node brings a node's last 100 again each time it is made
/// anew (Marzban v0.8.4 app/xray/core.py, node.py). A line is a repetition if it is not newer than
/// the newest seen and stands among the last 1 000; what only looks old (a clock that was set back,
/// lines that came while nobody read) is new. Remembers the lines of one core; about 50 kB.
class ReplayFilter {
public:
    /// Whether the line, without its '\n', comes for the first time.
    bool is_new(std::string_view line);
    std::size_t repeated() const { return repeated_; }

private:
    std::string newest_;  ///< time as it is written, which sorts as it passes
    std::deque<std::size_t> last_;
    std::unordered_map<std::size_t, int> counts_;
    std::size_t repeated_ = 0;
};

}  // namespace fairgate::backends::marzban
