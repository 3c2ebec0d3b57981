#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace fairgate::sessions {

/// What can be known of an inbound's connections from this machine's sockets.
enum class Sight : std::uint8_t {
    unknown,  ///< too few lines so far
    direct,   ///< each connection has a socket here, to the customer's own address and port
    partly,   ///< some have: more than one carrier, or sockets in another namespace
    none,     ///< no line has one: UDP carriers, another machine, another namespace
    header,   ///< addresses come from a proxy's header; the sockets lead to the proxy
    shared    ///< one connection carries several accounts: something in front joins them
};

std::string_view to_text(Sight sight);

/// How the lines of one inbound have met with sockets. Old meetings fade.
struct InboundSight {
    std::uint32_t joined = 0;  ///< lines whose socket was found
    std::uint32_t missing = 0;
    std::uint32_t header = 0;            ///< lines without a port
    std::uint32_t shared = 0;            ///< lines that came with another account's socket
    std::set<std::uint16_t> ports = {};  ///< of ours, that its sockets were connected to

    Sight sight() const;
};

/// The inbounds of one node, by their tag.
class InboundSights {
public:
    enum class Meeting : std::uint8_t { joined, missing, header, shared };
    void note(std::string_view inbound, Meeting meeting);
    void note_port(std::string_view inbound, std::uint16_t port);

    Sight sight(std::string_view inbound) const;
    /// Whether a socket connected to that port of ours may carry the inbound, as far as is known.
    bool may_use(std::string_view inbound, std::uint16_t port) const;
    const std::map<std::string, InboundSight, std::less<>>& all() const { return inbounds_; }

private:
    InboundSight& of(std::string_view inbound);

    std::map<std::string, InboundSight, std::less<>> inbounds_;
};

}  // namespace fairgate::sessions
