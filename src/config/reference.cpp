#include "config/row.hpp"
#include "config/schema.hpp"

#include <functional>

namespace fairgate::config {

namespace {

constexpr std::size_t comment_width = 96;

/// Text in lines that begin with `lead`, broken at blanks.
std::string wrapped(std::string_view text, std::string_view lead) {
    std::string out;
    std::string line(lead);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (line.size() > lead.size() && line.size() + 1 + end > comment_width) {
            out += line + "\n";
            line = lead;
        }
        line += (line.size() > lead.size() ? " " : "") + std::string(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out + line + "\n";
}

std::string_view kind_text(Kind kind) {
    switch (kind) {
        case Kind::flag:
            return "true or false";
        case Kind::integer:
            return "whole number";
        case Kind::number:
            return "number";
        case Kind::text:
        case Kind::secret:
            return "text";
        case Kind::duration:
            return "duration";
        case Kind::time:
            return "time";
        case Kind::choice:
            return "choice";
        case Kind::step:
            return "step";
        case Kind::trusted:
            return "address, network or AS number";
    }
    return "";
}

/// "whole number, 1 to 10000, or "unlimited""
std::string type_text(const Row& row) {
    std::string text;
    if (row.binding.kind == Kind::choice) {
        for (const std::string_view name : row.binding.choices) {
            text += (text.empty() ? "" : ", ") + quoted(name);
        }
    } else {
        text = kind_text(row.binding.kind);
    }
    if (row.binding.list) {
        text = "list of " + text;
    }
    if (!row.most.empty()) {
        text += row.least == row.most
                    ? ", only " + std::string(row.most)
                    : ", " + std::string(row.least) + " to " + std::string(row.most);
    }
    return row.instead.empty() ? text : text + ", or " + quoted(row.instead);
}

std::string_view key_of(const Row& row) { return row.path.substr(row.path.rfind('.') + 1); }

std::string_view table_of(const Row& row) { return row.path.substr(0, row.path.rfind('.')); }

/// The default, or an example where there is no default worth showing.
std::string shown_value(const Row& row, const Settings& defaults) {
    if (!row.example.empty()) {
        return std::string(row.example);
    }
    const auto value = row.binding.get(defaults);
    return value ? to_toml(*value) : "\"\"";
}

void for_each_row(std::string_view table, const std::function<void(const Row&)>& take) {
    for (const Row& row : rows()) {
        if (table_of(row) == table && row.scope != Scope::secret) {
            take(row);
        }
    }
}

std::string example_row(const Row& row, const Settings& defaults) {
    const std::string line = key_of(row) == "*"
                                 ? std::string(row.example)
                                 : std::string(key_of(row)) + " = " + shown_value(row, defaults);
    const std::string type = type_text(row);
    return wrapped(std::string(row.help) + " (" + type + ")", "# ") + "#" + line + "\n\n";
}

std::string example_array(const ArrayRow& array, const Settings& defaults) {
    const std::string name(array.path.substr(0, array.path.size() - 2));
    std::string text = wrapped(array.help, "# ") + "#[[" + name + "]]\n\n";
    for_each_row(array.path, [&](const Row& row) { text += example_row(row, defaults); });
    return text;
}

/// The maps and arrays below a section, in the order of the table.
std::string example_below(std::string_view section, const Settings& defaults) {
    std::string text;
    const std::string prefix = std::string(section) + ".";
    for (const Row& row : rows()) {
        if (row.path.starts_with(prefix) && key_of(row) == "*") {
            text += "[" + std::string(table_of(row)) + "]\n" + example_row(row, defaults);
        }
    }
    for (const ArrayRow& array : array_rows()) {
        if (array.path.starts_with(prefix)) {
            text += example_array(array, defaults);
        }
    }
    return text;
}

std::string cell(std::string text) {
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
        text.insert(at, 1, '\\');
    }
    return text;
}

std::string page_row(const Row& row, const Settings& defaults) {
    const auto value = row.binding.get(defaults);
    const bool set = value && row.need == Need::optional && row.binding.kind != Kind::secret;
    const std::string key = key_of(row) == "*" ? "*(name)*" : "`" + std::string(key_of(row)) + "`";
    return "| " + key + " | " + cell(type_text(row)) + " | " +
           (row.need == Need::required ? "required"
            : set                      ? "`" + to_toml(*value) + "`"
                                       : "unset") +
           " | " + cell(std::string(row.help)) + " |\n";
}

std::string page_table(std::string_view table, const Settings& defaults) {
    std::string text;
    for (const Row& row : rows()) {
        if (table_of(row) == table) {
            text += page_row(row, defaults);
        }
    }
    return text.empty() ? text
                        : "| key | value | default | meaning |\n|---|---|---|---|\n" + text + "\n";
}

}  // namespace

std::string example_file() {
    const Settings defaults = defaults_with_elements();
    std::string text =
        "# Fairgate. Every setting is here with its default, commented out; this file as it stands "
        "is\n"
        "# valid: Fairgate watches nothing and blocks nobody until you name a source or a "
        "backend.\n"
        "# Check it with: fairgate config check        See what is in force: fairgate config show\n"
        "# Files in conf.d/ beside this one are read after it; passwords belong into "
        "secrets.toml.\n\n";
    for (const SectionRow& section : section_rows()) {
        text += wrapped(section.help, "# ") + "[" + std::string(section.path) + "]\n\n";
        for_each_row(section.path, [&](const Row& row) { text += example_row(row, defaults); });
        text += example_below(section.path, defaults);
    }
    for (const ArrayRow& array : array_rows()) {
        if (array.path.find('.') == std::string_view::npos) {
            text += example_array(array, defaults);
        }
    }
    text.pop_back();
    return text;
}

std::string reference_page() {
    const Settings defaults = defaults_with_elements();
    std::string text =
        "# Configuration\n\n"
        "Made from the table of settings in `src/config`; do not edit.\n\n"
        "The file is TOML: `/etc/fairgate/fairgate.toml`, then `conf.d/*.toml` beside it in the "
        "order of\n"
        "their names, then `secrets.toml`, then the environment, then `--set` flags; what comes "
        "later\n"
        "wins. Lists are replaced; `[[…]]` tables with a name are merged by that name; tables of "
        "names\n"
        "(`[limits.accounts]`) are merged by key. An empty file is valid.\n\n"
        "An unknown key, a wrong type or a value out of range is refused, all of them at once, and "
        "a\n"
        "running daemon keeps the configuration it has. `fairgate config check` finds them "
        "beforehand,\n"
        "`fairgate config show --origin` says where each value comes from, `fairgate config "
        "schema` gives\n"
        "editors a JSON Schema.\n\n"
        "In the environment a setting is named after its path, with two underscores between the "
        "parts:\n"
        "`FAIRGATE_LIMITS__GENERAL=3`, `FAIRGATE_BACKEND__MAIN__PASSWORD=…` (for the backend named "
        "main;\n"
        "characters that a variable cannot have become `_`).\n\n"
        "Durations are numbers with a unit (`90s`, `15m`, `2h`, `7d`, `1h30m`), times are RFC 3339 "
        "or a\n"
        "date. Device limits may be `\"unlimited\"`.\n";
    for (const SectionRow& section : section_rows()) {
        const std::string path(section.path);
        text += "\n## [" + path + "]\n\n" + std::string(section.help) + "\n\n" +
                page_table(path, defaults);
        for (const Row& row : rows()) {
            if (row.path.starts_with(path + ".") && key_of(row) == "*") {
                text += "### [" + std::string(table_of(row)) + "]\n\n" +
                        page_table(table_of(row), defaults);
            }
        }
        for (const ArrayRow& array : array_rows()) {
            if (array.path.starts_with(path + ".")) {
                text += "### [[" + std::string(array.path.substr(0, array.path.size() - 2)) +
                        "]]\n\n" + std::string(array.help) + "\n\n" +
                        page_table(array.path, defaults);
            }
        }
        text.pop_back();
    }
    for (const ArrayRow& array : array_rows()) {
        if (array.path.find('.') == std::string_view::npos) {
            text += "\n## [[" + std::string(array.path.substr(0, array.path.size() - 2)) +
                    "]]\n\n" + std::string(array.help) + "\n\n" + page_table(array.path, defaults);
            text.pop_back();
        }
    }
    return text;
}

}  // namespace fairgate::config
