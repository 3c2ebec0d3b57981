#include "backends/marzban/directory.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::backends::marzban {

namespace {

constexpr std::size_t most_unknown = 500;

/// The states in which the panel lets a user in.
bool is_enabled(std::string_view status) { return status == "active" || status == "on_hold"; }

}  // namespace

std::uint32_t Directory::Table::place(const std::string& text) {
    const auto [found, is_new] =
        places_.try_emplace(text, static_cast<std::uint32_t>(texts_.size()));
    if (is_new) {
        texts_.push_back(text);
    }
    return found->second;
}

Directory::Change Directory::put(const PanelUser& user) {
    const auto [found, is_new] = entries_.try_emplace(folded(user.username));
    Entry& entry = found->second;
    const Entry before = entry;
    entry.name = user.username;
    entry.note = user.note.value_or("").substr(0, panel::longest_note);
    entry.made = std::hash<std::string>()(user.created_at);
    entry.status = statuses_.place(user.status);
    entry.owner = owners_.place(user.admin ? user.admin->username : std::string());
    if (is_new) {
        return Change::added;
    }
    if (entry.made != before.made && entry.least_id > 0) {
        ++entry.least_id;  // the former one's is nobody's any more
    }
    const bool same = entry.name == before.name && entry.made == before.made &&
                      entry.status == before.status && entry.owner == before.owner &&
                      entry.note == before.note;
    return same ? Change::none : Change::changed;
}

bool Directory::remove(std::string_view name) { return entries_.erase(folded(name)) > 0; }

const Directory::Entry* Directory::entry(std::string_view name) const {
    const auto found = entries_.find(folded(name));
    return found == entries_.end() ? nullptr : &found->second;
}

std::optional<std::string> Directory::find(std::string_view name) const {
    const Entry* known = entry(name);
    return known == nullptr ? std::nullopt : std::optional(known->name);
}

std::optional<AccountFacts> Directory::facts(std::string_view name) const {
    const Entry* known = entry(name);
    return known == nullptr ? std::nullopt : std::optional(facts_of(*known));
}

std::optional<std::string> Directory::account_of_email(std::string_view email) {
    const auto said = name_in_email(email);
    if (!said) {
        return std::nullopt;
    }
    const auto found = entries_.find(folded(said->name));
    if (found == entries_.end()) {
        ask_for(std::string(said->name));
        return std::nullopt;
    }
    Entry& entry = found->second;
    if (said->id < entry.least_id) {
        return std::nullopt;
    }
    if (said->id > entry.least_id) {
        if (entry.least_id > 0) {
            ask_for(entry.name);
        }
        entry.least_id = said->id;
    }
    return entry.name;
}

void Directory::ask_for(std::string name) {
    if (unknown_.size() < most_unknown) {
        unknown_.insert(std::move(name));
    }
}

std::vector<std::string> Directory::take_unknown() {
    std::vector<std::string> names(unknown_.begin(), unknown_.end());
    unknown_.clear();
    return names;
}

void Directory::for_each(const std::function<void(const AccountFacts&)>& visit) const {
    for (const auto& [key, entry] : entries_) {
        visit(facts_of(entry));
    }
}

std::vector<std::string> Directory::keys() const {
    std::vector<std::string> result;
    result.reserve(entries_.size());
    for (const auto& [key, entry] : entries_) {
        result.push_back(key);
    }
    std::sort(result.begin(), result.end());
    return result;
}

std::vector<std::string> Directory::keys_with_status(std::string_view status) const {
    std::vector<std::string> result;
    for (const auto& [key, entry] : entries_) {
        if (statuses_.at(entry.status) == status) {
            result.push_back(key);
        }
    }
    std::sort(result.begin(), result.end());
    return result;
}

AccountFacts Directory::facts_of(const Entry& entry) const {
    AccountFacts facts;
    facts.key = AccountKey{backend_, entry.name};
    facts.backend_id = entry.least_id > 0 ? std::to_string(entry.least_id) : std::string();
    facts.status = statuses_.at(entry.status);
    facts.enabled = is_enabled(facts.status);
    facts.owner = owners_.at(entry.owner);
    facts.note = entry.note;
    return facts;
}

}  // namespace fairgate::backends::marzban
