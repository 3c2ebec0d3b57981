#include "config/reading.hpp"

#include "config/check.hpp"
#include "config/suggest.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace fairgate::config {

namespace {

/// The keys and tables that may stand directly under a table: "limits" -> general, accounts …
std::vector<std::string> children_of(const std::string& pattern, Purpose purpose) {
    const std::string prefix = pattern.empty() ? "" : pattern + ".";
    std::set<std::string> names;
    for (const Row& row : rows()) {
        if (!row.path.starts_with(prefix)) {
            continue;
        }
        const bool secret = row.scope == Scope::secret;
        if ((purpose == Purpose::secrets) != secret && !row.path.ends_with("[].name")) {
            continue;
        }
        const std::string_view rest = row.path.substr(prefix.size());
        names.emplace(rest.substr(0, rest.find_first_of(".[")));
    }
    names.erase("*");
    return {names.begin(), names.end()};
}

bool is_table(const std::string& pattern) {
    return std::ranges::any_of(rows(), [&](const Row& row) {
        return row.path.starts_with(pattern + ".");
    });
}

/// "[limits]", or "the top level".
std::string place_name(const std::string& pattern) {
    if (pattern.empty()) {
        return "at the top level";
    }
    return pattern.ends_with("[]") ? "in [[" + pattern.substr(0, pattern.size() - 2) + "]]"
                                   : "in [" + pattern + "]";
}

std::string join(const std::string& path, std::string_view key) {
    return path.empty() ? std::string(key) : path + "." + std::string(key);
}

std::string_view without_brackets(std::string_view pattern) {
    return pattern.ends_with("[]") ? pattern.substr(0, pattern.size() - 2) : pattern;
}

const RawMember* member_of(const RawTable& table, std::string_view key) {
    const auto found =
        std::ranges::find_if(table, [&](const RawMember& member) { return member.key == key; });
    return found == table.end() ? nullptr : &*found;
}

}  // namespace

void Reading::apply(Document document, Purpose purpose) {
    purpose_ = purpose;
    current_ = std::make_shared<const Document>(std::move(document));
    documents_[current_->origin.name] = current_;
    loaded_.faults.insert(loaded_.faults.end(), current_->faults.begin(), current_->faults.end());
    if (!current_->complete) {
        return;
    }
    seen_in_document_.clear();
    walk(*current_, current_->root, At{});
}

void Reading::apply_map(Document document, const RawTable& table, std::string_view path) {
    purpose_ = Purpose::policy;
    current_ = std::make_shared<const Document>(std::move(document));
    documents_[current_->origin.name] = current_;
    loaded_.faults.insert(loaded_.faults.end(), current_->faults.begin(), current_->faults.end());
    const At at{std::string(path), std::string(path), {}};
    for (const RawMember& member : table) {
        take(*current_, member, at);
    }
}

void Reading::walk(const Document& document, const RawTable& table, const At& at) {
    for (const RawMember& member : table) {
        take(document, member, at);
    }
}

void Reading::take(const Document& document, const RawMember& member, const At& at) {
    At below{join(at.pattern, member.key), join(at.path, member.key), at.element};
    if (const Row* row = row_of(below.pattern)) {
        set(document, member.value, *row, below);
    } else if (const Row* map_row = row_of(at.pattern + ".*")) {
        below.element.key = member.key;
        below.path = join(at.path, written_key(member.key));
        set(document, member.value, *map_row, below);
    } else if (const ArrayRow* array = array_row_of(below.pattern + "[]")) {
        walk_array(document, member, *array);
    } else if (!is_table(below.pattern)) {
        refuse_unknown(document, member, at);
    } else if (const auto* table = std::get_if<RawTable>(&member.value.value)) {
        walk(document, *table, below);
    } else {
        add_fault(fault_at(
            document,
            member.place,
            "FG-CFG-005",
            below.path + ": expected a table, got " + std::string(kind_name(member.value)),
            "write [" + below.path + "] on a line of its own"
        ));
    }
}

void Reading::set(const Document& document, const Raw& raw, const Row& row, const At& at) {
    const bool secret_row = row.scope == Scope::secret;
    const bool is_identity = row.path.ends_with("[].name");
    if (purpose_ == Purpose::secrets && !secret_row && !is_identity) {
        add_fault(fault_at(
            document,
            raw.place,
            "FG-CFG-011",
            at.path + " does not belong among the secrets",
            "move it to fairgate.toml"
        ));
        return;
    }
    if (secret_row &&
        (document.origin.kind == Origin::Kind::flag ||
         (document.origin.kind == Origin::Kind::file && purpose_ != Purpose::secrets))) {
        add_fault(fault_at(
            document,
            raw.place,
            "FG-CFG-011",
            at.path + " is a secret and may not stand here",
            "put it into secrets.toml beside this file, or use " +
                std::string(row.path.substr(row.path.rfind('.') + 1)) + "_file"
        ));
        return;
    }
    if (auto complaint = row.binding.set(loaded_.settings, at.element, raw, row)) {
        add_fault(fault_at(
            document,
            complaint->place,
            std::move(complaint->code),
            at.path + ": " + complaint->what,
            std::move(complaint->label)
        ));
        return;
    }
    Origin origin = document.origin;
    origin.place = raw.place;
    loaded_.given.push_back({at.path, secret_row ? "\"***\"" : to_toml(raw), origin, &row});
}

