#include "link/firewall_look_wire.hpp"

#include "link/order_wire.hpp"
#include "sources/visible.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace fairgate::link {

namespace {

constexpr std::size_t longest_why = 200;
constexpr int most_measures = 16;
/// Times far off would overflow what is reckoned with them.
constexpr std::int64_t latest_us = 1LL << 56U;

struct FoundPair {
    Found ours;
    wire::Refusal::Found told;
};
constexpr std::array kinds = {
    FoundPair{Found::in_force, wire::Refusal::IN_FORCE},
    FoundPair{Found::missing, wire::Refusal::MISSING},
    FoundPair{Found::stray, wire::Refusal::STRAY},
    FoundPair{Found::left_out, wire::Refusal::LEFT_OUT},
};

std::optional<TimePoint> time_of(std::int64_t us, Duration lead) {
    return us < 0 || us > latest_us ? std::nullopt : std::optional(TimePoint(Duration(us)) - lead);
}

std::optional<FoundRefusal> read(const wire::Refusal& told, Duration lead) {
    const auto kind = std::ranges::find(kinds, told.found(), &FoundPair::told);
    const auto denial = link::read(told.denied());
    if (kind == kinds.end() || !denial) {
        return std::nullopt;
    }
    FoundRefusal refusal;
    refusal.found = kind->ours;
    refusal.denial = *denial;
    for (int i = 0; i < std::min(told.measures_size(), most_measures); ++i) {
        refusal.measures.push_back(told.measures(i));
    }
    if (told.ends()) {
        refusal.until = time_of(told.until_us(), lead);
    }
    refusal.why_not = sources::visible(told.why_not(), longest_why);
    return refusal;
}

}  // namespace

void tell(const FirewallLook& look, wire::FirewallLook& out) {
    out.set_looked_us(look.looked.time_since_epoch().count());
    out.set_in_force(look.in_force);
    out.set_missing(look.missing);
    out.set_strays(look.strays);
    out.set_left_out(look.left_out);
    out.set_lost(look.lost);
    for (const FoundRefusal& one : look.listed) {
        wire::Refusal& told = *out.add_listed();
        told.set_found(std::ranges::find(kinds, one.found, &FoundPair::ours)->told);
        tell(one.denial, *told.mutable_denied());
        for (const std::int64_t measure : one.measures) {
            told.add_measures(measure);
        }
        told.set_ends(one.until.has_value());
        told.set_until_us(one.until ? one.until->time_since_epoch().count() : 0);
        told.set_why_not(sources::visible(one.why_not, longest_why));
    }
}

FirewallLook read(const wire::FirewallLook& told, Duration lead) {
    FirewallLook look;
    look.looked = time_of(told.looked_us(), lead).value_or(TimePoint());
    look.in_force = told.in_force();
    look.missing = told.missing();
    look.strays = told.strays();
    look.left_out = told.left_out();
    look.lost = told.lost();
    std::map<Found, std::size_t> taken;
    for (const wire::Refusal& one : told.listed()) {
        auto refusal = read(one, lead);
        if (refusal && ++taken[refusal->found] <= most_listed) {
            look.listed.push_back(*std::move(refusal));
        }
    }
    return look;
}

}  // namespace fairgate::link
