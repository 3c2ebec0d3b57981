#include "daemon/people.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::daemon {

void People::set_book(policy::IdentityBook book) {
    book_ = std::move(book);
    stale_ = true;
    refresh();
}

void People::refresh() {
    if (!std::exchange(stale_, false)) {
        return;
    }
    people_.clear();
    by_name_.clear();
    linked_.clear();
    crowds_.clear();
    if (!book_.empty()) {
        for (const auto& unit : units_) {
            enter_all(*unit);
        }
        leave_out_crowds();
    }
    for (const auto& unit : units_) {
        unit->engine->facts_changed();  // limits of people may be others now
    }
}

bool People::are_known() const {
    return book_.empty() || std::ranges::all_of(units_, [](const auto& unit) {
               return unit->backend->knows_accounts();
           });
}

void People::enter_all(Unit& unit) {
    bool tells_its_accounts = false;
    unit.backend->each_account([&](const AccountFacts& facts) {
        tells_its_accounts = true;
        enter(unit, facts);
    });
    if (tells_its_accounts) {
        return;
    }
    // Of a log alone nobody is known but those who were seen.
    const tracker::AccountTable& seen = unit.engine->tracker().accounts();
    for (std::uint32_t value = 0; value < seen.capacity(); ++value) {
        if (seen.is_known(AccountId{value})) {
            enter(unit, unit.backend->facts(seen.name(AccountId{value})));
        }
    }
}

void People::enter(Unit& unit, const AccountFacts& facts) {
    const auto [place, is_new] = by_name_[&unit].try_emplace(facts.key.name, nullptr);
    const auto id = is_new ? book_.person_of(facts) : std::nullopt;
    if (!id) {
        return;
    }
    Person& person = people_[*id];
    person.limit = book_.limit_of(*id);
    person.members.push_back({&unit, facts.key.name});
    place->second = &person;
    if (person.members.size() > 1) {
        linked_.insert(person.members.front().unit);
        linked_.insert(&unit);
    }
}

void People::leave_out_crowds() {
    for (const auto& [id, person] : people_) {
        if (person.members.size() > most_accounts) {
            const Member& one = person.members.front();
            crowds_.push_back({id, person.members.size(), {one.unit->backend->name(), one.account}}
            );
        }
    }
}

const People::Person* People::find(const Unit& unit, std::string_view account) const {
    const auto names = by_name_.find(&unit);
    if (names == by_name_.end()) {
        return nullptr;
    }
    const auto found = names->second.find(account);
    const Person* const person = found == names->second.end() ? nullptr : found->second;
    const std::size_t accounts = person == nullptr ? 0 : person->members.size();
    return accounts > 1 && accounts <= most_accounts ? person : nullptr;
}

void People::share(Unit& unit, const std::string& node, const Observation& seen) {
    if (book_.empty()) {
        return;
    }
    if (!by_name_[&unit].contains(seen.account)) {
        enter(unit, unit.backend->facts(seen.account));  // seen for the first time
    }
    const Person* const person = find(unit, seen.account);
    if (person == nullptr ||
        unit.engine->passed_by(unit.engine->facts_of(seen.account), seen.time)) {
        return;
    }
    for (const Member& member : person->members) {
        if (member.unit == &unit && member.account == seen.account) {
            continue;
        }
        Observation theirs = seen;
        theirs.account = member.account;
        member.unit->engine->observe(theirs, node);
    }
}

std::vector<const Unit*> People::counted_with(const Unit& unit) const {
    if (!linked_.contains(&unit)) {
        return {&unit};
    }
    return {linked_.begin(), linked_.end()};
}

std::vector<AccountKey> People::others(const AccountKey& account) const {
    std::vector<AccountKey> others;
    const Unit* const unit = unit_of(account.backend);
    const Person* const person = unit == nullptr ? nullptr : find(*unit, account.name);
    if (person == nullptr) {
        return others;
    }
    for (const Member& member : person->members) {
        if (member.unit != unit || member.account != account.name) {
            others.push_back({member.unit->backend->name(), member.account});
        }
    }
    return others;
}

DeviceLimit People::limit_of(const AccountFacts& account, DeviceLimit own) const {
    const Unit* const unit = unit_of(account.key.backend);
    const Person* const person = unit == nullptr ? nullptr : find(*unit, account.key.name);
    if (person == nullptr) {
        return own;
    }
    std::vector<policy::PersonsAccount> others;
    for (const Member& member : person->members) {
        if (member.unit == unit && member.account == account.key.name) {
            continue;
        }
        const Engine& engine = *member.unit->engine;
        const AccountFacts facts = engine.facts_of(member.account);
        others.push_back({facts.key, engine.own_limit_of(facts).chosen});
    }
    return policy::limit_of_person(person->limit, account.key, std::move(own), others);
}

Unit* People::unit_of(std::string_view backend) const {
    for (const auto& unit : units_) {
        if (unit->backend->name() == backend) {
            return unit.get();
        }
    }
    return nullptr;
}

Error error_of(const People::Crowd& crowd) {
    const std::string who = crowd.person.who.empty() ? "" : " (\"" + crowd.person.who + "\")";
    return Error{
        .code = "FG-DMN-015",
        .what = "an [[identity]] takes " + std::to_string(crowd.accounts) +
                " accounts for one person" + who + ", among them " + crowd.one.backend + "/" +
                crowd.one.name,
        .where = "identity." + std::to_string(crowd.person.rule + 1),
        .cause = "more than " + std::to_string(People::most_accounts) +
                 " accounts are not believed to be one person's: the rule fits strangers too",
        .state = "each of these accounts is counted by itself",
        .next = "make its match fit fewer accounts"
    };
}

}  // namespace fairgate::daemon
