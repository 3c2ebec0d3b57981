#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace fairgate::nodes {

/// Connections that have not shown yet who they are. They have room of their own, so that nobody
/// keeps agents out by opening sockets: when it is full, the oldest connection of whoever holds
/// most of it ends. An address counts for itself, an IPv6 one with its /64.
class Strangers {
public:
    using Number = std::uint64_t;
    explicit Strangers(std::size_t most) : most_(most) {}

    /// Numbers rise. Gives the connection that has to end to make room, which is left out from
    /// here on. `peer` is "host:port".
    std::optional<Number> enter(Number number, const std::string& peer);
    /// It showed who it is, or ended.
    void leave(Number number);
    bool contains(Number number) const { return places_.contains(number); }
    std::size_t size() const { return places_.size(); }

private:
    std::size_t most_;
    std::map<Number, std::string> places_;
    std::map<std::string, std::size_t> held_;  ///< how many connections come from a place
};

}  // namespace fairgate::nodes
