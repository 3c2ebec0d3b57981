#include "importing/pg_limiter.hpp"

#include "importing/read.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace fairgate::importing {

namespace {

using namespace pg_limiter;

struct Unused {
    std::string_view name;
    std::string_view why;
};

constexpr std::array unused_files = {
    Unused{".user_warnings.json", "warnings run for three minutes; Fairgate watches by itself"},
    Unused{".warning_history.json", "it served the trust score, which Fairgate does not have"},
    Unused{".ip_history.json", "addresses of two days; Fairgate counts anew from now on"},
    Unused{"topics.json", "Fairgate has no Telegram bot yet"},
    Unused{"disable_messages.json", "Fairgate has no Telegram bot yet"},
    Unused{"auto_backup_config.json", "Fairgate sends no backups to a bot yet"},
    Unused{"backup_info.txt", "it says when the backup was made"},
};

constexpr std::array unused_tables = {
    Unused{"ip_history", "addresses seen before; Fairgate counts anew from now on"},
    Unused{"subnet_isp", "a cache of an outside service; Fairgate has tables of its own"},
    Unused{"alembic_version", "it numbers that database's form"},
};

std::string table_name(const PeerFile& file, const PeerTable& table) {
    return file.shown + ": " + table.name;
}

/// The table `config`: keys and values, these as JSON.
void take_config_table(Draft& draft, Keys& keys, const PeerTable& table, const std::string& where) {
    for (const boost::json::object& columns : table.rows) {
        Members row(where, columns);
        const json::Value* key = row.take("key");
        const json::Value* value = row.take("value");
        if (key == nullptr || value == nullptr || !key->is_string()) {
            draft.leave_out(
                {where, json::Value("")}, LeftOutBecause::unusable, "a row without key"
            );
            continue;
        }
        const std::string name(key->get_string());
        json::Value said = *value;
        if (const auto* text = said.if_string()) {
            auto parsed = json::parse(std::string_view(text->data(), text->size()));
            said = parsed ? *std::move(parsed) : std::move(said);
        }
        keys.add(draft, name, {where + "." + name, std::move(said)});
    }
}

void take_table(
    Draft& draft, const PeerTable& table, const std::string& where, const Punishing& how
) {
    const auto unused = std::ranges::find(unused_tables, table.name, &Unused::name);
    if (table.name == "users") {
        take_users(draft, table, where, how);
    } else if (table.name == "violation_history") {
        take_violations(draft, table, where, how);
    } else if (table.name == "admin_patterns" || table.name == "limit_patterns") {
        take_patterns(draft, table, where);
    } else if (unused != unused_tables.end()) {
        if (!table.rows.empty()) {
            draft.leave_out(
                {where, json::Value(static_cast<std::int64_t>(table.rows.size()))},
                LeftOutBecause::no_counterpart,
                std::string(unused->why)
            );
        }
    } else if (table.name != "config" && !table.rows.empty()) {
        draft.unknown(Said{where, json::Value("")});
    }
}

bool is_legacy(const PeerTable& table) {
    return table.name == "user_limits" || table.name == "except_users" ||
           table.name == "disabled_users";
}

struct Opened {
    const PeerFile* file = nullptr;
    std::vector<PeerTable> tables;
};

Opened open_database(Draft& draft, const PeerFiles& files) {
    Opened opened;
    for (const PeerFile& file : files.files) {
        if (!is_database(file.name) || file.name.ends_with("-wal")) {
            continue;
        }
        const PeerFile* log = files.find(file.name + "-wal");
        auto tables = read_database(
            file.shown,
            file.bytes,
            log == nullptr ? std::string_view() : std::string_view(log->bytes)
        );
        draft.read(file.shown);
        if (!tables) {
            draft.fault(tables.error());
            continue;
        }
        if (tables->empty()) {
            draft.leave_out(
                {file.shown, json::Value("")}, LeftOutBecause::unusable, "there is no table in it"
            );
            continue;
        }
        if (opened.file != nullptr) {
            draft.leave_out(
                {file.shown, json::Value("")}, LeftOutBecause::outdone, "a second database"
            );
            continue;
        }
        opened = {&file, *std::move(tables)};
    }
    return opened;
}

void take_unused(Draft& draft, const PeerFiles& files) {
    for (const Unused& unused : unused_files) {
        if (const PeerFile* file = files.find(unused.name)) {
            draft.leave_out(
                {file->shown, json::Value("")},
                LeftOutBecause::no_counterpart,
                std::string(unused.why)
            );
        }
    }
}

}  // namespace

void read_pg_limiter(Draft& draft, const PeerFiles& files) {
    Keys keys;
    if (const PeerFile* file = files.find(".env")) {
        keys.add(draft, *file);
    }
    if (const PeerFile* file = files.find("backup.json")) {
        take_backup(draft, *file);
    }
    const Opened database = open_database(draft, files);
    // Older tables are weaker than config.json, the users' table is stronger; settings come first,
    // because they say how the lists of punished accounts are to be read.
    if (const PeerFile* file = files.find("config.json")) {
        take_config(draft, keys, *file);
    }
    for (const PeerTable& table : database.tables) {
        if (table.name == "config") {
            take_config_table(draft, keys, table, table_name(*database.file, table));
        }
    }
    const Punishing how = take_settings(draft, keys);
    for (const PeerTable& table : database.tables) {
        if (is_legacy(table)) {
            take_legacy(draft, table, table_name(*database.file, table), how);
        }
    }
    take_disabled(draft, files, how);
    if (const PeerFile* file = files.find(".violation_history.json")) {
        take_history(draft, *file, how);
    }
    for (const PeerTable& table : database.tables) {
        if (!is_legacy(table)) {
            take_table(draft, table, table_name(*database.file, table), how);
        }
    }
    take_unused(draft, files);
    draft.advise(
        "stop PG-Limiter before Fairgate enforces: two that disable and enable undo each other"
    );
}

}  // namespace fairgate::importing
