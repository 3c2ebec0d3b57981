#include "backends/panel/kept_line.hpp"
#include "backends/pasarguard/directory.hpp"

#include <algorithm>

// The directory as text and back. Groups come first; then users, as they are put in.
namespace fairgate::backends::pasarguard {

namespace {

std::string text_of(const std::vector<std::int64_t>& ids) {
    std::string text;
    for (const std::int64_t id : ids) {
        text += (text.empty() ? "" : ",") + std::to_string(id);
    }
    return text;
}

std::vector<std::int64_t> ids_in(std::string_view text) {
    std::vector<std::int64_t> ids;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        if (const auto id = panel::number_in(text.substr(0, end))) {
            ids.push_back(*id);
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return ids;
}

}  // namespace

std::string Directory::as_text() const {
    std::string text;
    for (const auto& [id, name] : group_names_) {
        panel::add_line(text, {"group", std::to_string(id), name});
    }
    for (const auto& [id, entry] : entries_) {
        panel::add_line(
            text,
            {"user",
             std::to_string(id),
             entry.name,
             statuses_.at(entry.status),
             owners_.at(entry.owner),
             text_of(group_sets_.at(entry.groups)),
             std::to_string(entry.devices),
             entry.note}
        );
    }
    return text;
}

void Directory::take_up(std::string_view text) {
    panel::each_line(text, [this](const std::vector<std::string>& fields) {
        const auto id = fields.size() > 2 ? panel::number_in(fields[1]) : std::nullopt;
        if (!id) {
            return;
        }
        if (fields[0] == "group") {
            group_names_[*id] = fields[2];
        } else if (fields[0] == "user" && fields.size() == 8) {
            PanelUser user;
            user.id = *id;
            user.username = fields[2];
            user.status = fields[3];
            user.admin = PanelAdmin{0, fields[4]};
            user.group_ids = ids_in(fields[5]);
            user.hwid_limit = panel::number_in(fields[6]);
            user.note = fields[7];
            put(user);
        }
    });
}

}  // namespace fairgate::backends::pasarguard
