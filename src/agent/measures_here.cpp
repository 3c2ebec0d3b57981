#include "agent/measures_here.hpp"

#include "base/run_on.hpp"
#include "enforcement/firewalls/firewalls.hpp"
#include "kernel/network_namespace.hpp"
#include "kernel/operator_sessions.hpp"
#include "store/sqlite/store.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <filesystem>
#include <utility>
#include <variant>

namespace fairgate::agent {

namespace asio = boost::asio;

namespace {

constexpr const char* hub_key = "hub";

/// "[2001:db8::1]:8470" and "hub.example.com:8470" without the port and brackets.
std::string host_of(const std::string& address) {
    std::string host = address.substr(0, address.rfind(':'));
    std::erase_if(host, [](char c) { return c == '[' || c == ']'; });
    return host;
}

std::unique_ptr<enforcement::AddressBlocker> make_blocker(std::string_view driver) {
    enforcement::firewalls::FirewallSettings settings;
    settings.kind = enforcement::firewalls::kind_named(driver).value_or(settings.kind);
    if (auto ports = kernel::ssh_ports(kernel::NetworkNamespace::own())) {
        settings.open_ports = *std::move(ports);
    }
    return enforcement::firewalls::make_firewall(settings);
}

}  // namespace

MeasuresHere::MeasuresHere(Parts parts) : parts_(std::move(parts)) {
    if (const auto address = Address::parse(host_of(parts_.hub))) {
        told_.add(*address, kernel::Protection::hub);
    }
    for (const NetworkScope& scope : parts_.settings.trust.never_blocked) {
        if (const auto* const network = std::get_if<Network>(&scope)) {
            told_.add(*network, kernel::Protection::trusted);
        }
    }
    told_in_thread_ = told_;
}

MeasuresHere::~MeasuresHere() { store_thread_.join(); }

std::string MeasuresHere::driver() const {
    const auto driver = parts_.settings.firewall.driver;
    return driver == config::FirewallDriver::off
               ? ""
               : boost::describe::enum_to_string(driver, "nftables");
}

bool MeasuresHere::joins_sockets() const {
    return std::ranges::any_of(parts_.settings.sources, [](const config::SourceSettings& source) {
        return source.sockets == config::Sockets::automatic;
    });
}

asio::awaitable<Result<void>> MeasuresHere::open() {
    const std::filesystem::path file =
        std::filesystem::path(parts_.settings.agent.state_dir) / "measures.db";
    std::error_code ignored;
    const bool could = !driver().empty() || joins_sockets() || parts_.core != nullptr;
    if (!could && !std::filesystem::exists(file, ignored)) {
        co_return Result<void>{};  // nothing was ever held here, and nothing can be
    }
    auto open = [file] {
        store::sqlite::Settings settings;
        settings.path = file;
        return store::sqlite::open(settings);
    };
    auto store = co_await run_on(store_thread_.get_executor(), std::move(open));
    if (!store) {
        co_return store.error();
    }
    store_ = *std::move(store);
    auto read = [this] { return store_->meta().get(hub_key); };
    const auto known = co_await run_on(store_thread_.get_executor(), std::move(read));
    if (!known) {
        co_return known.error();
    }
    met(known->value_or(""));
    Measures::Parts parts{
        parts_.executor,
        store_thread_.get_executor(),
        parts_.kernel_thread,
        parts_.clock,
        *store_,
        parts_.authority,
        driver(),
        make_blocker,
        [this] { return never(); },
        joins_sockets() ? &parts_.sockets : nullptr,
        parts_.tell,
        parts_.log,
        parts_.core != nullptr ? &parts_.core->core() : nullptr
    };
    auto measures = std::make_unique<Measures>(std::move(parts));
    if (auto done = co_await measures->take_up(); !done) {
        co_return done.error();
    }
    measures_ = std::move(measures);
    co_return Result<void>{};
}

asio::awaitable<void> MeasuresHere::take_up() {
    const auto opened = co_await open();
    if (!opened) {
        fails_ = link::no_journal_here(opened.error());
        parts_.log(to_line(*fails_));
    }
}

Result<kernel::ProtectedTargets> MeasuresHere::never() const {
    kernel::ProtectedTargets never = told_in_thread_;
    const auto here = kernel::NetworkNamespace::own();
    if (auto done = kernel::add_what_is_here(never, here, parts_.ssh_connection); !done) {
        return done.error();
    }
    return never;
}

asio::awaitable<void> MeasuresHere::run() {
    if (measures_) {
        co_await measures_->run();
    }
}

asio::awaitable<void> MeasuresHere::listen() {
    if (measures_) {
        co_await measures_->listen();
    }
}

asio::awaitable<void> MeasuresHere::keep_house() {
    if (measures_) {
        co_await measures_->keep_house();
    }
}

void MeasuresHere::core_changed() {
    if (measures_) {
        measures_->core_changed();
    }
}

void MeasuresHere::look_at_core() {
    if (measures_) {
        measures_->look_at_core();
    }
}

void MeasuresHere::take(link::Order order) {
    if (measures_) {
        measures_->take(std::move(order));
        return;
    }
    link::Done done;
    done.key = std::move(order.key);
    const bool lift = order.kind == link::OrderKind::lift;
    done.state = lift && !fails_ ? MeasureState::lifted : MeasureState::failed;
    if (done.state == MeasureState::failed) {
        done.error = fails_ ? *fails_ : link::firewall_is_off();
    }
    parts_.tell(done);
}

std::vector<link::Done> MeasuresHere::held() const {
    return measures_ ? measures_->held() : std::vector<link::Done>();
}

link::Enforcing MeasuresHere::enforcing() const {
    link::Enforcing now = measures_ ? measures_->enforcing() : link::Enforcing();
    if (fails_) {
        now.error = fails_;
    }
    return now;
}

AccountKey MeasuresHere::account_of(std::string_view name) const {
    return measures_ ? measures_->account_in_sockets(name) : AccountKey{"", std::string(name)};
}

void MeasuresHere::met(const std::string& text) {
    const auto address = Address::parse(text);
    if (!address || text == met_) {
        return;
    }
    met_ = text;
    told_.add(*address, kernel::Protection::hub);
    asio::post(parts_.kernel_thread, [this, address = *address] {
        told_in_thread_.add(address, kernel::Protection::hub);
    });
    if (!store_) {
        return;
    }
    asio::post(store_thread_, [this, text] {
        // Kept for the next start; when it cannot be, it is met again before it orders anything.
        (void)store_->atomically(store::Durability::soon, [&] {
            return store_->meta().set(hub_key, text);
        });
    });
}

}  // namespace fairgate::agent
