#include "importing/applying/people.hpp"

#include "importing/applying/punishments.hpp"
#include "model/limit.hpp"
#include "model/time.hpp"

#include <map>
#include <utility>

namespace fairgate::importing::applying {

namespace {

std::string devices_text(int devices) {
    return devices == unlimited ? "unlimited" : std::to_string(devices);
}

bool is_imported(const std::string& by) { return by.starts_with("import "); }

Result<Difference> put_limit(store::Store& store, const LimitSetting& limit, Run run) {
    Difference difference{Subject::limit, limit.match, {}, "", devices_text(limit.devices), ""};
    const auto found = store.limits().find(store::key_of(limit));
    if (!found) {
        return found.error();
    }
    if (*found) {
        difference.before = devices_text((**found).devices);
        difference.standing = (**found).devices == limit.devices ? Standing::same
                              : is_imported((**found).by)        ? Standing::changed
                                                                 : Standing::kept;
        difference.note =
            difference.standing == Standing::kept ? "set here by " + (**found).by : "";
    }
    const bool writes =
        difference.standing == Standing::created || difference.standing == Standing::changed;
    if (run == Run::real && writes) {
        if (auto done = store.limits().set(limit); !done) {
            return done.error();
        }
    }
    return difference;
}

std::string exemption_text(const Exemption& exemption) {
    const std::string until =
        exemption.until ? "until " + to_rfc3339(*exemption.until) : "for good";
    return exemption.reason.empty() ? until : until + ": " + exemption.reason;
}

Result<Difference> put_exemption(store::Store& store, const Exemption& exemption, Run run) {
    Difference difference{
        Subject::exemption, exemption.account.name, {}, "", exemption_text(exemption), ""
    };
    const auto found = store.exemptions().find(store::key_of(exemption));
    if (!found) {
        return found.error();
    }
    if (*found) {
        difference.before = exemption_text(**found);
        difference.standing = difference.before == difference.after ? Standing::same
                              : is_imported((**found).by)           ? Standing::changed
                                                                    : Standing::kept;
        difference.note =
            difference.standing == Standing::kept ? "set here by " + (**found).by : "";
    }
    const bool writes =
        difference.standing == Standing::created || difference.standing == Standing::changed;
    if (run == Run::real && writes) {
        if (auto done = store.exemptions().set(exemption); !done) {
            return done.error();
        }
    }
    return difference;
}

/// The violations of one account that are later than what was taken over before.
Result<Difference> put_violations(
    store::Store& store, const Plan& plan, const std::vector<const PastViolation*>& all, Run run
) {
    const std::string& account = all.front()->account;
    Difference difference{Subject::violations, account, Standing::same, "", "", ""};
    if (plan.backend.empty()) {
        difference.standing = Standing::impossible;
        difference.note = "no panel was imported that the account could be in";
        return difference;
    }
    const std::string key = memory_key(plan.peer, "violations", account);
    const auto told = store.meta().get(key);
    if (!told) {
        return told.error();
    }
    const auto newest = *told ? parse_rfc3339(**told) : Result<TimePoint>(TimePoint());
    int fresh = 0;
    for (const PastViolation* past : all) {
        if (newest && past->at <= *newest) {
            continue;
        }
        ++fresh;
        Violation violation;
        violation.account = {plan.backend, account};
        violation.devices = past->devices;
        violation.opened = past->at;
        violation.closed = past->at;
        violation.origins = past->addresses;
        violation.confidence = Confidence::medium;
        if (run == Run::real) {
            if (auto added = store.violations().add(violation); !added) {
                return added.error();
            }
        }
    }
    difference.standing = fresh > 0 ? Standing::created : Standing::same;
    difference.after = std::to_string(fresh > 0 ? fresh : static_cast<int>(all.size()));
    if (run == Run::real && fresh > 0) {
        if (auto done = store.meta().set(key, to_rfc3339(all.back()->at)); !done) {
            return done.error();
        }
    }
    return difference;
}

}  // namespace

std::string memory_key(Peer peer, const std::string& what, const std::string& account) {
    return "import." + std::string(name_of(peer)) + "." + what + "." + account;
}

Result<std::vector<Difference>> put_people(
    store::Store& store, const Plan& plan, TimePoint now, Run run
) {
    std::vector<Difference> all;
    const auto keep = [&](Result<Difference> difference) -> Result<void> {
        if (!difference) {
            return difference.error();
        }
        all.push_back(*std::move(difference));
        return {};
    };
    for (const LimitSetting& limit : plan.limits) {
        if (auto done = keep(put_limit(store, limit, run)); !done) {
            return done.error();
        }
    }
    for (const Exemption& exemption : plan.exemptions) {
        if (auto done = keep(put_exemption(store, exemption, run)); !done) {
            return done.error();
        }
    }
    for (const Punishment& punishment : plan.punishments) {
        if (auto done = keep(put_punishment(store, plan, punishment, now, run)); !done) {
            return done.error();
        }
    }
    std::map<std::string, std::vector<const PastViolation*>> history;
    for (const PastViolation& violation : plan.history) {
        history[violation.account].push_back(&violation);
    }
    for (const auto& [account, violations] : history) {
        if (auto done = keep(put_violations(store, plan, violations, run)); !done) {
            return done.error();
        }
    }
    return all;
}

}  // namespace fairgate::importing::applying
