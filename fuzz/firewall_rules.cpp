// Whatever a firewall's tool says, only numbers and addresses come from it into our own orders, and
// what was read of our rules is written as the same rules.
#include "enforcement/fail2ban/fail2ban.hpp"
#include "enforcement/iptables/chain.hpp"
#include "enforcement/ufw/added_rules.hpp"
#include "kernel/nft_layout.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace fairgate;
using namespace fairgate::enforcement;

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

/// No quote, no brace, no dollar, no semicolon, nothing beyond ASCII.
void require_plain(std::string_view order, std::string_view also) {
    require(std::ranges::all_of(order, [&also](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || also.find(letter) != std::string_view::npos;
    }));
}

void check_chain(std::string_view text) {
    iptables::Chain chain = iptables::read_chain(text);
    // The same rule a hundred times is a hundred, and writing them is not what is looked for.
    constexpr std::size_t enough = 50;
    chain.blocks.resize(std::min(chain.blocks.size(), enough));
    chain.input_jumps = std::min(chain.input_jumps, 3);
    chain.forward_jumps = std::min(chain.forward_jumps, 3);
    const std::string written = iptables::write_chain(chain, chain.blocks, {22});
    require_plain(written, " \n*:.[]-");
    require(iptables::read_chain(written).blocks == chain.blocks);
}

void check_added(std::string_view text) {
    for (const ufw::AddedRule& rule : ufw::read_added(text)) {
        std::string line = "ufw";
        for (const std::string& word : ufw::rule_words(rule.block.denial)) {
            require_plain(word, ".:");
            line += " " + word;
        }
        if (check(rule.block.denial)) {
            const auto again = ufw::read_added(line);
            require(again.size() == 1 && again.front().block.denial == rule.block.denial);
        }
    }
}

void check_listing(std::string_view text) {
    const TimePoint now{};
    const auto listing = kernel::nft::read_listing(text, {}, now, "fuzz");
    if (!listing) {
        return;
    }
    for (const kernel::NftElement& element : listing->elements) {
        require(check(element.denial).has_value());
    }
    const auto order = kernel::nft::change(kernel::nft::Order::add, listing->elements, now);
    require_plain(order, " \n.:{},");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_chain(text);
    check_added(text);
    check_listing(text);
    for (const Address& address : fail2ban::read_banned(text)) {
        require_plain(address.text(), ".:");
    }
    return 0;
}
