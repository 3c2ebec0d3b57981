// What the firewall holds, against what is held for the hub.
#include "agent/measures.hpp"

#include <algorithm>

namespace fairgate::agent {

namespace {

void list(
    link::FirewallLook& look,
    link::Found found,
    const std::vector<enforcement::Refusal>& refusals,
    const std::map<MeasureId, std::int64_t>& ordered
) {
    const std::size_t most = std::min(refusals.size(), link::most_listed);
    for (std::size_t i = 0; i < most; ++i) {
        const enforcement::Refusal& refusal = refusals[i];
        link::FoundRefusal& one = look.listed.emplace_back();
        one.found = found;
        one.denial = refusal.denial;
        one.until = refusal.until;
        one.why_not = refusal.why_not;
        for (const MeasureId id : refusal.measures) {
            if (const auto known = ordered.find(id); known != ordered.end()) {
                one.measures.push_back(known->second);
            }
        }
    }
}

}  // namespace

/// Another program may have flushed it: what is gone is ordered again at once.
boost::asio::awaitable<void> Measures::look_at_firewall() {
    if (parts_.driver.empty()) {
        co_return;
    }
    const auto drift = co_await firewall(parts_.driver).compare(executor_->open());
    if (!drift) {
        look_.reset();  // why it does not work is told by itself
        co_return;
    }
    std::map<MeasureId, std::int64_t> ordered;
    for (const auto& [account, holding] : held_) {
        if (const auto key = key_of(account)) {
            ordered[holding.measure.id] = key->measure;
        }
    }
    link::FirewallLook look;
    look.looked = parts_.clock.now();
    look.in_force = drift->in_force.size();
    look.missing = drift->missing.size();
    look.strays = drift->strays.size();
    look.left_out = drift->left_out.size();
    const std::uint64_t before = look_ ? look_->missing : 0;
    look.lost = (look_ ? look_->lost : 0) + look.missing - std::min(look.missing, before);
    list(look, link::Found::in_force, drift->in_force, ordered);
    list(look, link::Found::missing, drift->missing, ordered);
    list(look, link::Found::stray, drift->strays, ordered);
    list(look, link::Found::left_out, drift->left_out, ordered);
    look_ = std::move(look);
    for (const enforcement::Refusal& gone : drift->missing) {
        for (const MeasureId id : gone.measures) {
            executor_->look_again(id);
        }
    }
}

/// A measure may look at its addresses before the firewall as a whole is looked at.
void Measures::count_lost(const enforcement::MeasureEvent& event) {
    const bool gone =
        event.what.starts_with("has no effect") && event.measure.enforcer.starts_with(prefix);
    if (gone && look_ && look_->missing == 0) {
        ++look_->lost;
    }
}

}  // namespace fairgate::agent
