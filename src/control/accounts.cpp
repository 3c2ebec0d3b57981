#include "control/accounts.hpp"

#include "control/cursor.hpp"
#include "control/errors.hpp"
#include "control/words.hpp"
#include "model/ids.hpp"
#include "model/json.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace fairgate::control {

namespace {

/// What a list is ordered by; the name makes it a strict order, so that a page has one place.
using Place = std::tuple<std::int64_t, std::string, std::string>;

std::int64_t rank_of(const AccountRow& row, AccountOrder order) {
    switch (order) {
        case AccountOrder::name:
            return 0;
        case AccountOrder::devices:
            return row.devices;
        case AccountOrder::rate:
            return static_cast<std::int64_t>(row.up_rate + row.down_rate);
        case AccountOrder::seen:
            return row.last_seen ? row.last_seen->time_since_epoch().count() : 0;
    }
    return 0;
}

/// Names go from A to Z in every order, so the rank alone is turned round.
Place place_of(const AccountRow& row, const AccountSearch& search) {
    const bool down = search.from == AccountSearch::From::last;
    const std::int64_t rank = rank_of(row, search.order);
    return {down ? -rank : rank, row.account, row.backend};
}

std::string cursor_of(const AccountRow& row, const AccountSearch& search) {
    const auto [rank, name, backend] = place_of(row, search);
    return to_cursor({"accounts", std::to_string(rank), name, backend});
}

Result<Place> place_of_cursor(const std::string& cursor) {
    const auto parts = parse_cursor(cursor, "accounts", 4);
    if (!parts) {
        return parts.error();
    }
    const auto rank = parse_number((*parts)[1]);
    if (!rank) {
        return errors::bad_cursor();
    }
    return Place{*rank, (*parts)[2], (*parts)[3]};
}

Among narrowest(const AccountSearch& search) {
    if (search.held) {
        return Among::held;
    }
    if (search.over) {
        return Among::over;
    }
    return search.online ? Among::online : Among::all;
}

bool is_wanted(const AccountNow& account, const AccountSearch& search) {
    return (!search.over || state_of(account) == AccountState::over ||
            (account.held && account.over_since)) &&
           (!search.online || account.online) && (!search.held || account.held) &&
           (search.backend.empty() || account.facts.key.backend == search.backend);
}

/// "main/ali" as backend and name, if there is such a backend.
std::optional<AccountKey> with_backend(const Live& live, const std::string& name) {
    const std::size_t slash = name.find('/');
    if (slash == std::string::npos) {
        return std::nullopt;
    }
    const std::string backend = name.substr(0, slash);
    const auto backends = live.backends();
    if (std::ranges::find(backends, backend, &BackendNow::name) == backends.end()) {
        return std::nullopt;
    }
    return AccountKey{backend, name.substr(slash + 1)};
}

/// With the name as the backends write it that know it; as it was said where they differ.
std::optional<AccountKey> as_written(const Live& live, AccountKey said) {
    const auto found = live.find_account(said);
    if (found.empty()) {
        return std::nullopt;
    }
    const std::string& name = found.front().facts.key.name;
    const bool alike = std::ranges::all_of(found, [&name](const AccountNow& each) {
        return each.facts.key.name == name;
    });
    if (alike) {
        said.name = name;
    }
    return said;
}

}  // namespace

AccountState state_of(const AccountNow& account) {
    if (account.held) {
        return AccountState::blocked;
    }
    if (!account.facts.enabled) {
        return AccountState::disabled;
    }
    if (account.passed_by) {
        return AccountState::exempt;
    }
    if (account.over_since) {
        return AccountState::over;
    }
    return account.online ? AccountState::ok : AccountState::offline;
}

AccountRow row_of(const AccountNow& account) {
    AccountRow row;
    row.account = account.facts.key.name;
    row.backend = account.facts.key.backend;
    row.state = state_of(account);
    row.devices = account.devices;
    row.limit = {account.limit.chosen.devices};
    row.limit_origin = account.limit.chosen.origin;
    row.last_seen = account.last_seen;
    row.until = account.held ? account.held->due : std::nullopt;
    row.origins = account.origins;
    row.nodes = account.nodes;
    row.owner = account.facts.owner;
    row.groups = account.facts.groups;
    row.connections = account.connections;
    row.up_rate = account.up_rate;
    row.down_rate = account.down_rate;
    return row;
}

