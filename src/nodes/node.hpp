#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "link/order.hpp"
#include "link/sockets.hpp"

#include <boost/describe.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace fairgate::nodes {

/// A machine that may report. The serial is that of the one certificate it may show, and beside it
/// that of a newer one which it was given and has not shown yet.
struct NodeRecord {
    std::string name;
    std::string backend;  ///< what holds its accounts; empty: the only one there is
    std::string serial;
    TimePoint joined;
    TimePoint until;  ///< when its certificate ends
    std::optional<TimePoint> revoked;
    std::optional<std::string> next_serial;
    std::optional<TimePoint> next_until;

    bool operator==(const NodeRecord&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    NodeRecord, (), (name, backend, serial, joined, until, revoked, next_serial, next_until)
)

/// A token that was given out and not used yet. Only the hash of its secret is kept.
struct Invitation {
    std::string name;
    std::string backend;
    std::string hash;
    TimePoint expires;

    bool operator==(const Invitation&) const = default;
};
BOOST_DESCRIBE_STRUCT(Invitation, (), (name, backend, hash, expires))

///     invited --joins--> away <--connection--> connected
///                          \________revoked by an operator________> revoked
enum class NodeState { invited, away, connected, revoked };
BOOST_DESCRIBE_ENUM(NodeState, invited, away, connected, revoked)

/// What every surface shows of a node.
struct NodeNow {
    std::string name;
    NodeState state = NodeState::away;
    std::string backend;
    TimePoint since;                       ///< when it came into this state, as far as is known
    std::string address;                   ///< where it connects from
    std::string program;                   ///< its version
    std::optional<TimePoint> heard;        ///< when it last said something
    std::optional<Duration> clock_offset;  ///< its clock minus ours
    std::optional<Duration> round_trip;
    std::uint64_t reports = 0;       ///< taken since the start
    std::uint64_t observations = 0;  ///< made of them
    std::uint64_t passed_over = 0;   ///< too old, or an address nobody can have
    std::uint64_t buffered = 0;      ///< reports that wait there
    std::uint64_t lost = 0;          ///< reports that it had to throw away
    std::uint64_t resident = 0;      ///< bytes of memory it uses
    std::uint64_t received = 0;      ///< bytes it sent
    std::uint64_t sources = 0;
    std::string serial;
    std::optional<TimePoint> until;  ///< end of its certificate, or of its invitation
    std::optional<Error> error;      ///< why the last connection ended
    bool takes_orders = false;       ///< its version does; as it said last
    link::Enforcing enforcing;       ///< what it can carry out, as it said last
    std::size_t held = 0;            ///< measures that it holds for us, as far as is known
    std::optional<Error> lacks;      ///< why nothing is carried out there, if something should be
    link::Sockets sockets;           ///< how well it sees its connections, as it said last
};

}  // namespace fairgate::nodes
