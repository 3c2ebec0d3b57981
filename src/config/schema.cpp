#include "config/schema.hpp"

#include "base/json.hpp"
#include "config/row.hpp"
#include "model/time.hpp"

#include <cstdlib>

namespace fairgate::config {

namespace {

using boost::json::array;
using boost::json::object;

constexpr std::string_view duration_pattern = "^([0-9]+(d|h|m|s|ms|us))+$";

boost::json::value bound(const Row& row, std::string_view text) {
    if (row.binding.kind == Kind::integer) {
        return std::strtoll(std::string(text).c_str(), nullptr, 10);
    }
    return std::strtod(std::string(text).c_str(), nullptr);
}

object text_schema() { return {{"type", "string"}}; }

object number_schema(const Row& row) {
    object schema{{"type", row.binding.kind == Kind::integer ? "integer" : "number"}};
    if (!row.least.empty()) {
        schema["minimum"] = bound(row, row.least);
    }
    if (!row.most.empty()) {
        schema["maximum"] = bound(row, row.most);
    }
    if (row.instead.empty()) {
        return schema;
    }
    return {{"anyOf", array{schema, object{{"const", row.instead}}}}};
}

object choice_schema(const Row& row) {
    array names;
    for (const std::string_view name : row.binding.choices) {
        names.emplace_back(name);
    }
    return {{"enum", names}};
}

object value_schema(const Row& row) {
    switch (row.binding.kind) {
        case Kind::flag:
            return {{"type", "boolean"}};
        case Kind::integer:
        case Kind::number:
            return number_schema(row);
        case Kind::text:
        case Kind::secret:
        case Kind::time:
        case Kind::trusted:
            return text_schema();
        case Kind::duration:
            return {{"type", "string"}, {"pattern", duration_pattern}};
        case Kind::choice:
            return choice_schema(row);
        case Kind::step:
            return {{"type", "string"}, {"pattern", "^(warn|forever|([0-9]+(d|h|m|s))+)$"}};
    }
    return {};
}

boost::json::value json_of(const Raw& raw) {
    if (const auto* list = std::get_if<RawList>(&raw.value)) {
        array values;
        for (const Raw& element : *list) {
            values.push_back(json_of(element));
        }
        return values;
    }
    if (const auto* flag = std::get_if<bool>(&raw.value)) {
        return *flag;
    }
    if (const auto* whole = std::get_if<std::int64_t>(&raw.value)) {
        return *whole;
    }
    if (const auto* number = std::get_if<double>(&raw.value)) {
        return *number;
    }
    const auto* text = std::get_if<std::string>(&raw.value);
    return text == nullptr ? boost::json::value() : boost::json::value(*text);
}

object row_schema(const Row& row, const Settings& defaults) {
    object schema = value_schema(row);
    if (row.binding.list) {
        schema = {{"type", "array"}, {"items", schema}};
    }
    schema["description"] = row.help;
    const auto value = row.binding.get(defaults);
    if (value && row.need == Need::optional && row.binding.kind != Kind::secret) {
        schema["default"] = json_of(*value);
    }
    return schema;
}

object closed_table(std::string_view help) {
    object table{{"type", "object"}, {"additionalProperties", false}};
    if (!help.empty()) {
        table["description"] = help;
    }
    table["properties"] = object{};
    return table;
}

/// The object for a path of tables, made where it is not there yet: "limits.patterns[]".
object& table_at(object& root, std::string_view path) {
    object* table = &root;
    while (!path.empty()) {
        const std::size_t dot = path.find('.');
        std::string_view name = path.substr(0, dot);
        const bool list = name.ends_with("[]");
        name = list ? name.substr(0, name.size() - 2) : name;
        auto& slot = (*table)["properties"].as_object()[name];
        if (slot.is_null()) {
            slot = list ? object{{"type", "array"}, {"items", closed_table({})}} : closed_table({});
        }
        table = list ? &slot.as_object()["items"].as_object() : &slot.as_object();
        path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
    }
    return *table;
}

void add_row(object& root, const Row& row, const Settings& defaults) {
    const std::size_t dot = row.path.rfind('.');
    const std::string_view key = row.path.substr(dot + 1);
    object& table = table_at(root, row.path.substr(0, dot));
    if (key == "*") {
        table["additionalProperties"] = row_schema(row, defaults);
        table["description"] = row.help;
        return;
    }
    table["properties"].as_object()[key] = row_schema(row, defaults);
    if (row.need == Need::required) {
        auto& required = table["required"];
        if (required.is_null()) {
            required = array{};
        }
        required.as_array().emplace_back(key);
    }
}

}  // namespace

std::string json_schema() {
    object root{
        {"$schema", "https://json-schema.org/draft/2020-12/schema"},
        {"title", "Fairgate configuration"}
    };
    for (const auto& member : closed_table({})) {
        root[member.key()] = member.value();
    }
    for (const SectionRow& section : section_rows()) {
        table_at(root, section.path)["description"] = section.help;
    }
    const Settings defaults = defaults_with_elements();
    for (const Row& row : rows()) {
        if (row.scope != Scope::secret) {
            add_row(root, row, defaults);
        }
    }
    return json::serialize(root, json::Layout::indented) + "\n";
}

}  // namespace fairgate::config
