// Settings from the environment and from flags: one value each, named by its path.
#include "config/reading.hpp"
#include "config/suggest.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace fairgate::config {

namespace {

constexpr std::string_view variable_prefix = "FAIRGATE_";

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return out;
}

/// "LIMITS__GENERAL" -> "limits.general"
std::string path_of_variable(std::string_view name) {
    std::string path;
    while (true) {
        const std::size_t gap = name.find("__");
        path += lower(name.substr(0, gap));
        if (gap == std::string_view::npos) {
            return path;
        }
        path += '.';
        name.remove_prefix(gap + 2);
    }
}

std::string variable_of_path(std::string_view path) {
    std::string name(variable_prefix);
    for (const char c : path) {
        if (c == '.') {
            name += "__";
        } else {
            name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        }
    }
    return name;
}

/// A name as a variable can spell it: letters and digits, the rest as `_`.
std::string spelled(std::string_view name) {
    std::string out = lower(name);
    std::ranges::replace_if(out, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return out;
}

template <class Number>
bool read_number(std::string_view text, Raw& raw) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return false;
    }
    raw.value = number;
    return true;
}

/// Text becomes what the setting wants; what cannot stays text and is refused as such.
Raw raw_of_text(Kind kind, std::string_view text) {
    Raw raw{{}, std::string(text)};
    switch (kind) {
        case Kind::flag:
            if (text == "true" || text == "false") {
                raw.value = text == "true";
            }
            break;
        case Kind::integer:
            read_number<std::int64_t>(text, raw);
            break;
        case Kind::number:
            read_number<double>(text, raw);
            break;
        case Kind::text:
        case Kind::secret:
        case Kind::duration:
        case Kind::time:
        case Kind::choice:
        case Kind::step:
        case Kind::trusted:
            break;
    }
    return raw;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t start = text.find_first_not_of(" \t");
    const std::size_t end = text.find_last_not_of(" \t");
    return start == std::string_view::npos ? "" : text.substr(start, end - start + 1);
}

/// A list is written with commas between, or as TOML writes it.
Raw raw_of_list(Kind kind, std::string_view text) {
    if (trimmed(text).starts_with('[')) {
        const Document document = read_toml("", "list = " + std::string(text));
        if (document.faults.empty() && document.root.size() == 1) {
            Raw raw = document.root[0].value;
            raw.place = {};
            return raw;
        }
    }
    RawList list;
    while (!trimmed(text).empty()) {
        const std::size_t comma = text.find(',');
        list.push_back(raw_of_text(kind, trimmed(text.substr(0, comma))));
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return Raw{{}, std::move(list)};
}

}  // namespace

bool Reading::find_element(const std::string& path, std::string& rest, At& at) const {
    for (const auto& [opened_path, opened] : opened_) {
        const std::size_t length = opened_path.size();
        if (path.size() > length + 1 && path[length] == '.' &&
            (path.starts_with(opened_path) ||
             spelled(path.substr(0, length)) == spelled(opened_path))) {
            rest = path.substr(length + 1);
            at.pattern = opened.pattern;
            at.path = opened_path;
            for (std::string* part : {&at.pattern, &at.path}) {
                *part += ".";
                *part += rest;
            }
            at.element.index = opened.number;
            return true;
        }
    }
    return false;
}

void Reading::set_named(const Document& document, const std::string& path, std::string_view text) {
    At at{path, path, {}};
    std::string rest;
    const Row* row = row_of(path);
    if (row == nullptr && find_element(path, rest, at)) {
        row = row_of(at.pattern);
    }
    const std::size_t dot = path.rfind('.');
    if (row == nullptr && dot != std::string::npos) {
        row = row_of(path.substr(0, dot) + ".*");
        at.element.key = std::string_view(path).substr(dot + 1);
    }
    if (row == nullptr) {
        std::vector<std::string> known;
        for (const Row& other : rows()) {
            if (other.path.find_first_of("[*") == std::string_view::npos) {
                known.emplace_back(other.path);
            }
        }
        add_fault(fault_at(
            document,
            {},
            "FG-CFG-014",
            "no setting is called " + quoted(path),
            did_you_mean(path, known)
        ));
        return;
    }
    const Raw raw = row->binding.list ? raw_of_list(row->binding.kind, text)
                                      : raw_of_text(row->binding.kind, text);
    set(document, raw, *row, at);
}

void Reading::apply(const Environment& environment) {
    purpose_ = Purpose::daemon;
    for (const auto& [name, value] : environment) {
        if (!name.starts_with(variable_prefix)) {
            continue;
        }
        const std::string_view rest = std::string_view(name).substr(variable_prefix.size());
        Document document;
        document.origin = {Origin::Kind::environment, name, {}};
        if (rest.find("__") != std::string_view::npos) {
            set_named(document, path_of_variable(rest), value);
            continue;
        }
        for (const Row& row : rows()) {  // one underscore where two belong would pass unseen
            if (spelled(row.path) == lower(rest)) {
                add_fault(fault_at(
                    document,
                    {},
                    "FG-CFG-014",
                    "the variable " + name + " sets nothing",
                    "did you mean " + variable_of_path(row.path) + "?"
                ));
            }
        }
    }
}

void Reading::apply_flag(const std::string& flag) {
    purpose_ = Purpose::daemon;
    const std::size_t equals = flag.find('=');
    Document document;
    document.origin = {Origin::Kind::flag, "--set " + flag.substr(0, equals), {}};
    if (equals == std::string::npos) {
        add_fault(fault_at(
            document,
            {},
            "FG-CFG-014",
            "--set " + flag + " gives no value",
            "write --set " + flag + "=VALUE"
        ));
        return;
    }
    set_named(document, flag.substr(0, equals), std::string_view(flag).substr(equals + 1));
}

}  // namespace fairgate::config
