#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "config/settings.hpp"
#include "control/check.hpp"
#include "model/account.hpp"
#include "model/address.hpp"
#include "model/evidence.hpp"
#include "model/flow.hpp"
#include "model/limit.hpp"
#include "model/measure.hpp"
#include "model/mode.hpp"
#include "model/origin.hpp"
#include "model/setting.hpp"
#include "model/violation.hpp"
#include "nodes/node.hpp"
#include "sources/source.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What control asks of the running daemon. Everything is a value as it was when it was asked;
/// nothing here waits, so it is asked on the daemon's own executor and answered at once.
namespace fairgate::control {

struct DaemonNow {
    std::string version;
    TimePoint started;
    int config_revision = 1;  ///< counts up with each reload
    TimePoint configured;     ///< when that configuration came into force
    /// Why the newest attempt to reload was refused; empty when it was taken.
    std::vector<Error> config_faults;
    /// What an operator should know and need not act on at once: the clock was set, a table of
    /// networks was not taken. With code, cause and next step.
    std::vector<Error> notices;
    std::size_t accounts_known = 0;
    std::size_t accounts_online = 0;
};

/// A measure that holds the account now, or is about to, or is being lifted.
struct HeldNow {
    MeasureId measure;
    DecisionId decision;
    MeasureState state = MeasureState::pending;
    std::optional<TimePoint> due;  ///< none: until an operator releases it
};

/// An account in one line.
struct AccountNow {
    AccountFacts facts;
    DeviceLimit limit;
    std::optional<std::string> passed_by;  ///< why it is not limited: exempt, in no group, …
    bool online = false;                   ///< active inside the window
    int devices = 0;
    std::vector<std::string> origins;     ///< those active in the window: "203.0.113.0/24"
    std::vector<std::string> nodes;       ///< where it was seen, as far as that is kept
    std::optional<TimePoint> last_seen;   ///< as far back as it is remembered
    std::optional<TimePoint> over_since;  ///< its open violation
    int connections = 0;                  ///< known to live
    double up_rate = 0;                   ///< bytes a second, of these
    double down_rate = 0;
    std::optional<HeldNow> held;
    std::vector<AccountKey> same_person;  ///< accounts whose devices are counted together with its
};

/// An account with everything that would be frozen if it were decided about now: the devices as
/// they are counted, what is not counted and why, the limit, the policy, the last lines.
struct AccountDetail {
    AccountNow now;
    Mode mode = Mode::shadow;
    std::string mode_why;  ///< "group gold is in mode shadow until …"
    Evidence evidence;
};

enum class Among { all, online, over, held };

/// A live connection of an account's: what a log told, joined with the socket that carries it.
struct SessionNow {
    AccountKey account;
    Endpoint peer;                 ///< the customer's
    std::uint16_t local_port = 0;  ///< ours
    std::string node;
    std::string inbound;
    TimePoint since;
    TimePoint moved;         ///< when bytes were last seen to move
    std::uint64_t up = 0;    ///< bytes from the customer, since the connection began
    std::uint64_t down = 0;  ///< bytes to the customer
    double up_rate = 0;      ///< bytes a second
    double down_rate = 0;
    bool shared = false;  ///< carries other accounts as well, and is never cut
};

/// Empty members select everything.
struct SessionQuery {
    AccountKey account;
    std::optional<Address> address;
};

/// What this machine's sockets tell of an inbound's connections.
struct InboundNow {
    std::string source;
    std::string node;
    std::string inbound;
    std::string sight;       ///< sessions::to_text
    std::size_t joined = 0;  ///< lines whose socket was found, lately
    std::size_t missing = 0;
    std::size_t header = 0;  ///< lines whose address came from a proxy's header
    std::size_t shared = 0;  ///< lines that came with another account's connection
    std::vector<int> ports;  ///< of ours
};

/// Which accounts are asked for. Empty members select everything.
struct AccountQuery {
    Among among = Among::all;
    std::string name_holds;  ///< text inside the name
    std::string node;
};

/// Who is behind an address now, and what is known about it.
struct AddressNow {
    NetworkInfo network;
    std::string origin;     ///< the group of addresses it is counted in
    bool rotating = false;  ///< in a network that is a carrier's pool, learned or declared
    std::optional<std::string> never_counted_by;  ///< the entry that trusts it
    std::optional<std::string> never_blocked_by;
    struct Account {
        AccountKey key;
        TimePoint last_seen;
    };
    std::vector<Account> here;       ///< accounts active at this very address in the window
    std::vector<AccountKey> nearby;  ///< others active in the same origin
};

struct EnforcerNow {
    std::string name;                ///< Enforcer::name()
    std::string not_able_because;    ///< empty: it can act
    bool only_records = false;       ///< it touches nothing: no panel is connected
    std::optional<TimePoint> since;  ///< how long it has been so
    std::size_t waiting = 0;         ///< measures that wait for it
    std::optional<Error> last_error;
    std::vector<Action> actions;        ///< what it can do
    bool cuts = false;                  ///< ends live connections on this machine too
    bool refuses_addresses = false;     ///< a firewall
    bool ends_by_itself = false;        ///< lifts in time even if this program is gone
    std::size_t holds = 0;              ///< measures in force by it
    std::vector<std::string> acts_for;  ///< names of backends, or of logs without one
    /// FG-ENF-025 when it does not refuse all that it should, -026 when it refuses more.
    std::optional<Error> drift;
};

enum class BackendState { starting, ready, failed };
BOOST_DESCRIBE_ENUM(BackendState, starting, ready, failed)

struct BackendNow {
    std::string name;  ///< in the configuration
    BackendState state = BackendState::starting;
    std::string version;  ///< in its own words; empty: not known
    std::optional<std::size_t> accounts;
    std::optional<TimePoint> synced;  ///< the last complete list of accounts
    std::optional<Error> error;
    std::vector<Check> rights;  ///< what its login may and may not do
    std::size_t unmapped = 0;   ///< names in logs that it does not know, in the window
    std::vector<std::string> unmapped_samples;
};

struct ModeNow {
    Mode mode = Mode::shadow;  ///< of the whole installation
    std::optional<TimePoint> until;
};

struct BreakerNow {
    std::optional<TimePoint> opened;  ///< none: closed
    int allowed = 0;                  ///< new blocks that a window allows
};

/// The questions.
class Live {
public:
    virtual ~Live() = default;

