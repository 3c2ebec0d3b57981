#include "tracker/dual_stack.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace fairgate::tracker {

namespace {

constexpr std::size_t most_customers = 64;  ///< of a network, 48 bytes each
constexpr int least_customers = 4;          ///< fewer say nothing about a network
/// With fewer accounts than this in all, no network is going to have enough.
constexpr std::size_t many_accounts = 50;
/// Looks, one a window, after which a network with few customers is taken for an ordinary one.
constexpr std::uint16_t patience = 12;
constexpr std::uint32_t looks_remembered = 288;  ///< a day of windows of five minutes

constexpr std::uint32_t order_of(std::uint32_t tag) {
    std::uint64_t hash = (std::uint64_t{tag} + 1) * 0x9e3779b97f4a7c15U;
    hash ^= hash >> 29U;
    return static_cast<std::uint32_t>(hash * 0xbf58476d1ce4e5b9U >> 32U);
}

}  // namespace

void DualStack::Customer::note(std::span<const Asn> v4) {
    constexpr std::uint16_t most = 1024;  // then all are halved: what counts is the recent past
    if (looks >= most) {
        looks /= 2;
        with_v4 /= 2;
        for (Beside& each : beside) {
            each.looks /= 2;
        }
    }
    ++looks;
    with_v4 = static_cast<std::uint16_t>(with_v4 + (v4.empty() ? 0 : 1));
    for (const Asn asn : v4) {
        auto at = std::ranges::find(beside, asn.value, &Beside::asn);
        if (at == beside.end()) {
            at = std::ranges::min_element(beside, {}, &Beside::looks);
            *at = {asn.value, 0};
        }
        ++at->looks;
    }
}

bool DualStack::Customer::has(std::uint32_t asn) const {
    const auto at = std::ranges::find(beside, asn, &Beside::asn);
    return at != beside.end() && at->looks * 2 >= with_v4;
}

void DualStack::add_sample(std::uint32_t tag, Asn v6, std::span<const Asn> v4) {
    std::vector<Customer>& customers = records_[v6.value].customers;
    const std::uint32_t order = order_of(tag);
    auto at = std::ranges::lower_bound(customers, order, {}, &Customer::order);
    if (at == customers.end() || at->order != order) {
        if (customers.size() == most_customers) {
            if (at == customers.end()) {
                return;
            }
            customers.pop_back();
        }
        at = customers.insert(at, Customer{.order = order});
    }
    at->last = look_;
    at->note(v4);
}

void DualStack::judge() {
    ++look_;
    few_ &= std::exchange(accounts_, 0) < many_accounts;
    providers_.clear();
    std::vector<std::uint32_t> networks;  // in order: nothing may depend on the order of a hash map
    networks.reserve(records_.size());
    for (const auto& [asn, record] : records_) {
        networks.push_back(asn);
    }
    std::ranges::sort(networks);
    for (const std::uint32_t asn : networks) {
        judge_one(asn, records_.find(asn)->second);
    }
}

void DualStack::judge_one(std::uint32_t v6, Record& record) {
    record.looks = static_cast<std::uint16_t>(std::min(record.looks + 1, 1000));
    std::erase_if(record.customers, [this](const Customer& customer) {
        return look_ - customer.last > looks_remembered;
    });
    int customers = 0;
    int with_v4 = 0;
    int with_own = 0;
    boost::unordered_flat_map<std::uint32_t, int> with;
    for (const Customer& customer : record.customers) {
        ++customers;
        if (customer.with_v4 * 4 < customer.looks) {
            continue;
        }
        ++with_v4;
        with_own += customer.has(v6) ? 1 : 0;
        for (const Customer::Beside& beside : customer.beside) {
            if (beside.asn != 0 && customer.has(beside.asn)) {
                ++with[beside.asn];
            }
        }
    }
    // One with IPv4 of the same network tells that it has some.
    if (customers < least_customers && with_own == 0) {
        record.partner = few_ || record.looks >= patience ? Ipv4Partner::assumed : Ipv4Partner::any;
        return;
    }
    // Mostly alone, or with IPv4 of its own, which a provider that has none of it there never is:
    // what else comes with it are other people, or the same on the move.
    record.partner =
        with_own * 5 >= with_v4 || with_v4 * 2 < customers ? Ipv4Partner::own : Ipv4Partner::any;
    if (record.partner == Ipv4Partner::own) {
        return;
    }
    for (const auto& [asn, number] : with) {
        // A third of its customers: no network is that often where people share or move to.
        if (number * 3 >= with_v4) {
            join(v6, asn);
            record.partner = Ipv4Partner::own;
        }
    }
}

void DualStack::join(std::uint32_t one, std::uint32_t other) {
    const std::uint32_t from = provider(Asn{one}).value;
    const std::uint32_t to = provider(Asn{other}).value;
    for (auto& [asn, provider] : providers_) {
        provider = provider == std::max(from, to) ? std::min(from, to) : provider;
    }
    for (const std::uint32_t asn : {one, other, from, to}) {
        providers_[asn] = std::min(from, to);
    }
}

Ipv4Partner DualStack::partner(Asn v6) const {
    const auto found = records_.find(v6.value);
    if (found == records_.end() || found->second.looks == 0) {
        return few_ ? Ipv4Partner::assumed : Ipv4Partner::any;
    }
    return found->second.partner;
}

Asn DualStack::provider(Asn asn) const {
    const auto found = providers_.find(asn.value);
    return found == providers_.end() ? asn : Asn{found->second};
}

}  // namespace fairgate::tracker
