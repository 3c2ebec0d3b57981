#include "config/load.hpp"
#include "importing/draft.hpp"
#include "importing/errors.hpp"
#include "importing/render.hpp"

#include <algorithm>

// The panel, and the whole.
namespace fairgate::importing {

namespace {

constexpr std::string_view only_here = "main";

/// Whether this program has a backend of this type.
bool is_known(const std::string& type) {
    const config::Row* row = config::row_of("backend[].type");
    return row != nullptr &&
           std::ranges::find(row->binding.choices, type) != row->binding.choices.end();
}

/// The name for a panel at this URL: the one it has already, or one that is free.
std::string backend_name(
    const std::map<std::string, std::string>& taken, const std::string& url, Peer peer
) {
    for (const auto& [name, its_url] : taken) {
        if (its_url == url) {
            return name;
        }
    }
    return taken.contains(std::string(only_here)) ? std::string(name_of(peer))
                                                  : std::string(only_here);
}

/// Why a backend cannot have this setting, or "".
std::string refusal_of(const std::string& key, const config::Raw& value) {
    const auto read =
        config::load_text("import", "[[backend]]\n" + key + " = " + config::to_toml(value) + "\n");
    for (const Error& fault : read.faults) {
        if (fault.where.starts_with("import:2")) {
            return fault.what;
        }
    }
    return "";
}

}  // namespace

void Draft::panel_url(const Said& said, std::string url) {
    panel_setting(said, "", "url", raw(std::move(url)));
}

void Draft::panel_username(const Said& said) {
    if (auto name = text(said)) {
        panel_setting(said, "", "username", raw(*std::move(name)));
    }
}

void Draft::panel_password(const Said& said) {
    if (!is_unset(said.value) && text(said)) {
        panel_.password = said;
    }
}

void Draft::panel_setting(
    const Said& said,
    std::string_view unit,
    std::string_view key,
    config::Raw value,
    std::string note
) {
    const std::string name(key);
    if (const std::string refusal = refusal_of(name, value); !refusal.empty()) {
        leave_out(said, LeftOutBecause::unusable, "backend." + name + ": " + refusal);
        return;
    }
    const auto before = panel_.values.find(name);
    if (before != panel_.values.end() && before->second.said.value != said.value) {
        leave_out(before->second.said, LeftOutBecause::outdone, said.where + " is stronger");
    }
    panel_.values[name] = {said, std::string(unit), std::move(value), std::move(note)};
}

void Draft::leave_panel_out(const std::string& why) {
    for (const auto& [key, value] : panel_.values) {
        leave_out(value.said, LeftOutBecause::no_counterpart, why);
    }
    if (panel_.password) {
        leave_out_secret(*panel_.password, why);
    }
}

void Draft::finish_panel() {
    const auto url = panel_.values.find("url");
    if (url == panel_.values.end()) {
        leave_panel_out("no address of a panel was found, so there is nothing to log in to");
        return;
    }
    const std::string address = std::get<std::string>(url->second.value.value);
    const std::string name = backend_name(around_.backends, address, plan_.peer);
    const auto there = around_.backends.find(name);
    const bool is_this = there != around_.backends.end() && there->second == address;
    if (is_this && around_.kept.contains(name)) {
        plan_.backend = name;
        plan_.backend_type = panel_.type;
        leave_panel_out("this panel is configured here already, as " + name + "; that stays");
        return;
    }
    if (!panel_.password) {
        leave_panel_out("no password for it was found, and without one nobody can log in");
        advise(
            "import the file that holds the panel's password as well, or add the [[backend]] "
            "yourself"
        );
        return;
    }
    if (!is_known(panel_.type)) {
        leave_panel_out(
            "this version of Fairgate has no backend for " + panel_.type +
            "; until then it can read the core's access log ([[source]])"
        );
        return;
    }
    plan_.backend = name;
    plan_.backend_type = panel_.type;
    Table table{"[[backend]]", {}};
    table.values.push_back({"name", config::quoted(plan_.backend), ""});
    table.values.push_back({"type", config::quoted(panel_.type), ""});
    const std::string path = "backend." + plan_.backend + ".";
    for (const auto& [key, value] : panel_.values) {
        const std::string written = config::to_toml(value.value);
        table.values.push_back({key, written, ""});
        plan_.carried.push_back(
            {value.said.where, shown(value.said.value), value.unit, path + key, written, value.note}
        );
    }
    const std::string file = "imported-" + std::string(name_of(plan_.peer)) + "-panel-password";
    table.values.push_back({"password_file", "", file});
    plan_.secrets.push_back({file, config::Secret(*text_of(*panel_.password))});
    plan_.carried.push_back(
        {panel_.password->where, "***", "", path + "password_file", config::quoted(file), ""}
    );
    plan_.tables.push_back(std::move(table));
}

/// "ladder.window" -> [ladder] window.
void Draft::finish_tables() {
    std::map<std::string, Table> tables;
    for (const auto& [path, value] : values_) {
        const std::size_t dot = path.rfind('.');
        Table& table = tables[path.substr(0, dot)];
        table.heading = "[" + path.substr(0, dot) + "]";
        table.values.push_back({path.substr(dot + 1), config::to_toml(value), ""});
    }
    for (auto& [name, table] : tables) {
        plan_.tables.push_back(std::move(table));
    }
    for (Table& element : elements_) {
        plan_.tables.push_back(std::move(element));
    }
}

/// What each value did not show: that they go together.
void Draft::check_whole() {
    const std::string text = to_toml(plan_, "/etc/fairgate", Extent::settings);
    const auto read = config::load_text("the imported configuration", text);
    for (const Error& fault : read.faults) {
        if (fault.code != "FG-CFG-001" && fault.code != "FG-CFG-009") {  // a secret not yet written
            fault_of_whole(fault);
        }
    }
}

void Draft::fault_of_whole(const Error& fault) {
    plan_.faults.push_back(errors::does_not_fit(fault.what, fault.cause));
}

Plan Draft::finish() {
    finish_panel();
    finish_tables();
    finish_people();
    if (plan_.faults.empty()) {
        check_whole();
    }
    return std::move(plan_);
}

}  // namespace fairgate::importing
