#pragma once

#include "backends/xray/accounts_file.hpp"
#include "backends/xray/core_client.hpp"
#include "backends/xray/core_watch.hpp"
#include "backends/xray/directory.hpp"
#include "backends/xray/image.hpp"
#include "base/clock.hpp"
#include "enforcement/enforcer.hpp"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::backends::xray {

struct EnforcerSettings {
    /// The core's own configuration; needed where the core cannot tell what an account is.
    std::string accounts_file;
    /// Tags of inbounds, for cores that do not list them.
    std::vector<std::string> inbounds;
    /// What is on its way when an account is removed may still arrive; file mode only.
    Duration grace = std::chrono::seconds(30);
    /// A core that was restarted, or a panel, has put everybody back: noticed after so long.
    Duration look_again = std::chrono::seconds(10);
};

/// Blocks by removing the account from the core's inbounds, and gives back the bytes that were
/// there. What the core holds now decides; whoever was changed by others meanwhile is left alone.
/// Connections that are open go on: cutting them is the kernel's part.
///
/// Where the core can be asked for its users (Xray 24.11.5 and newer), every step looks first.
/// Elsewhere the core's configuration file tells what an account is, and a restart, seen by the
/// uptime, that it is back.
class CoreEnforcer final : public enforcement::Enforcer {
public:
    CoreEnforcer(
        std::string backend,
        CoreClient& client,
        CoreWatch& watch,
        Directory& directory,
        const Clock& clock,
        EnforcerSettings settings
    );

    std::string_view name() const override { return name_; }
    bool supports(Action action) const override { return action == Action::block; }

    boost::asio::awaitable<Result<enforcement::Reading>> read(const Measure& measure) override;
    boost::asio::awaitable<Result<enforcement::Acted>> act(const Measure& measure) override;
    boost::asio::awaitable<Result<enforcement::Verification>> verify(const Measure& measure
    ) override;
    boost::asio::awaitable<Result<enforcement::Restored>> restore(const Measure& measure) override;

    /// Where only the logs can tell that a removed account comes on: a new connection of its own.
    void saw_connection(const std::string& email, TimePoint time);

private:
    template <class T>
    using Answer = boost::asio::awaitable<Result<T>>;

    struct Images {
        AccountImage before;
        AccountImage after;
    };
    static Result<Images> images_of(const Measure& measure);

    /// How this core is read; with what it is at this moment.
    enum class Way { asked, by_file };
    struct Look {
        Way way = Way::asked;
        std::vector<std::string> tags;   ///< of `asked`
        std::chrono::seconds uptime{0};  ///< 0 where StatsService is off
    };
    Answer<Look> look();
    Answer<std::vector<std::string>> tags();
    Answer<AccountImage> now(const Look& look, const std::string& email);
    Answer<AccountImage> in_core(const Look& look, const std::string& email);
    Result<AccountImage> in_file(const Look& look, const std::string& email) const;
    Answer<void> may_be_removed(const AccountImage& image);

    /// sure: the uptime went back. possible: by the clock it was started after we acted.
    enum class Restart { none, possible, sure };
    Restart restart_since(const Measure& measure, const Images& images, const Look& look) const;

    Answer<void> remove(const AccountImage& image);
    Answer<enforcement::Acted> act_by_file(
        const Measure& measure, const Images& images, const Look& look
    );
    void note_restored(const Measure& measure, bool restored);
    Answer<enforcement::Restored> restore_in_core(
        const Measure& measure, const Images& images, const Look& look
    );
    Answer<enforcement::Restored> restore_by_file(
        const Measure& measure, const Images& images, const Look& look
    );
    struct Parts;
    Answer<void> put_back(const InboundImage& inbound, Process process, Parts& parts);
    Answer<void> look_at_put_back(const Look& look, const Images& images, const Parts& parts);
    enforcement::Acted done(const AccountImage& before, const Look& look, std::string text) const;

    CoreClient& client_;
    CoreWatch& watch_;
    Directory& directory_;
    const Clock& clock_;
    EnforcerSettings settings_;
    std::string name_;
    /// Accounts that this process has read and sent no order about since: if one is gone, it was
    /// not we. (After a crash nobody can tell any more, and it counts as ours.)
    std::set<std::string> untouched_;
    /// The newest connection of each account that was removed by file.
    std::map<std::string, std::optional<TimePoint>> removed_;
};

}  // namespace fairgate::backends::xray