Result<Listed<AccountRow>> list_accounts(const Live& live, const AccountSearch& search) {
    AccountQuery query = search.query;
    query.among = narrowest(search);
    std::vector<std::pair<Place, AccountRow>> all;
    for (const AccountNow& account : live.accounts(query)) {
        if (is_wanted(account, search)) {
            AccountRow row = row_of(account);
            all.emplace_back(place_of(row, search), std::move(row));
        }
    }
    const auto place = &std::pair<Place, AccountRow>::first;
    std::ranges::sort(all, {}, place);
    auto begin = all.begin();
    if (!search.cursor.empty()) {
        const auto after = place_of_cursor(search.cursor);
        if (!after) {
            return after.error();
        }
        begin = std::ranges::upper_bound(all, *after, {}, place);
    }
    Listed<AccountRow> list;
    for (; begin != all.end() && list.rows.size() < search.limit; ++begin) {
        list.rows.push_back(std::move(begin->second));
    }
    if (begin != all.end() && !list.rows.empty()) {
        list.next_cursor = cursor_of(list.rows.back(), search);
    }
    return list;
}

Result<AccountNow> find_account(const Live& live, const std::string& name) {
    std::vector<AccountNow> found = live.find_account({"", name});
    if (found.empty()) {
        if (const auto key = with_backend(live, name)) {
            found = live.find_account(*key);
        }
    }
    if (found.empty()) {
        return errors::no_account(name);
    }
    if (found.size() > 1) {
        std::vector<AccountKey> keys;
        keys.reserve(found.size());
        for (const AccountNow& account : found) {
            keys.push_back(account.facts.key);
        }
        return errors::which_account(name, keys);
    }
    return found.front();
}

AccountKey key_of_name(const Live& live, const std::string& name, const std::string& backend) {
    if (name.empty()) {
        return {backend, name};
    }
    if (const auto key = as_written(live, {backend, name})) {
        return *key;
    }
    const auto key = backend.empty() ? with_backend(live, name) : std::nullopt;
    if (!key) {
        return {backend, name};
    }
    return as_written(live, *key).value_or(*key);
}

Result<AccountView> show_account(const Live& live, const std::string& name) {
    const auto found = find_account(live, name);
    if (!found) {
        return found.error();
    }
    auto detail = live.account(found->facts.key);
    if (!detail) {
        return errors::no_account(name);
    }
    AccountView view;
    static_cast<AccountRow&>(view) = row_of(detail->now);
    view.status = detail->now.facts.status;
    view.mode = detail->mode;
    view.mode_why = detail->mode_why;
    view.passed_by = detail->now.passed_by;
    if (detail->now.held) {
        view.decision = fairgate::to_text(detail->now.held->decision);
        view.measure = fairgate::to_text(detail->now.held->measure);
    }
    for (const AccountKey& other : detail->now.same_person) {
        view.same_person.push_back(to_text(other));
    }
    view.evidence = std::move(detail->evidence);
    return view;
}

Result<AccountLimit> show_limit(const Live& live, const std::string& name) {
    const auto found = find_account(live, name);
    if (!found) {
        return found.error();
    }
    return AccountLimit{
        found->facts.key.name, found->facts.key.backend, found->limit.chosen, found->limit.lost
    };
}

std::string note_if_unknown(const Live& live, const AccountKey& account) {
    return live.find_account(account).empty() ? "; no account of that name is known yet" : "";
}

std::string note_if_held(const Live& live, const AccountKey& account) {
    const auto found = live.find_account(account);
    const bool held =
        std::ranges::any_of(found, [](const AccountNow& each) { return each.held.has_value(); });
    return held ? "; it is still blocked: fairgate undo --account " + as_argument(account.name)
                : "";
}

}  // namespace fairgate::control
