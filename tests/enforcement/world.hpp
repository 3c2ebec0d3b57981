#pragma once

#include "base/clock.hpp"
#include "enforcement/enforcer.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace fairgate::enforcement {

/// Thrown where the program is to end as if by kill -9. No std::exception: nobody may handle it.
struct Crash {};

/// Ends the program at the n-th point it passes; from then on at every point, until it is revived.
class CrashPoints {
public:
    void crash_at(int points_from_now) { left_ = points_from_now; }
    void pass() {
        if (left_ > 0) {
            --left_;
            dead_ = dead_ || left_ == 0;
        }
        ++passed_;
        if (dead_) {
            die_();
        }
    }
    int passed() const { return passed_; }
    /// How to end; it must not come back.
    void die_by(std::function<void()> die) { die_ = std::move(die); }
    void kill() { dead_ = true; }
    bool dead() const { return dead_; }
    void revive() {
        dead_ = false;
        left_ = 0;
    }

private:
    int left_ = 0;
    int passed_ = 0;
    bool dead_ = false;
    std::function<void()> die_ = [] { throw Crash{}; };
};

enum class SetBy { nobody, administrator, act, restore };

/// What a panel keeps of an account, as far as we change it.
struct Parts {
    std::string status = "active";
    std::string group = "silver";

    bool operator==(const Parts&) const = default;
};

struct WorldAccount {
    std::int64_t id = 0;
    Parts parts = {};
    SetBy set_by = SetBy::nobody;  ///< the status
    int edits = 0;                 ///< by hand
};

/// How the next calls fail.
enum class Fault {
    none,
    before,  ///< an error, and nothing was done
    after,   ///< done, and then an error
    late,    ///< an error, and it is done twenty seconds later unless somebody edits it first
    vain,    ///< taken, and without effect
};

/// A panel in miniature: accounts with a status and a group, edited by hand meanwhile, behind a bad
/// network.
class World {
public:
    explicit World(ManualClock& clock) : clock_(clock) {}
    TimePoint now() const { return clock_.now(); }

    std::map<std::string, WorldAccount>& accounts() { return accounts_; }
    /// Called whenever an enforcer has changed an account.
    std::function<void()> on_change = [] {};

    WorldAccount& account(const std::string& name) { return accounts_.at(name); }
    bool has(const std::string& name) const { return accounts_.contains(name); }
    void create(const std::string& name) { accounts_[name] = WorldAccount{++last_id_}; }
    void remove(const std::string& name) { accounts_.erase(name); }
    void edit_status(const std::string& name, const std::string& status) {
        WorldAccount& account = accounts_.at(name);
        account.parts.status = status;
        account.set_by = SetBy::administrator;
        ++account.edits;
    }
    void edit_group(const std::string& name, const std::string& group) {
        accounts_.at(name).parts.group = group;
        ++accounts_.at(name).edits;
    }
    void fail_next(std::vector<Fault> faults) { faults_ = std::move(faults); }
    Fault next_fault() {
        if (faults_.empty()) {
            return Fault::none;
        }
        const Fault fault = faults_.back();
        faults_.pop_back();
        return fault;
    }
    void set_late(const std::string& name, const Parts& parts) {
        const WorldAccount& account = accounts_.at(name);
        late_.push_back(
            Late{clock_.now() + std::chrono::seconds(20), name, parts, account.id, account.edits}
        );
    }
    /// Time goes on: what was on its way arrives.
    void advance(Duration by) {
        clock_.advance(by);
        std::erase_if(late_, [&](const Late& late) {
            if (late.at > clock_.now()) {
                return false;
            }
            const auto found = accounts_.find(late.name);
            if (found != accounts_.end() && found->second.id == late.id &&
                found->second.edits == late.edits) {
                found->second.parts = late.parts;
                found->second.set_by = SetBy::act;
            }
            return true;
        });
    }
    /// A promise that was broken, for the test to find.
    void blame(const std::string& what) { broken_.push_back(what); }
    const std::vector<std::string>& broken() const { return broken_; }

private:
    struct Late {
        TimePoint at;
        std::string name;
        Parts parts;
        std::int64_t id;
        int edits;
    };

    ManualClock& clock_;
    std::map<std::string, WorldAccount> accounts_;
    std::int64_t last_id_ = 0;
    std::vector<Fault> faults_;
    std::vector<Late> late_;
    std::vector<std::string> broken_;
};

/// Disables accounts of the world and moves them to a group of their own, or revokes them. Before
/// it changes anything it looks whether the journal knows.
class WorldEnforcer final : public Enforcer {
public:
    WorldEnforcer(World& world, CrashPoints& crash, store::Store& store)
        : world_(world), crash_(crash), store_(store) {}

    std::string_view name() const override { return "world"; }
    bool supports(Action action) const override { return action != Action::throttle; }
    boost::asio::awaitable<Result<Reading>> read(const Measure& measure) override;
    boost::asio::awaitable<Result<Acted>> act(const Measure& measure) override;
    boost::asio::awaitable<Result<Verification>> verify(const Measure& measure) override;
    boost::asio::awaitable<Result<Restored>> restore(const Measure& measure) override;

    int calls = 0;

private:
    bool is_gone(const Measure& measure) const;
    static Restored put_back(WorldAccount& account, const Measure& measure);

    World& world_;
    CrashPoints& crash_;
    store::Store& store_;
};

}  // namespace fairgate::enforcement
