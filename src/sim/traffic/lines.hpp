#pragma once

#include "base/clock.hpp"
#include "model/address.hpp"
#include "sim/traffic/device.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace fairgate::sim::traffic {

/// Which core writes a node's access log (Xray-core common/log/access.go and its history).
enum class Core : std::uint8_t { xray_with_microseconds, xray_with_from, xray_plain, v2ray };

/// What of a line varies besides its time, source and account.
struct LineFacts {
    TimePoint time;
    Address source;
    std::uint16_t port = 0;
    Protocol protocol = Protocol::vless;
    std::string_view email;
    std::uint64_t variety = 0;  ///< chooses the destination and the tags
};

/// Writes the lines of one node as its core does, each with its newline.
class LineWriter {
public:
    explicit LineWriter(Core core, int node) : core_(core), node_(node) {}

    void accepted(const LineFacts& facts, std::string& out);
    /// Accepted, but sent to the blackhole outbound.
    void blocked(const LineFacts& facts, std::string& out);
    void rejected(const LineFacts& facts, std::string& out);
    void dns(const LineFacts& facts, std::string& out);
    void error(const LineFacts& facts, std::string& out);
    /// A rejected line whose reason holds a newline and a whole accepted line, by a customer.
    void forged(const LineFacts& facts, const Address& claimed, std::string& out);

private:
    void begin(TimePoint time, std::string& out);
    void source(const LineFacts& facts, std::string& out);
    void detour(const LineFacts& facts, std::string_view outbound, std::string& out);

    Core core_;
    int node_;
    std::int64_t second_ = -1;  ///< whose text is in stamp_
    std::string stamp_;
};

void append_number(std::uint64_t number, std::string& out);

}  // namespace fairgate::sim::traffic
