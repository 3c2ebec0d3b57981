#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "config/settings.hpp"
#include "control/check.hpp"
#include "control/live.hpp"
#include "daemon/server.hpp"
#include "enforcement/enforcer.hpp"
#include "logs/account_name.hpp"
#include "model/account.hpp"
#include "model/observation.hpp"
#include "sources/source.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::daemon {

/// What a backend tells the daemon while it runs.
struct BackendListener {
    /// Groups, owners, limits or states of accounts may be others now.
    std::function<void()> accounts_changed;
    /// A log of its own is to be read from now on, or no longer.
    std::function<void(std::shared_ptr<sources::Source>, std::string node)> source_added;
    std::function<void(const std::string& node)> source_removed;
    /// An account was active, without a line that tells it.
    std::function<void(const Observation& seen)> saw;
    /// An account may be let in although a measure should keep it out: look at that now.
    std::function<void(const std::string& account)> look_at_measures;
};

/// What holds accounts, as the daemon needs it: a panel, or nothing but the names in a log.
class Backend {
public:
    virtual ~Backend() = default;

    virtual const std::string& name() const = 0;
    /// How the e-mails in its logs are read.
    virtual logs::Names names() const = 0;
    /// The account that a line is about, by what logs::account_name gave; nothing for a name that
    /// the backend does not know (yet).
    virtual std::optional<std::string> account_of(std::string_view name_in_log, TimePoint now) = 0;
    /// False until it has once been told who there is: lines read before that would be nobody's.
    virtual bool knows_accounts() const { return true; }
    /// Of the account that the backend takes the name for: the key has it as the backend writes it,
    /// which may be in another case.
    virtual AccountFacts facts(std::string_view account) const = 0;
    /// Whether it holds that account, or was told so; false where nobody tells it.
    virtual bool knows(std::string_view account) const = 0;
    virtual void each_account(const std::function<void(const AccountFacts&)>& take) const = 0;

    /// Who there is as text, for the next run to know at once; nothing where nobody was asked yet,
    /// or nobody need be.
    virtual std::optional<std::string> accounts_as_text() const { return std::nullopt; }
    /// What the last run knew at that time, before run(): the backend is asked again all the same.
    virtual void take_up_accounts(std::string_view, TimePoint) {}

    virtual enforcement::Enforcer& enforcer() = 0;
    /// What a block is called here.
    virtual Action block_action() const = 0;
    /// Why it answers and can block nobody all the same; nothing when it can, or is not known yet.
    virtual std::optional<Error> cannot_block() const { return std::nullopt; }
    /// What else than log lines it tells observations from.
    virtual std::vector<sources::SourceHealth> sources(TimePoint) const { return {}; }
    /// Its panel and the machines that serve its accounts, as far as it is told.
    virtual std::vector<Server> servers() const { return {}; }
    virtual control::BackendNow now() const = 0;
    /// A line of an account that is under a block: proof that it does not hold, or a trailing one.
    virtual void saw_held(std::string_view account, TimePoint time, std::string_view raw) = 0;

    /// The clock was set (back: negative): what is to happen in a while still is.
    virtual void clock_was_set(Duration) {}

    /// Keeps itself up to date until it is cancelled.
    virtual boost::asio::awaitable<void> run(BackendListener listener) = 0;
    /// Tries what is needed of it, step by step.
    virtual boost::asio::awaitable<std::vector<control::Check>> test() = 0;
};

/// The accounts of a log without a panel: whoever appears. Blocks are recorded, not carried out.
std::unique_ptr<Backend> make_local_backend(std::string name, logs::Names names);

/// The table of what can be connected, by its type in the configuration.
Result<std::unique_ptr<Backend>> make_backend(
    const boost::asio::any_io_executor& executor,
    const Clock& clock,
    const config::BackendSettings& settings,
    std::uint64_t seed
);

}  // namespace fairgate::daemon
