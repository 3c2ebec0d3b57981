#pragma once

#include "base/clock.hpp"
#include "control/events.hpp"
#include "daemon/refusable.hpp"
#include "daemon/unit.hpp"
#include "enforcement/executor.hpp"
#include "model/decision.hpp"
#include "model/violation.hpp"
#include "policy/breaker.hpp"
#include "policy/decide.hpp"
#include "policy/ladder.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace fairgate::daemon {

/// Turns a violation into a decision, writes both down, and orders what is to be carried out. What
/// could not be written is tried again with the next slot: without a journal nothing is enforced.
class Decider {
public:
    /// Why nothing seen by these nodes may lead to a measure, or nothing.
    using Distrust =
        std::function<std::optional<std::string>(const std::vector<std::string>& nodes)>;

    /// Which of these addresses of the account may be refused.
    using AskRefusable = std::function<
        boost::asio::awaitable<Refusable>(AccountKey account, std::vector<std::string> wanted)>;

    struct Parts {
        const Clock& clock;
        store::Store& store;
        boost::asio::any_io_executor store_thread;
        enforcement::Executor& executor;
        control::EventLog& events;
        Distrust distrust;
        AskRefusable refusable = {};
    };
    Decider(Parts parts, policy::Ladder ladder, policy::BreakerRule breaker);

    /// Reads the ladder's memory. Once, before anything is decided.
    boost::asio::awaitable<Result<void>> load();

    boost::asio::awaitable<void> opened(Unit& unit, Opened opened);
    boost::asio::awaitable<void> grew(Violation violation);
    boost::asio::awaitable<void> closed(Violation violation);
    /// Enforcement may be possible now: decides again about violations whose decision was held
    /// back.
    boost::asio::awaitable<void> decide_again(Unit& unit);
    /// What a block that is in force cannot cut, connections over UDP, is refused in the firewall
    /// for longer than they stay open without packets, where nobody else is behind the address.
    boost::asio::awaitable<void> stop_carriers(Unit& unit, Measure measure);
    /// A block is being lifted, whoever ordered it: what was refused because it could not cut that
    /// is let in again with it.
    boost::asio::awaitable<void> let_carriers_in(Measure lifting);
    /// Whether it may come to that.
    bool ends_carriers(const Measure& measure) const;
    void set_udp_idle(Duration idle) { udp_idle_ = idle; }
    /// Violations whose decision could not be written.
    /// If such a violation is over by then, nobody is blocked for it.
    boost::asio::awaitable<void> try_again();
    /// Accounts that were warned so long ago that they had time to heed it, while the ladder has a
    /// step after the warning. Whoever still is over the limit violates it anew.
    std::vector<AccountKey> warned_long_enough(TimePoint now) const;

    void set_ladder(policy::Ladder ladder) { ladder_ = std::move(ladder); }
    void set_breaker(policy::BreakerRule rule) {
        breaker_.set_rule(rule);
        breaker_window_ = rule.window;
    }
    /// Who came later than the limit allows is refused, and nobody else.
    void set_refusing(std::optional<policy::Refusing> refusing) { refusing_ = refusing; }
    policy::Breaker& breaker() { return breaker_; }
    const policy::Breaker& breaker() const { return breaker_; }

private:
    struct Undecided {
        Unit* unit = nullptr;
        Opened opened;
    };
    /// What the newest decision on an open violation came to.
    struct Standing {
        TimePoint decided;
        int step = 1;
        bool held_back = false;  ///< what the ladder asks for was only recorded
        bool warned = false;     ///< it asks for a warning
    };
    boost::asio::awaitable<Result<void>> write_and_decide(Unit& unit, Opened& opened);
    boost::asio::awaitable<Result<void>> write_violation(Opened& opened);
    boost::asio::awaitable<void> update(Violation violation);
    boost::asio::awaitable<Result<void>> decide(Unit& unit, Opened& opened);
    bool is_person_held(const Unit& unit, const AccountKey& account) const;
    int violations_within(const Opened& opened, TimePoint now);
    boost::asio::awaitable<void> choose_refused(
        const Unit& unit, policy::Circumstances& circumstances, Opened& opened
    );
    void refused(Unit& unit, const Decision& decision);
    boost::asio::awaitable<Result<DecisionId>> write_down(Decision decision);
    void remember(const Decision& decision);
    void complete(Decision& decision, const Opened& opened) const;
    void tell_undecided(const AccountKey& account, const Error& error);
    void tell(const Decision& decision);
    void tell_breaker(int allowed);
    void tell_uncut(const Measure& measure, const std::string& inbound);
    void tell(control::Topic topic, const Violation& violation, const std::string& what);

    Parts parts_;
    policy::Ladder ladder_;
    policy::Breaker breaker_;
    Duration breaker_window_;
    Duration udp_idle_ = std::chrono::seconds(150);
    std::optional<policy::Refusing> refusing_;
    std::map<AccountKey, TimePoint> refused_at_;            ///< of the breaker's time
    std::map<AccountKey, std::vector<TimePoint>> history_;  ///< of violations that count
    std::map<AccountKey, Standing> standing_;               ///< of open violations
    std::vector<Undecided> undecided_;
    std::set<std::string, std::less<>> uncut_;     ///< inbounds it was said of
    std::map<std::int64_t, Violation> unwritten_;  ///< by id: how they are now
};

}  // namespace fairgate::daemon
