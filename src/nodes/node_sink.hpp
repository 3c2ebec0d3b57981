#pragma once

#include "model/observation.hpp"
#include "nodes/node.hpp"

#include <string>

namespace fairgate::nodes {

/// Who gets what nodes report.
class NodeSink {
public:
    virtual ~NodeSink() = default;
    /// The name of the node comes from its certificate; the account's is as in its log. The text
    /// is borrowed and ends with the call. True: lines of this account are wanted as evidence.
    virtual bool observe(const NodeRecord& node, const Observation& seen) = 0;
    /// It connected, went away, joined or was revoked: one sentence.
    virtual void tell(const NodeRecord& node, std::string what) = 0;
};

}  // namespace fairgate::nodes
