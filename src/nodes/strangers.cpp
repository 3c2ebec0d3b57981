#include "nodes/strangers.hpp"

#include "model/address.hpp"

#include <algorithm>
#include <string_view>

namespace fairgate::nodes {

namespace {

std::string place_of(std::string_view peer) {
    std::string_view host = peer.substr(0, peer.rfind(':'));
    if (host.starts_with('[')) {
        host = host.substr(1, host.find(']') - 1);
    }
    const auto address = Address::parse(host);
    return address ? Network(*address, address->is_v4() ? 32 : 64).text() : std::string(host);
}

}  // namespace

std::optional<Strangers::Number> Strangers::enter(Number number, const std::string& peer) {
    const std::string place = place_of(peer);
    places_.emplace(number, place);
    ++held_[place];
    if (places_.size() <= most_) {
        return std::nullopt;
    }
    const auto largest =
        std::ranges::max_element(held_, {}, [](const auto& entry) { return entry.second; });
    const std::size_t most = largest->second;
    const auto oldest = std::ranges::find_if(places_, [&](const auto& entry) {
        return held_.at(entry.second) == most;
    });
    const Number chosen = oldest->first;
    leave(chosen);
    return chosen;
}

void Strangers::leave(Number number) {
    const auto found = places_.find(number);
    if (found == places_.end()) {
        return;
    }
    const auto held = held_.find(found->second);
    if (--held->second == 0) {
        held_.erase(held);
    }
    places_.erase(found);
}

}  // namespace fairgate::nodes
