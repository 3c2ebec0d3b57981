#pragma once

#include "backends/panel/blocked_users.hpp"
#include "backends/panel/log_streams.hpp"
#include "backends/panel/probe_step.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "config/settings.hpp"
#include "daemon/backend.hpp"
#include "daemon/held_watch.hpp"
#include "http/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::daemon {

/// A panel as a backend, whatever the product: when its users, nodes and logs are read, and what of
/// them the daemon is told. How they are read is the product's own (pasarguard_backend.cpp,
/// marzban_backend.cpp).
class PanelBackend : public Backend {
public:
    PanelBackend(
        boost::asio::any_io_executor executor,
        const Clock& clock,
        const config::BackendSettings& settings
    );

    const std::string& name() const final { return settings_.name; }
    bool knows_accounts() const final { return synced_.has_value(); }
    std::optional<std::string> accounts_as_text() const final;
    void take_up_accounts(std::string_view text, TimePoint as_of) final;
    AccountFacts facts(std::string_view account) const final;
    bool knows(std::string_view account) const final { return known(account).has_value(); }
    Action block_action() const final;
    std::vector<Server> servers() const final;
    control::BackendNow now() const final;
    void saw_held(std::string_view account, TimePoint time, std::string_view raw) final;
    void clock_was_set(Duration by) final;
    boost::asio::awaitable<void> run(BackendListener listener) final;
    boost::asio::awaitable<std::vector<control::Check>> test() final;

protected:
    template <class T>
    using Answer = boost::asio::awaitable<Result<T>>;

    /// What came of reading users.
    struct UsersRead {
        bool anything_new = false;
        /// Those that are others now and that the panel lets in. Whom we disabled may have been
        /// renewed: the measure says what comes of it.
        std::vector<std::string> let_in;
    };
    template <class Report, class Directory>
    static Result<UsersRead> read_of(const Result<Report>& report, const Directory& directory);

    template <class Node>
    static std::vector<Server> servers_of(const std::vector<Node>& nodes);

private:
    // What is the product's own. A user is named here by what its lines tell it by.

    virtual std::optional<AccountFacts> known(std::string_view account) const = 0;
    virtual std::size_t accounts() const = 0;
    virtual std::string users_as_text() const = 0;
    virtual void take_up_users(std::string_view text) = 0;
    /// "Marzban 0.8.4"; "" where it is not told, and the panel is read all the same.
    virtual Answer<std::string> version() = 0;
    virtual Answer<UsersRead> read_everybody() = 0;
    virtual Answer<UsersRead> read_recent() = 0;
    /// Whom lines have named and nobody knows.
    virtual std::vector<std::string> take_unknown() = 0;
    virtual Answer<UsersRead> look_up(std::vector<std::string> users) = 0;
    virtual bool exists(const std::string& user) const = 0;

    virtual Answer<backends::panel::StreamsChange> refresh_streams() = 0;
    /// Every ten minutes, for a panel whose streams do not say where its nodes are.
    virtual boost::asio::awaitable<void> read_nodes() { co_return; }
    virtual std::vector<Server> nodes() const = 0;
    /// Why not all of it is read although it answers.
    virtual std::optional<Error> shortage() const { return std::nullopt; }

    virtual void saw_connection(
        std::string_view account, TimePoint time, backends::panel::Carrier carrier
    ) = 0;
    virtual boost::asio::awaitable<std::vector<backends::panel::ProbeStep>> probe() = 0;

    boost::asio::awaitable<void> refresh_users(const BackendListener& listener);
    boost::asio::awaitable<void> refresh_everybody(const BackendListener& listener);
    boost::asio::awaitable<void> ask_for_strangers(const BackendListener& listener);
    boost::asio::awaitable<void> refresh_logs(const BackendListener& listener);
    void tell(const Result<UsersRead>& read, const BackendListener& listener);
    void watch(const UsersRead& read);
    void fail(const Error& error);
    void put_off(const Error& error);

    boost::asio::any_io_executor executor_;
    const Clock& clock_;
    config::BackendSettings settings_;
    std::vector<Server> panel_;  ///< where it is itself; none where its address does not say
    control::BackendState state_ = control::BackendState::starting;
    std::string version_;
    std::optional<Error> error_;
    std::optional<TimePoint> synced_;
    bool asked_everybody_ = false;  ///< in this run
    TimePoint full_at_;
    TimePoint recent_at_;
    TimePoint streams_at_;
    TimePoint nodes_at_;
    HeldWatch held_;
    std::set<std::string> strangers_;  ///< asked for and not there
    TimePoint strangers_until_;
};

template <class Report, class Directory>
Result<PanelBackend::UsersRead> PanelBackend::read_of(
    const Result<Report>& report, const Directory& directory
) {
    if (!report) {
        return report.error();
    }
    UsersRead read;
    read.anything_new =
        !report->added.empty() || !report->changed.empty() || !report->removed.empty();
    for (const auto& user : report->changed) {
        const auto facts = directory.facts(user);
        if (facts && facts->enabled) {
            read.let_in.push_back(facts->key.name);
        }
    }
    return read;
}

template <class Node>
std::vector<Server> PanelBackend::servers_of(const std::vector<Node>& nodes) {
    std::vector<Server> servers;
    for (const Node& node : nodes) {
        if (node.address && !node.address->empty()) {
            servers.push_back({Server::Kind::node, "node " + node.name, *node.address});
        }
    }
    return servers;
}

/// What every product's client is told of the way to its panel.
http::ClientSettings way_to(const config::BackendSettings& settings);

}  // namespace fairgate::daemon
