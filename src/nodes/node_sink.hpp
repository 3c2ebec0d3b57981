#pragma once

#include "link/order.hpp"
#include "model/address.hpp"
#include "model/observation.hpp"
#include "nodes/node.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::nodes {

/// Calls with each account, named as in the node's log, and an address that it reported it at.
using EachPair = std::function<
    void(const std::function<void(std::string_view account, const Address& address)>&)>;

/// Who gets what nodes report, and knows what they are to hold.
class NodeSink {
public:
    virtual ~NodeSink() = default;
    /// The name of the node comes from its certificate; the account's is as in its log. The text
    /// is borrowed and ends with the call. True: lines of this account are wanted as evidence.
    virtual bool observe(const NodeRecord& node, const Observation& seen) = 0;
    /// Seen at an inbound whose connections have no sockets on that node, such as a UDP carrier.
    virtual void saw_without_socket(const NodeRecord&, const Observation&) {}
    /// It connected, went away, joined or was revoked: one sentence.
    virtual void tell(const NodeRecord& node, std::string what) = 0;
    /// All measures that this node is to hold now.
    virtual std::vector<link::Order> orders_for(const NodeNow&, const EachPair&) { return {}; }
    /// A node has said how its measures stand, came or went.
    virtual void orders_changed() {}
};

}  // namespace fairgate::nodes