    virtual TimePoint now() const = 0;
    virtual DaemonNow daemon() const = 0;
    /// The configuration in force.
    virtual std::shared_ptr<const config::Settings> settings() const = 0;
    virtual ModeNow mode() const = 0;
    virtual BreakerNow breaker() const = 0;

    /// In no particular order.
    virtual std::vector<AccountNow> accounts(const AccountQuery& query) const = 0;
    /// All of that name, one for each backend that has it; an empty backend means any. A backend
    /// that tells names apart without regard to case has it as it writes it itself.
    virtual std::vector<AccountNow> find_account(const AccountKey& key) const = 0;
    /// Nothing when it is neither known to a backend nor seen in a log.
    virtual std::optional<AccountDetail> account(const AccountKey& key) const = 0;
    virtual AddressNow address(const Address& address) const = 0;
    /// In no particular order.
    virtual std::vector<SessionNow> sessions(const SessionQuery& query) const = 0;
    virtual std::vector<InboundNow> inbounds() const = 0;
    /// Why this machine's sockets are not seen, or not wholly.
    virtual std::vector<Error> blind_spots() const = 0;

    virtual std::vector<sources::SourceHealth> sources() const = 0;
    /// Machines that report through an agent.
    virtual std::vector<nodes::NodeNow> nodes() const { return {}; }
    /// What a node holds for this hub, as it said last.
    virtual std::vector<link::Done> held_by(const std::string&) const { return {}; }
    virtual std::vector<BackendNow> backends() const = 0;
    virtual std::vector<EnforcerNow> enforcers() const = 0;
    /// Measures that are not finished.
    virtual std::vector<Measure> open_measures() const = 0;
    virtual std::vector<Violation> open_violations() const = 0;
    virtual std::vector<RotatingNetwork> rotating_networks() const = 0;
};

}  // namespace fairgate::control
