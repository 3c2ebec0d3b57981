#include "link/sockets_wire.hpp"

#include "link/address.hpp"
#include "link/fault.hpp"
#include "sources/visible.hpp"

#include <algorithm>

namespace fairgate::link {

using sources::visible;

namespace {

constexpr int most_lacks = 4;
constexpr int most_inbounds = 32;
constexpr int most_ports = 16;
constexpr std::size_t longest_name = 256;
constexpr std::size_t longest_inbound = 64;
/// A time further off would overflow what is reckoned with it.
constexpr std::int64_t latest_us = std::int64_t{1} << 56U;

std::int64_t us(TimePoint time) { return time.time_since_epoch().count(); }
TimePoint time_of(std::int64_t told, Duration lead) {
    return TimePoint(Duration(std::clamp<std::int64_t>(told, 0, latest_us))) - lead;
}
std::uint16_t port_of(std::uint32_t told) { return static_cast<std::uint16_t>(told & 0xFFFFU); }
/// Neither infinite nor less than nothing.
double rate_of(float told) { return told > 0 && told < 1e15F ? double{told} : 0.0; }

int at_most(int told, std::size_t most) { return std::min(told, static_cast<int>(most)); }

Inbound read(const wire::Inbound& told) {
    Inbound inbound;
    inbound.source = visible(told.source(), 64);
    inbound.tag = visible(told.tag(), longest_inbound);
    inbound.sight = visible(told.sight(), 16);
    inbound.joined = told.joined();
    inbound.missing = told.missing();
    inbound.header = told.header();
    inbound.shared = told.shared();
    for (int i = 0; i < at_most(told.ports_size(), most_ports); ++i) {
        inbound.ports.push_back(port_of(told.ports(i)));
    }
    return inbound;
}

void tell(const Live& live, wire::Live& out) {
    out.set_account(live.account.substr(0, longest_name));
    out.set_inbound(live.inbound.substr(0, longest_inbound));
    out.set_address(bytes_of(live.peer.address));
    out.set_port(live.peer.port);
    out.set_local_port(live.local_port);
    out.set_since_us(us(live.since));
    out.set_moved_us(us(live.moved));
    out.set_up(live.up);
    out.set_down(live.down);
    out.set_up_rate(static_cast<float>(live.up_rate));
    out.set_down_rate(static_cast<float>(live.down_rate));
    out.set_shared(live.shared);
}

}  // namespace

void tell(const Sockets& sockets, wire::Sockets& out) {
    out.set_watched(sockets.watched);
    for (const Error& lack : sockets.lacks) {
        tell(lack, *out.add_lacks());
    }
    for (const Inbound& inbound : sockets.inbounds) {
        if (out.inbounds_size() == most_inbounds) {
            break;
        }
        wire::Inbound& told = *out.add_inbounds();
        told.set_source(inbound.source);
        told.set_tag(inbound.tag.substr(0, longest_inbound));
        told.set_sight(inbound.sight);
        told.set_joined(inbound.joined);
        told.set_missing(inbound.missing);
        told.set_header(inbound.header);
        told.set_shared(inbound.shared);
        for (const int port : inbound.ports) {
            told.add_ports(static_cast<std::uint32_t>(port));
        }
    }
}

Sockets read(const wire::Sockets& told) {
    Sockets sockets;
    sockets.watched = told.watched();
    for (int i = 0; i < at_most(told.lacks_size(), most_lacks); ++i) {
        sockets.lacks.push_back(read(told.lacks(i)));
    }
    for (int i = 0; i < at_most(told.inbounds_size(), most_inbounds); ++i) {
        sockets.inbounds.push_back(read(told.inbounds(i)));
    }
    return sockets;
}

void tell(const Look& look, wire::Look& out) {
    for (const std::string& name : look.names) {
        out.add_names(name);
    }
    if (look.address) {
        out.set_address(bytes_of(*look.address));
    }
    out.set_limit(static_cast<std::uint32_t>(look.limit));
}

Look read(const wire::Look& told) {
    Look look;
    for (int i = 0; i < at_most(told.names_size(), most_log_names); ++i) {
        look.names.push_back(told.names(i));
    }
    look.address = address_of(told.address());
    look.limit = std::min<std::size_t>(told.limit(), most_live);
    return look;
}

void tell(const Seen& seen, wire::Seen& out) {
    for (const Live& live : seen.live) {
        tell(live, *out.add_live());
    }
    out.set_more(seen.more);
}

Seen read(const wire::Seen& told, Duration lead) {
    Seen seen;
    seen.more = told.more();
    for (int i = 0; i < at_most(told.live_size(), most_live); ++i) {
        const wire::Live& one = told.live(i);
        const auto address = address_of(one.address());
        if (!address) {
            continue;
        }
        Live& live = seen.live.emplace_back();
        live.account = one.account().substr(0, longest_name);
        live.inbound = visible(one.inbound(), longest_inbound);
        live.peer = {*address, port_of(one.port())};
        live.local_port = port_of(one.local_port());
        live.since = time_of(one.since_us(), lead);
        live.moved = time_of(one.moved_us(), lead);
        live.up = one.up();
        live.down = one.down();
        live.up_rate = rate_of(one.up_rate());
        live.down_rate = rate_of(one.down_rate());
        live.shared = one.shared();
    }
    return seen;
}

void tell(const Cut& cut, wire::Cut& out) {
    for (const std::string& name : cut.names) {
        out.add_names(name);
    }
    for (const Address& address : cut.spared) {
        out.add_spared(bytes_of(address));
    }
}

Cut read(const wire::Cut& told) {
    Cut cut;
    for (int i = 0; i < at_most(told.names_size(), most_log_names); ++i) {
        cut.names.push_back(told.names(i));
    }
    for (int i = 0; i < at_most(told.spared_size(), most_spared); ++i) {
        if (const auto address = address_of(told.spared(i))) {
            cut.spared.push_back(*address);
        }
    }
    return cut;
}

void tell(const WasCut& done, wire::WasCut& out) {
    out.set_cut(done.cut);
    out.set_left(done.left);
    out.set_text(done.text);
    out.set_failed(done.error.has_value());
    if (done.error) {
        tell(*done.error, *out.mutable_lack());
    }
}

WasCut read(const wire::WasCut& told) {
    WasCut done;
    done.cut = told.cut();
    done.left = told.left();
    done.text = visible(told.text(), 400);
    if (told.failed()) {
        done.error = read(told.lack());
    }
    return done;
}

}  // namespace fairgate::link
