#pragma once

#include "base/clock.hpp"
#include "enforcement/address_blocker.hpp"
#include "enforcement/drift.hpp"
#include "enforcement/enforcer.hpp"
#include "enforcement/shared_blocks.hpp"
#include "model/denial.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fairgate::enforcement {

/// What such a measure refuses, as written when it began; empty while that is not known.
std::vector<Denial> refused_by(const Measure& measure);
/// The same as it is written.
std::string refused_text(std::vector<Denial> denials);

/// Blocks an account by refusing addresses, or single connections, of its own in a firewall. Which
/// they are is asked once, when the measure begins, and stands in its `after`, so that exactly
/// these are let through again whatever becomes of us. Who decides must have seen that no other
/// active account shares them: a firewall that knows no ports refuses their whole addresses.
///
/// The firewall is used in `worker`, an executor of one thread, which must be drained before this
/// goes.
class AddressEnforcer final : public Enforcer {
public:
    /// What of the account is to be refused now. A function that calls a coroutine.
    using Find =
        std::function<boost::asio::awaitable<Result<std::vector<Denial>>>(const Measure& measure)>;

    /// Named "firewall:" and the blocker's name.
    AddressEnforcer(
        std::unique_ptr<AddressBlocker> blocker,
        SharedBlocks::Never never,
        Find find,
        boost::asio::any_io_executor worker,
        const Clock& clock
    );

    std::string_view name() const override { return name_; }
    bool supports(Action action) const override {
        return action == Action::block || action == Action::refuse;
    }
    boost::asio::awaitable<Result<Reading>> read(const Measure& measure) override;
    boost::asio::awaitable<Result<Acted>> act(const Measure& measure) override;
    /// ineffective: somebody flushed the firewall.
    boost::asio::awaitable<Result<Verification>> verify(const Measure& measure) override;
    boost::asio::awaitable<Result<Restored>> restore(const Measure& measure) override;

    /// Whether the firewall could refuse anybody now: AddressBlocker::ready().
    boost::asio::awaitable<Result<>> ready();
    BlockerAbilities abilities() const { return blocker_->abilities(); }

    /// What the firewall holds against what these measures want, of which it looks at its own. All
    /// that are not finished are to be given, or their addresses are taken for strays.
    boost::asio::awaitable<Result<Drift>> compare(const std::vector<Measure>& open);
    /// Lets strays through, and says how many. What is missing is the executor's to order again.
    boost::asio::awaitable<Result<std::size_t>> let_strays_through(const std::vector<Measure>& open
    );
    boost::asio::awaitable<Result<TryOut>> try_out();

private:
    Result<Drift> compare_now(Wants wants, TimePoint now);
    Wants wants_of(const std::vector<Measure>& open) const;

    std::string name_;
    std::unique_ptr<AddressBlocker> blocker_;
    SharedBlocks blocks_;  ///< only touched in worker_
    Find find_;
    boost::asio::any_io_executor worker_;
    const Clock& clock_;
};

}  // namespace fairgate::enforcement
