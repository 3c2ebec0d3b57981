#include "setup/toml_edit.hpp"

#include "config/load.hpp"
#include "config/raw.hpp"
#include "config/show.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace fairgate::setup {

namespace {

std::string_view trimmed(std::string_view text) {
    const std::size_t start = text.find_first_not_of(" \t\r");
    const std::size_t end = text.find_last_not_of(" \t\r");
    return start == std::string_view::npos ? "" : text.substr(start, end - start + 1);
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string text_of(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += line + "\n";
    }
    return text;
}

/// Follows a value over its characters: whether it goes on behind the end of a line.
class ValueEnd {
public:
    /// Takes one line; gives where a comment begins in it, or its length.
    std::size_t take(std::string_view line) {
        for (std::size_t at = 0; at < line.size(); ++at) {
            if (!quote_.empty()) {
                at += in_text(line.substr(at)) - 1;
            } else if (line[at] == '#') {
                return at;
            } else if (line[at] == '"' || line[at] == '\'') {
                quote_ =
                    line.substr(at, line.substr(at).starts_with(std::string(3, line[at])) ? 3 : 1);
                at += quote_.size() - 1;
            } else if (line[at] == '[' || line[at] == '{') {
                ++depth_;
            } else if (line[at] == ']' || line[at] == '}') {
                --depth_;
            }
        }
        if (quote_.size() == 1) {
            quote_.clear();  // cannot go over the end of a line
        }
        return line.size();
    }
    bool is_over() const { return depth_ <= 0 && quote_.empty(); }

private:
    std::size_t in_text(std::string_view rest) {
        if (quote_[0] == '"' && rest[0] == '\\') {
            return 2;
        }
        if (rest.starts_with(quote_)) {
            const std::size_t length = quote_.size();
            quote_.clear();
            return length;
        }
        return 1;
    }

    std::string quote_;
    int depth_ = 0;
};

/// One thing in the text that is no comment and no blank line.
struct Part {
    enum class Kind : std::uint8_t { table, element, key };
    Kind kind = Kind::key;
    std::string name;       ///< without brackets, blanks and quotes
    std::size_t first = 0;  ///< line
    std::size_t last = 0;
    std::string value;    ///< of a key, as written on its first line
    std::string comment;  ///< behind the value, with its '#'
};

std::string bare(std::string_view name) {
    std::string all;
    for (const char c : trimmed(name)) {
        if (c != '"' && c != '\'' && c != ' ' && c != '\t') {
            all += c;
        }
    }
    return all;
}

std::vector<Part> parts_of(const std::vector<std::string>& lines) {
    std::vector<Part> parts;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const std::string_view line = trimmed(lines[at]);
        Part part;
        part.first = part.last = at;
        if (line.empty() || line[0] == '#') {
            continue;
        }
        if (line[0] == '[') {
            const bool element = line.starts_with("[[");
            part.kind = element ? Part::Kind::element : Part::Kind::table;
            const std::size_t inside = element ? 2 : 1;
            part.name = bare(line.substr(inside, line.find(']') - inside));
            parts.push_back(std::move(part));
            continue;
        }
        const std::size_t equals = line.find('=');
        part.name = bare(line.substr(0, equals));
        ValueEnd value;
        const std::string_view rest =
            equals == std::string_view::npos ? "" : line.substr(equals + 1);
        const std::size_t end = value.take(rest);
        part.value = trimmed(rest.substr(0, end));
        part.comment = rest.substr(end);
        while (!value.is_over() && part.last + 1 < lines.size()) {
            value.take(lines[++part.last]);
        }
        at = part.last;
        parts.push_back(std::move(part));
    }
    return parts;
}

/// The parts of one table, behind its heading.
struct Section {
    bool found = false;
    std::size_t heading = 0;  ///< in the parts
    std::size_t end = 0;      ///< behind its last part
};

std::size_t next_heading(const std::vector<Part>& parts, std::size_t at) {
    while (at < parts.size() && parts[at].kind == Part::Kind::key) {
        ++at;
    }
    return at;
}

Section section_of(const std::vector<Part>& parts, const Edit& edit) {
    const auto wanted = edit.element.empty() ? Part::Kind::table : Part::Kind::element;
    for (std::size_t at = 0; at < parts.size(); ++at) {
        if (parts[at].kind != wanted || parts[at].name != edit.table) {
            continue;
        }
        const Section section{true, at, next_heading(parts, at + 1)};
        const bool is_it = edit.element.empty() ||
                           std::any_of(
                               parts.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                               parts.begin() + static_cast<std::ptrdiff_t>(section.end),
                               [&](const Part& part) {
                                   return part.name == "name" && bare(part.value) == edit.element;
                               }
                           );
        if (is_it) {
            return section;
        }
    }
    return {};
}