void Reading::walk_array(const Document& document, const RawMember& member, const ArrayRow& row) {
    const std::string name(without_brackets(row.path));
    const auto* list = std::get_if<RawList>(&member.value.value);
    if (list == nullptr) {
        add_fault(fault_at(
            document,
            member.place,
            "FG-CFG-005",
            name + ": expected a list of tables, got " + std::string(kind_name(member.value)),
            "write [[" + name + "]]"
        ));
        return;
    }
    if (row.identity.empty()) {
        row.clear(loaded_.settings);
        std::erase_if(opened_, [&](const auto& entry) { return entry.second.pattern == row.path; });
        std::erase_if(loaded_.given, [&](const Given& given) {
            return given.path.starts_with(name + ".");
        });
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        open_element(document, (*list)[i], row, i);
    }
}

void Reading::open_element(
    const Document& document, const Raw& element, const ArrayRow& row, std::size_t number
) {
    const std::string name(without_brackets(row.path));
    const auto* table = std::get_if<RawTable>(&element.value);
    if (table == nullptr) {
        add_fault(fault_at(
            document,
            element.place,
            "FG-CFG-005",
            name + ": expected a table, got " + std::string(kind_name(element)),
            {}
        ));
        return;
    }
    std::string identity = std::to_string(number + 1);
    if (!row.identity.empty()) {
        const RawMember* member = member_of(*table, row.identity);
        const auto* text =
            member == nullptr ? nullptr : std::get_if<std::string>(&member->value.value);
        if (text == nullptr || text->empty()) {
            add_fault(fault_at(
                document,
                member == nullptr ? element.place : member->value.place,
                "FG-CFG-009",
                "[[" + name + "]] needs a " + std::string(row.identity),
                {}
            ));
            return;
        }
        if (seen_in_document_[name + "." + *text]++ > 0) {
            add_fault(fault_at(
                document,
                member->value.place,
                "FG-CFG-003",
                "there are two [[" + name + "]] named " + quoted(*text) + " in this file",
                {}
            ));
        }
        identity = *text;
    }
    At at{std::string(row.path), name + "." + identity, {}};
    at.element.index = row.open(loaded_.settings, identity);
    opened_.try_emplace(at.path, Opened{at.pattern, at.element.index, current_, element.place});
    walk(document, *table, at);
}

void Reading::refuse_unknown(const Document& document, const RawMember& member, const At& at) {
    const std::vector<std::string> known = children_of(at.pattern, purpose_);
    std::string label = did_you_mean(member.key, known);
    if (label.empty() && !at.pattern.empty()) {
        for (const std::string& section : children_of("", purpose_)) {
            if (row_of(section + "." + member.key) != nullptr) {
                label = " it belongs in [" + section + "]";
            }
        }
    }
    add_fault(fault_at(
        document,
        member.place,
        "FG-CFG-004",
        "unknown key " + quoted(member.key) + " " + place_name(at.pattern),
        label.empty() ? "" : label.substr(1)
    ));
}

void Reading::check_required() {
    std::unordered_set<std::string_view> there;
    for (const Given& given : loaded_.given) {
        there.insert(given.path);
    }
    const std::size_t faults_of_values = loaded_.faults.size();
    for (const auto& [path, opened] : opened_) {
        for (const Row& row : rows()) {
            if (row.need != Need::required || !row.path.starts_with(opened.pattern + ".")) {
                continue;
            }
            const std::string key(row.path.substr(row.path.rfind('.') + 1));
            const std::string whole = join(path, key);
            const auto end = loaded_.faults.begin() + static_cast<std::ptrdiff_t>(faults_of_values);
            const bool was_wrong =
                std::any_of(loaded_.faults.begin(), end, [&](const Error& fault) {
                    return fault.what.starts_with(whole + ": ");
                });
            if (!there.contains(whole) && !was_wrong) {
                add_fault(fault_at(
                    *opened.document,
                    opened.place,
                    "FG-CFG-009",
                    "[[" + std::string(without_brackets(opened.pattern)) + "]] needs " +
                        quoted(key),
                    key + " = " + std::string(row.example)
                ));
            }
        }
    }
}

void Reading::check_whole(Purpose purpose) {
    for (Clash& clash : contradictions(loaded_.settings, purpose)) {
        const Given* shown = nullptr;
        for (const std::string& path : clash.paths) {
            const auto last =
                std::find_if(loaded_.given.rbegin(), loaded_.given.rend(), [&](const Given& given) {
                    return given.path == path;
                });
            if (shown == nullptr && last != loaded_.given.rend()) {
                shown = &*last;
            }
        }
        Document nowhere;
        nowhere.origin = shown == nullptr ? Origin{} : shown->origin;
        const auto document = documents_.find(nowhere.origin.name);
        add_fault(fault_at(
            document == documents_.end() ? nowhere : *document->second,
            nowhere.origin.place,
            std::move(clash.code),
            std::move(clash.what),
            std::move(clash.label)
        ));
    }
}

Loaded Reading::finish(Purpose purpose) {
    check_required();
    check_whole(purpose);
    return std::move(loaded_);
}

}  // namespace fairgate::config
