#include "daemon/panel_backend.hpp"

#include "base/memory.hpp"
#include "daemon/panel_checks.hpp"
#include "http/uri.hpp"
#include "logs/access_line.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace fairgate::daemon {

using namespace std::chrono_literals;
using backends::panel::Carrier;

PanelBackend::PanelBackend(
    boost::asio::any_io_executor executor,
    const Clock& clock,
    const config::BackendSettings& settings
)
    : executor_(std::move(executor)), clock_(clock), settings_(settings) {
    if (const auto url = http::parse_base(settings.url)) {
        panel_.push_back({Server::Kind::panel, "panel " + settings.name, url->host});
    }
}

std::optional<std::string> PanelBackend::accounts_as_text() const {
    return asked_everybody_ ? std::optional(users_as_text()) : std::nullopt;
}

void PanelBackend::take_up_accounts(std::string_view text, TimePoint as_of) {
    take_up_users(text);
    synced_ = as_of;
}

AccountFacts PanelBackend::facts(std::string_view account) const {
    if (auto facts = known(account)) {
        return *std::move(facts);
    }
    AccountFacts facts;
    facts.key = {settings_.name, std::string(account)};
    return facts;
}

Action PanelBackend::block_action() const {
    return settings_.action == config::BackendAction::move_group ? Action::move_group
                                                                 : Action::block;
}

std::vector<Server> PanelBackend::servers() const {
    std::vector<Server> servers = panel_;
    std::ranges::move(nodes(), std::back_inserter(servers));
    return servers;
}

control::BackendNow PanelBackend::now() const {
    control::BackendNow now;
    now.name = settings_.name;
    now.state = state_;
    now.version = version_;
    now.accounts = synced_ ? std::optional(accounts()) : std::nullopt;
    now.synced = synced_;
    now.error = error_ ? error_ : shortage();
    return now;
}

void PanelBackend::saw_held(std::string_view account, TimePoint time, std::string_view raw) {
    // "tcp:" before the source: a stream inside an open connection (xray-core common/mux).
    const std::string_view source = logs::read_access_line(raw, {}).source;
    const bool inside = source.starts_with("tcp:") || source.starts_with("udp:");
    if (!inside) {
        held_.saw(account, clock_.now());
    }
    saw_connection(account, time, inside ? Carrier::inside_another : Carrier::direct);
}

void PanelBackend::clock_was_set(Duration by) {
    for (TimePoint* time : {&full_at_, &recent_at_, &streams_at_, &nodes_at_, &strangers_until_}) {
        *time += by;
    }
    held_.clock_was_set(by);
    if (synced_) {
        *synced_ += by;
    }
}

boost::asio::awaitable<void> PanelBackend::run(BackendListener listener) {
    boost::asio::steady_timer timer(executor_);
    for (;;) {
        if (clock_.now() >= streams_at_) {  // first: reading everybody may take a minute
            co_await refresh_logs(listener);
        }
        co_await refresh_users(listener);
        if (clock_.now() >= nodes_at_) {
            nodes_at_ = clock_.now() + 10min;
            co_await read_nodes();
        }
        for (const std::string& account : held_.take()) {
            listener.look_at_measures(account);
        }
        timer.expires_after(1s);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

boost::asio::awaitable<std::vector<control::Check>> PanelBackend::test() {
    const auto steps = co_await probe();
    co_return checks_of(settings_.name, steps);
}

boost::asio::awaitable<void> PanelBackend::refresh_users(const BackendListener& listener) {
    const TimePoint now = clock_.now();
    if (now >= full_at_) {
        co_await refresh_everybody(listener);
    } else if (synced_ && now >= recent_at_) {
        recent_at_ = now + 60s;
        const auto read = co_await read_recent();
        tell(read, listener);
    }
    if (synced_) {
        co_await ask_for_strangers(listener);
    }
}

boost::asio::awaitable<void> PanelBackend::refresh_everybody(const BackendListener& listener) {
    auto told = co_await version();
    if (!told) {
        co_return put_off(told.error());
    }
    if (!told->empty()) {
        version_ = *std::move(told);
    }
    const auto read = co_await read_everybody();
    if (!read) {
        co_return put_off(read.error());
    }
    state_ = control::BackendState::ready;
    asked_everybody_ = true;
    error_.reset();
    release_unused_memory();
    synced_ = clock_.now();
    full_at_ = *synced_ + settings_.refresh;
    recent_at_ = *synced_ + 60s;
    watch(*read);
    listener.accounts_changed();
}

boost::asio::awaitable<void> PanelBackend::ask_for_strangers(const BackendListener& listener) {
    std::vector<std::string> unknown = take_unknown();
    std::erase_if(unknown, [this](const std::string& user) {
        return strangers_.contains(user) && clock_.now() < strangers_until_;
    });
    if (unknown.empty()) {
        co_return;
    }
    const auto read = co_await look_up(unknown);
    if (read) {
        // Who does not exist is not asked for again at once: a core may log for a while.
        strangers_until_ = clock_.now() + 60s;
        strangers_.clear();
        std::ranges::copy_if(
            unknown,
            std::inserter(strangers_, strangers_.end()),
            [this](const std::string& user) { return !exists(user); }
        );
    }
    tell(read, listener);
}

boost::asio::awaitable<void> PanelBackend::refresh_logs(const BackendListener& listener) {
    streams_at_ = clock_.now() + 30s;
    const auto change = co_await refresh_streams();
    if (!change) {
        fail(change.error());
        streams_at_ = clock_.now() + 10s;
        co_return;
    }
    if (synced_) {  // it answers, and who there is was known to the last run at least
        state_ = control::BackendState::ready;
    }
    for (const auto& stream : change->added) {
        listener.source_added(stream, std::string(stream->node()));
    }
    for (const std::string& node : change->removed) {
        listener.source_removed(node);
    }
}

void PanelBackend::tell(const Result<UsersRead>& read, const BackendListener& listener) {
    if (!read) {
        fail(read.error());
    } else if (read->anything_new) {
        listener.accounts_changed();
        watch(*read);
    }
}

void PanelBackend::watch(const UsersRead& read) {
    for (const std::string& account : read.let_in) {
        held_.saw(account, clock_.now());
    }
}

void PanelBackend::fail(const Error& error) {
    error_ = error;
    if (state_ != control::BackendState::ready) {
        state_ = control::BackendState::failed;
    }
}

void PanelBackend::put_off(const Error& error) {
    fail(error);
    full_at_ = clock_.now() + 15s;
}

http::ClientSettings way_to(const config::BackendSettings& settings) {
    http::ClientSettings http;
    http.base = settings.url;
    http.trust = {settings.ca_file, settings.pinned_sha256};
    return http;
}

}  // namespace fairgate::daemon