void append_section(std::vector<std::string>& lines, const Edit& edit) {
    while (!lines.empty() && trimmed(lines.back()).empty()) {
        lines.pop_back();
    }
    if (!lines.empty()) {
        lines.emplace_back();
    }
    if (edit.element.empty()) {
        lines.push_back("[" + edit.table + "]");
    } else {
        lines.push_back("[[" + edit.table + "]]");
        lines.push_back("name = " + config::quoted(edit.element));
    }
    if (edit.key != "name") {
        lines.push_back(edit.key + " = " + *edit.value);
    }
}

void replace(std::vector<std::string>& lines, const Part& part, const Edit& edit) {
    const auto first = lines.begin() + static_cast<std::ptrdiff_t>(part.first);
    const auto behind = lines.begin() + static_cast<std::ptrdiff_t>(part.last) + 1;
    if (!edit.value) {
        lines.erase(first, behind);
        return;
    }
    const std::string indent = first->substr(0, first->find_first_not_of(" \t"));
    std::string line = indent + edit.key + " = " + *edit.value;
    if (!part.comment.empty()) {
        line += "  " + std::string(trimmed(part.comment));
    }
    *first = std::move(line);
    lines.erase(first + 1, behind);
}

void apply(std::vector<std::string>& lines, const Edit& edit) {
    const std::vector<Part> parts = parts_of(lines);
    const Section section = section_of(parts, edit);
    if (!section.found) {
        if (edit.value) {
            append_section(lines, edit);
        }
        return;
    }
    std::size_t behind = parts[section.heading].last;
    for (std::size_t at = section.heading + 1; at < section.end; ++at) {
        if (parts[at].name == edit.key) {
            replace(lines, parts[at], edit);
            return;
        }
        behind = parts[at].last;
    }
    if (edit.value) {
        lines.insert(
            lines.begin() + static_cast<std::ptrdiff_t>(behind) + 1, edit.key + " = " + *edit.value
        );
    }
}

using Values = std::map<std::string, std::string>;

Values values_of(const config::Loaded& loaded) {
    Values values;
    for (const config::Given& given : loaded.given) {
        values[given.path] = given.value;
    }
    return values;
}

}  // namespace

std::string Edit::path() const {
    return table + "." + (element.empty() ? "" : element + ".") + key;
}

std::string edited(std::string_view text, const std::vector<Edit>& edits) {
    std::vector<std::string> lines = lines_of(text);
    for (const Edit& edit : edits) {
        apply(lines, edit);
    }
    return text_of(lines);
}

bool changed_only(std::string_view before, std::string_view after, const std::vector<Edit>& edits) {
    const config::Loaded old = config::load_text("before", before);
    const config::Loaded now = config::load_text("after", after);
    if (!now.faults.empty()) {
        return false;
    }
    Values expected = values_of(old);
    for (const Edit& edit : edits) {
        if (edit.value) {
            expected[edit.path()] = *edit.value;
            if (!edit.element.empty()) {
                expected[edit.table + "." + edit.element + ".name"] = config::quoted(edit.element);
            }
        } else {
            expected.erase(edit.path());
        }
    }
    return values_of(now) == expected;
}

std::string plain_form(std::string_view text) {
    const config::Loaded loaded = config::load_text("before", text);
    std::map<std::string, std::string> tables;  // by heading, with the lines below it
    std::vector<std::string> order;
    for (const config::Given& given : loaded.given) {
        const std::string_view row = given.row->path;
        const std::size_t brackets = row.find("[]");
        const bool element = brackets != std::string_view::npos;
        const bool map = row.ends_with(".*");
        std::string key;
        std::string heading;
        std::string section;
        if (map) {
            section = row.substr(0, row.size() - 2);
            key = given.path.substr(section.size() + 1);
            heading = "[" + section + "]";
        } else {
            const std::size_t dot = row.rfind('.');
            key = row.substr(dot + 1);
            section = given.path.substr(0, given.path.size() - key.size() - 1);
            const std::string name(row.substr(0, element ? brackets : dot));
            heading = element ? "[[" + name + "]]" : "[" + name + "]";
        }
        auto& body = tables[section];
        if (body.empty()) {
            order.push_back(section);
            body = heading + "\n";
        }
        body += key + " = " + given.value + "\n";
    }
    std::string all;
    for (const std::string& section : order) {
        all += (all.empty() ? "" : "\n") + tables[section];
    }
    return all;
}

}  // namespace fairgate::setup
