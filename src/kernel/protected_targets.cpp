#include "kernel/protected_targets.hpp"

#include "kernel/errors.hpp"
#include "kernel/own_network.hpp"

#include <array>

namespace fairgate::kernel {

namespace {

struct Rule {
    std::string_view because;
    std::string_view next;
};

Rule rule_of(Protection why) {
    switch (why) {
        case Protection::loopback:
            return {"it is this machine itself (loopback)", "act on the account instead"};
        case Protection::no_single_machine:
            return {"it is no single machine's address", "name one customer's address"};
        case Protection::own:
            return {"it is an address of this machine", "act on the account instead"};
        case Protection::gateway:
            return {"this machine reaches others through it", "act on the account instead"};
        case Protection::operator_session:
            return {
                "an operator works on this machine from there",
                "log in from elsewhere, or act on the account instead"
            };
        case Protection::panel:
            return {"a panel of the configuration is there", "act on the account instead"};
        case Protection::node:
            return {"a node of yours is there", "act on the account instead"};
        case Protection::hub:
            return {"this node's hub is there", "act on the account instead"};
        case Protection::trusted:
            return {"you trust it", "fairgate trust list"};
    }
    return {};
}

Error refused(const std::string& target, Protection why) {
    const Rule rule = rule_of(why);
    return errors::is_protected(target, std::string(rule.because), std::string(rule.next));
}

struct Reserved {
    Network network;
    Protection why;
};

const std::array<Reserved, 6>& reserved() {
    static const std::array<Reserved, 6> result{{
        {*Network::parse("127.0.0.0/8"), Protection::loopback},
        {*Network::parse("::1"), Protection::loopback},
        {*Network::parse("0.0.0.0/8"), Protection::no_single_machine},
        {*Network::parse("::"), Protection::no_single_machine},
        {*Network::parse("224.0.0.0/3"), Protection::no_single_machine},  // 240/4 and broadcast too
        {*Network::parse("ff00::/8"), Protection::no_single_machine},
    }};
    return result;
}

bool overlap(const Network& one, const Network& other) {
    return one.contains(other.base()) || other.contains(one.base());
}

}  // namespace

void ProtectedTargets::add(const Address& address, Protection why) {
    addresses_.emplace(address, why);
}

void ProtectedTargets::add(const Network& network, Protection why) {
    networks_.emplace_back(network, why);
}

void ProtectedTargets::add_ssh_connection(std::string_view text) {
    if (const auto peer = Address::parse(text.substr(0, text.find_first_of(" %")))) {
        add(*peer, Protection::operator_session);
    }
}

Result<> ProtectedTargets::add_network_of(const NetworkNamespace& place) {
    auto found = read_own_network(place);
    if (!found) {
        return found.error();
    }
    for (const Address& address : found->addresses) {
        add(address, Protection::own);
    }
    for (const Address& address : found->gateways) {
        add(address, Protection::gateway);
    }
    return {};
}

std::optional<Protection> ProtectedTargets::why(const Address& address) const {
    for (const Reserved& rule : reserved()) {
        if (rule.network.contains(address)) {
            return rule.why;
        }
    }
    if (const auto found = addresses_.find(address); found != addresses_.end()) {
        return found->second;
    }
    for (const auto& [network, reason] : networks_) {
        if (network.contains(address)) {
            return reason;
        }
    }
    return std::nullopt;
}

Result<> ProtectedTargets::allow(const Address& address) const {
    if (const auto reason = why(address)) {
        return refused(address.text(), *reason);
    }
    return {};
}

Result<> ProtectedTargets::allow(const Network& network) const {
    for (const Reserved& rule : reserved()) {
        if (overlap(network, rule.network)) {
            return refused(network.text(), rule.why);
        }
    }
    for (const auto& [inside, reason] : networks_) {
        if (overlap(network, inside)) {
            return refused(network.text(), reason);
        }
    }
    for (const auto& [address, reason] : addresses_) {
        if (network.contains(address)) {
            return refused(network.text() + ", which holds " + address.text() + ",", reason);
        }
    }
    return {};
}

}  // namespace fairgate::kernel
