#include "backends/marzban/directory.hpp"
#include "backends/panel/kept_line.hpp"

#include <utility>

// The directory as text and back. Which ids are a former user's is learned from the lines again.
namespace fairgate::backends::marzban {

std::string Directory::as_text() const {
    std::string text;
    for (const auto& [key, entry] : entries_) {
        panel::add_line(
            text,
            {"user",
             entry.name,
             statuses_.at(entry.status),
             owners_.at(entry.owner),
             std::to_string(static_cast<std::int64_t>(entry.made)),
             entry.note}
        );
    }
    return text;
}

void Directory::take_up(std::string_view text) {
    panel::each_line(text, [this](const std::vector<std::string>& fields) {
        if (fields.size() != 6 || fields[0] != "user") {
            return;
        }
        PanelUser user;
        user.username = fields[1];
        user.status = fields[2];
        user.admin.emplace().username = fields[3];
        user.note = fields[5];
        put(user);
        const std::int64_t made = panel::number_in(fields[4]).value_or(0);
        entries_[folded(user.username)].made = static_cast<std::size_t>(made);
    });
}

}  // namespace fairgate::backends::marzban
