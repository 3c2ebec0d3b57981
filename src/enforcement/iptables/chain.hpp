#pragma once

#include "base/clock.hpp"
#include "enforcement/address_blocker.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Our chain FAIRGATE in the table `filter`, in the words of iptables-save and iptables-restore.

namespace fairgate::enforcement::iptables {

/// What iptables-save says of our chain.
struct Chain {
    bool exists = false;
    bool input_first = false;    ///< INPUT asks our chain before all others
    bool forward_first = false;  ///< and so does FORWARD
    int input_jumps = 0;
    int forward_jumps = 0;
    std::vector<Block> blocks = {};  ///< each once, without its account
};

/// Lines that are not ours, and those that somebody changed, are left out.
Chain read_chain(std::string_view saved);

/// What iptables-restore --noflush makes of it: our chain with exactly these, asked first, in one
/// transaction. Other chains stay as they are.
std::string write_chain(
    const Chain& now, const std::vector<Block>& blocks, const std::vector<std::uint16_t>& open_ports
);

/// What takes our chain away; empty when there is none.
std::string drop_chain(const Chain& now);

}  // namespace fairgate::enforcement::iptables
