#include "config/limits_file.hpp"

#include "base/json.hpp"
#include "config/file.hpp"
#include "config/reading.hpp"
#include "config/row.hpp"

namespace fairgate::config {

namespace {

const std::string row_path = "limits.accounts";

Raw raw_of(const json::Value& value) {
    if (const auto* number = value.if_int64()) {
        return {{}, *number};
    }
    if (const auto* number = value.if_uint64()) {
        return {{}, static_cast<std::int64_t>(*number >> 1U)};  // out of range either way
    }
    if (const auto* number = value.if_double()) {
        return {{}, *number};
    }
    if (const auto* text = value.if_string()) {
        return {{}, std::string(*text)};
    }
    if (const auto* flag = value.if_bool()) {
        return {{}, *flag};
    }
    return {{}, RawList{}};
}

LimitsFile finish(Reading& reading) {
    Loaded loaded = reading.finish(Purpose::policy);
    return {std::move(loaded.settings.limits.accounts), std::move(loaded.faults)};
}

LimitsFile read_json(const std::string& name, std::string_view text) {
    const auto value = json::parse(text);
    if (!value) {
        Error fault = value.error();
        fault.where = name + (fault.where.empty() ? "" : ": " + fault.where);
        return {{}, {std::move(fault)}};
    }
    // What is right is set at once: only of a fault must be known where it stands, and files of a
    // hundred thousand accounts are read before every replay.
    const Row& row = *row_of(row_path + ".*");
    Settings settings;
    RawTable faulty;
    for (const auto& [account, devices] : value->as_object()) {
        Raw raw = raw_of(devices);
        if (row.binding.set(settings, {.key = account}, raw, row)) {
            faulty.push_back({std::string(account), {}, std::move(raw)});
        }
    }
    if (faulty.empty()) {
        return {std::move(settings.limits.accounts), {}};
    }
    Document document;
    document.origin = {Origin::Kind::file, name, {}};
    Reading reading;
    reading.apply_map(std::move(document), faulty, row_path);
    return finish(reading);
}

const RawTable* table_in(const RawTable& table, std::string_view key) {
    for (const RawMember& member : table) {
        if (member.key == key) {
            return std::get_if<RawTable>(&member.value.value);
        }
    }
    return nullptr;
}

LimitsFile read_tables(const std::string& name, std::string_view text) {
    Document document = read_toml(name, text);
    const RawTable root = document.root;
    const RawTable* table = &root;
    if (const RawTable* limits = table_in(root, "limits")) {
        table = limits;
    }
    if (const RawTable* accounts = table_in(*table, "accounts")) {
        table = accounts;
    }
    Reading reading;
    reading.apply_map(std::move(document), *table, row_path);
    return finish(reading);
}

}  // namespace

LimitsFile read_limits(const std::string& name, std::string_view text) {
    const std::size_t start = text.find_first_not_of(" \t\r\n");
    const bool is_json = start != std::string_view::npos && text[start] == '{';
    return is_json ? read_json(name, text) : read_tables(name, text);
}

LimitsFile load_limits(const std::string& file) {
    const auto text = read_whole(file);
    if (!text) {
        return {{}, {text.error()}};
    }
    return read_limits(file, *text);
}

}  // namespace fairgate::config
