#pragma once

#include "base/clock.hpp"
#include "base/strong.hpp"
#include "model/address.hpp"
#include "model/bytes.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace fairgate {

using NodeId = Strong<std::uint16_t, struct NodeIdTag>;
using InboundId = Strong<std::uint16_t, struct InboundIdTag>;

/// What an observation says of a connection. `alive` is a live socket that moved bytes.
enum class ObservationKind : std::uint8_t { opened, alive, closed, rejected };

/// One fact about one account. Text is borrowed from the line it was read from and must be used
/// before the next line is read.
struct Observation {
    TimePoint time;            ///< the source's own time, corrected by its clock offset
    std::string_view account;  ///< the account's name as its backend maps it
    Address address;
    std::uint16_t port = 0;  ///< 0: the address came from a header (weak unless declared)
    NodeId node;
    std::string_view inbound;    ///< tag, may be empty
    std::string_view raw;        ///< the line it was read from: hostile text
    std::string_view file = {};  ///< that the line stands in; empty: in none that can be named
    std::uint64_t offset = 0;    ///< of the line's first byte in it
    ObservationKind kind = ObservationKind::opened;
    Bytes up;  ///< moved since the connection was last observed
    Bytes down;
};

}  // namespace fairgate
