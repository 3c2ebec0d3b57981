#include "link/order.hpp"

#include <string>

namespace fairgate::link {

Error order_refused(std::string_view why) {
    Error error;
    error.code = "FG-AGT-020";
    error.what = "an order of the hub makes no sense";
    error.cause = why;
    error.state = "nothing of it was carried out";
    error.next = "compare fairgate version on both machines";
    return error;
}

Error too_many_orders() {
    Error error;
    error.code = "FG-AGT-021";
    error.what = "the node holds as many measures as it takes";
    error.cause = std::to_string(most_held) + " are in force there";
    error.state = "this one was not carried out there";
    error.next = "fairgate node show NODE";
    return error;
}

Error firewall_is_off() {
    Error error;
    error.code = "FG-AGT-022";
    error.what = "no firewall is switched on at the node";
    error.cause = "firewall.driver is off in its agent.toml";
    error.state = "nothing was refused there";
    error.next = "on the node: set driver = \"nftables\" under [firewall], restart fairgate-agent";
    return error;
}

Error nothing_here(const std::string& account) {
    Error error;
    error.code = "FG-AGT-024";
    error.what = "nothing of \"" + account + "\" is on this node";
    error.cause = "no connection of it is known to live here";
    error.state = "nothing was refused; it is tried again";
    return error;
}

Error order_is_over() {
    Error error;
    error.code = "FG-AGT-031";
    error.what = "an order of the hub was over before it came";
    error.cause = "its end is past by the node's clock";
    error.state = "nothing of it was carried out";
    error.next = "fairgate node list shows how far the clocks are apart";
    return error;
}

Error all_are_protected(const Error& first) {
    Error error;
    error.code = "FG-AGT-032";
    error.what = "an order of the hub names only what the node never refuses";
    error.cause = first.cause;
    error.state = "nothing of it was carried out";
    error.next = "on the node: see [trust] never_blocked in its agent.toml";
    return error;
}

Error not_ordered(const std::string& node) {
    Error error;
    error.code = "FG-NOD-014";
    error.what = "node " + node + " tells of a measure that it was not told to hold";
    error.state = "it is told to lift it; no other node and no account is touched by it";
    error.next = "fairgate node show " + node;
    return error;
}

Error not_in_core(const std::string& account) {
    Error error;
    error.code = "FG-AGT-025";
    error.what = "the node's core has no account \"" + account + "\"";
    error.cause =
        "its firewall is off and its sockets are not seen, so nothing else could act there";
    error.state = "nothing was done; it is tried again";
    error.next = "on the node: see names of [[source]] and the accounts of its core";
    return error;
}

Error core_fails(const Error& core) {
    Error error;
    error.code = "FG-AGT-026";
    error.what = "the node's core does not carry it out";
    error.cause = to_line(core);
    error.state = core.state.empty() ? "it is tried again" : core.state + "; it is tried again";
    error.next = core.next;
    return error;
}

Error core_is_gone() {
    Error error;
    error.code = "FG-AGT-027";
    error.what = "a core was taken out of agent.toml while accounts are removed from it";
    error.state = "they stay away until the core is named again, or restarted";
    error.next = "on the node: name it under [[backend]] again, or restart that core";
    return error;
}

Error no_journal_here(const Error& store) {
    Error error = store;
    error.code = "FG-AGT-023";
    error.what = "the node's journal cannot be used, so nothing is carried out there";
    error.cause = to_line(store);
    error.state = "what is in force there ends by itself, where the firewall can do that";
    return error;
}

}  // namespace fairgate::link
