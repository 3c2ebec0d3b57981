#pragma once

#include "backends/xray/methods.hpp"
#include "backends/xray/releases.hpp"
#include "backends/xray/user_bytes.hpp"
#include "base/error.hpp"
#include "grpc/client.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::backends::xray {

struct Inbound {
    std::string tag;
    std::string package;  ///< "xray.proxy.vless"; empty when only tags were asked for
};

struct Counter {
    std::string name;  ///< "user>>>alice>>>traffic>>>uplink"
    std::int64_t value = 0;
};

/// An address with a live connection of an account.
struct OnlineAddress {
    std::string email;
    std::string address;         ///< without the brackets that cores put around IPv6
    std::int64_t last_seen = 0;  ///< seconds since 1970
};

/// What came of an order that may have been carried out before. other_protocol: the inbound of that
/// tag holds accounts of another kind now, or of no kind that could be told, and nothing was sent.
enum class UserOrder { done, already, no_such_inbound, no_users_there, other_protocol };

/// Whether the core still is the process that a user was taken from.
enum class Process { same, restarted };

/// A core's API, as far as it is safe. Whatever is not a method here cannot be sent: counters are
/// never reset, rules and inbounds are never touched, online maps are read through the one call
/// that never stood in a core where reading them could kill it, or at the operator's word.
///
/// Errors are those of the connection (FG-NET, FG-GRPC-001 to 005), or FG-XRY.
class CoreClient {
public:
    template <class T>
    using Answer = boost::asio::awaitable<Result<T>>;

    explicit CoreClient(std::unique_ptr<grpc::Client> grpc);

    /// Finds out which core this is and what it answers, and remembers it from then on, until it is
    /// called again. FG-XRY-001 when it is neither core, or no service is switched on.
    Answer<Abilities> find_out();
    const std::optional<Abilities>& abilities() const { return abilities_; }

    Answer<std::chrono::seconds> uptime();
    /// Those whose names contain `part`; never resets them.
    Answer<std::vector<Counter>> counters(std::string part);
    /// Xray 26.4.13 and newer.
    Answer<std::vector<OnlineAddress>> online();
    /// The same by one call for each account, in Xray 26.3.23 and newer. In an older core it may
    /// end the core (Xray-core issue 4512), and nothing tells such a core from a newer one: only
    /// for an operator who said that it is new enough.
    Answer<std::vector<OnlineAddress>> online_one_by_one();
    /// Xray 25.6.7 and newer.
    enum class Detail { tags, packages };
    Answer<std::vector<Inbound>> inbounds(Detail detail);
    /// Nothing when there is no such inbound, or none with users that can be managed. Xray 24.11.5
    /// and newer.
    Answer<std::optional<std::vector<UserBytes>>> users(std::string tag);
    Answer<std::optional<std::vector<UserBytes>>> users(std::string tag, std::string email);
    Answer<std::int64_t> users_count(std::string tag);

    /// Live connections of that user go on.
    Answer<UserOrder> remove(std::string tag, std::string email);
    /// Only where accounts of that kind are at home: one of another kind makes a core panic. Where
    /// the core cannot tell what its inbounds are, only into the same process.
    Answer<UserOrder> put_back(std::string tag, UserBytes user, Process process);

    const std::string& place() const { return grpc_->place(); }
    std::uint64_t connections() const { return grpc_->connections(); }

private:
    enum class Service { absent, old_without_method, present };
    Answer<grpc::Answer> call(Method method, std::string message);
    Answer<std::string> expect(Method method, std::string message);
    Answer<Service> has(Core core, Method method, std::string message);
    Answer<std::optional<Abilities>> find_out(Core core);
    /// "xray.proxy.vless": whose accounts the inbound holds; empty when that cannot be told.
    Answer<std::string> package_at(const std::string& tag);
    Answer<UserOrder> alter(std::string tag, Operation operation, std::string value);

    std::unique_ptr<grpc::Client> grpc_;
    std::optional<Abilities> abilities_;
};

}  // namespace fairgate::backends::xray
