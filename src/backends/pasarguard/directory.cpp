#include "backends/pasarguard/directory.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::backends::pasarguard {

namespace {

/// The states in which the panel lets a user in.
bool is_enabled(std::string_view status) { return status == "active" || status == "on_hold"; }

}  // namespace

template <class T>
std::uint32_t Directory::Table<T>::place(const T& value) {
    const auto [found, is_new] =
        places_.try_emplace(value, static_cast<std::uint32_t>(values_.size()));
    if (is_new) {
        values_.push_back(value);
    }
    return found->second;
}

Directory::Change Directory::put(const PanelUser& user) {
    std::vector<std::int64_t> groups = user.groups();
    std::sort(groups.begin(), groups.end());
    Entry entry;
    entry.name = user.username;
    entry.note = user.note.value_or("").substr(0, panel::longest_note);
    entry.status = statuses_.place(user.status);
    entry.owner = owners_.place(user.admin ? user.admin->username : std::string());
    entry.groups = group_sets_.place(groups);
    const std::int64_t devices = user.hwid_limit.value_or(0);  // 0: opted out, so no limit
    entry.devices = devices > 0 && devices < 100'000 ? static_cast<std::int32_t>(devices) : -1;

    const auto [found, is_new] = entries_.try_emplace(user.id);
    if (!is_new && found->second == entry) {
        return Change::none;
    }
    if (!is_new) {
        const auto named = ids_.find(found->second.name);
        if (named != ids_.end() && named->second == user.id) {
            ids_.erase(named);
        }
    }
    found->second = std::move(entry);
    // A later user of the same name replaces the one that was deleted without our noticing.
    const auto named = ids_.find(found->second.name);
    if (named == ids_.end() || named->second < user.id) {
        if (named != ids_.end()) {
            ids_.erase(named);  // its key is borrowed from the other entry
        }
        ids_.emplace(found->second.name, user.id);
    }
    return is_new ? Change::added : Change::changed;
}

bool Directory::remove(std::int64_t id) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) {
        return false;
    }
    const auto named = ids_.find(found->second.name);
    if (named != ids_.end() && named->second == id) {
        ids_.erase(named);
    }
    entries_.erase(found);
    return true;
}

void Directory::set_groups(const std::vector<PanelGroup>& groups) {
    group_names_.clear();
    for (const PanelGroup& group : groups) {
        group_names_[group.id] = group.name;
    }
}

std::optional<std::int64_t> Directory::id_of(std::string_view username) const {
    const auto found = ids_.find(username);
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> Directory::name_of(std::int64_t id) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? std::nullopt : std::optional(found->second.name);
}

std::optional<AccountFacts> Directory::facts(std::int64_t id) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? std::nullopt : std::optional(facts_of(id, found->second));
}

std::optional<AccountKey> Directory::account_of_email(std::string_view email) const {
    const auto id = id_in_email(email);
    const auto found = id ? entries_.find(*id) : entries_.end();
    if (found == entries_.end()) {
        return std::nullopt;
    }
    return AccountKey{backend_, found->second.name};
}

void Directory::for_each(const std::function<void(const AccountFacts&)>& visit) const {
    for (const auto& [id, entry] : entries_) {
        visit(facts_of(id, entry));
    }
}

std::vector<std::int64_t> Directory::keys() const {
    std::vector<std::int64_t> result;
    result.reserve(entries_.size());
    for (const auto& [id, entry] : entries_) {
        result.push_back(id);
    }
    std::sort(result.begin(), result.end());
    return result;
}

std::vector<std::int64_t> Directory::keys_with_status(std::string_view status) const {
    std::vector<std::int64_t> result;
    for (const auto& [id, entry] : entries_) {
        if (statuses_.at(entry.status) == status) {
            result.push_back(id);
        }
    }
    std::sort(result.begin(), result.end());
    return result;
}

AccountFacts Directory::facts_of(std::int64_t id, const Entry& entry) const {
    AccountFacts facts;
    facts.key = AccountKey{backend_, entry.name};
    facts.backend_id = std::to_string(id);
    facts.status = statuses_.at(entry.status);
    facts.enabled = is_enabled(facts.status);
    for (const std::int64_t group : group_sets_.at(entry.groups)) {
        const auto named = group_names_.find(group);
        facts.groups.push_back(
            named == group_names_.end() ? "#" + std::to_string(group) : named->second
        );
    }
    facts.owner = owners_.at(entry.owner);
    facts.note = entry.note;
    if (entry.devices >= 0) {
        facts.device_limit = entry.devices;
    }
    return facts;
}

}  // namespace fairgate::backends::pasarguard
