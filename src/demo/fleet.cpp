#include "demo/fleet.hpp"

#include "sim/traffic/lines.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <csignal>
#include <exception>
#include <iostream>
#include <string_view>
#include <utility>

namespace fairgate::demo {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr std::array<std::string_view, node_count> node_names{"amsterdam", "helsinki", "vienna"};
constexpr auto play_every = 20ms;
constexpr Duration connection_length = 40s;

/// The daemon waits for this signal on the main thread; it ends everything else.
void end_the_demo(const std::string& part, const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        std::cerr << "fairgate demo: the part \"" << part << "\" broke down: " << error.what()
                  << '\n';
    }
    std::raise(SIGTERM);
}

sim::pasarguard::PanelSettings panel_settings() {
    sim::pasarguard::PanelSettings settings;
    settings.release = sim::pasarguard::Release::v5_2;
    return settings;
}

}  // namespace

Fleet::Fleet(const Clock& clock, std::vector<Person> everybody, sim::traffic::AddressSpace space)
    : clock_(clock),
      everybody_(std::move(everybody)),
      space_(space),
      hangup_(io_, SIGHUP),
      panel_(io_.get_executor(), clock, panel_settings()),
      visits_(chapter(everybody_, space, 0)),
      teller_(io_.get_executor(), everybody_) {
    fill();
}

Fleet::~Fleet() { close(); }

void Fleet::fill() {
    sim::pasarguard::PanelState& state = panel_.state();
    const TimePoint now = clock_.now();
    state.add_admin(panel_username, panel_password, sim::pasarguard::owner_role());
    state.add_group("customers");
    for (const std::string_view name : node_names) {
        state.add_node(std::string(name), now);
    }
    for (const Person& person : everybody_) {
        sim::pasarguard::User user;
        user.username = person.name;
        user.group_ids = {1};
        if (person.limit != 1) {
            user.hwid_limit = person.limit;
        }
        state.add_user(std::move(user), now);
    }
}

void Fleet::open() {
    // When the terminal goes the demo goes; the daemon alone would read its configuration again.
    hangup_.async_wait([](const boost::system::error_code& error, int) {
        if (!error) {
            std::raise(SIGTERM);
        }
    });
    thread_ = std::thread([this] {
        const auto stay = asio::make_work_guard(io_);
        try {
            io_.run();
        } catch (...) {
            end_the_demo("panel", std::current_exception());
        }
    });
}

void Fleet::begin(const std::string& socket, std::ostream& out) {
    asio::post(io_, [this, socket, &out] {
        begun_ = clock_.now();
        tasks_.push_back(spawn(
            io_.get_executor(), "people", [this] { return play(); }, end_the_demo
        ));
        tasks_.push_back(spawn(
            io_.get_executor(),
            "teller",
            [this, socket, &out] { return teller_.follow(socket, out); },
            end_the_demo
        ));
    });
}

Tally Fleet::close() {
    if (thread_.joinable()) {
        io_.stop();
        thread_.join();
    }
    return teller_.tally();
}

asio::awaitable<void> Fleet::play() {
    asio::steady_timer timer(io_.get_executor());
    for (;;) {
        play_until(clock_.now());
        timer.expires_after(play_every);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

void Fleet::play_until(TimePoint now) {
    close_old(now);
    while (next_ < visits_.size() && begun_ + visits_[next_].at <= now) {
        visit(visits_[next_++]);
    }
    if (next_ == visits_.size() && now >= begun_ + chapter_length) {
        visits_ = chapter(everybody_, space_, ++chapter_);
        next_ = 0;
        begun_ += chapter_length;
    }
}

void Fleet::visit(const Visit& visit) {
    const std::int64_t node_id = visit.node + 1;
    sim::pasarguard::Node& node = panel_.state().nodes().at(node_id);
    const TimePoint time = begun_ + visit.at;
    if (visit.kind == Visit::Kind::forged) {
        forge(node, visit, time);
        return;
    }
    const std::int64_t user = static_cast<std::int64_t>(visit.person) + 1;
    if (const auto opened = node.connect(user, visit.source.text(), visit.port, time)) {
        connections_.push_back({time + connection_length, node_id, *opened});
    }
}

/// A rejected line whose reason holds a newline and then a line that never was one.
void Fleet::forge(sim::pasarguard::Node& node, const Visit& visit, TimePoint time) {
    sim::pasarguard::PanelState& state = panel_.state();
    const auto* user = state.find_user(everybody_[visit.person].name);
    if (user == nullptr) {
        return;
    }
    const std::string email = state.email_of(*user);
    sim::traffic::LineFacts facts;
    facts.time = time;
    facts.source = visit.source;
    facts.port = visit.port;
    facts.email = email;
    std::string text;
    sim::traffic::LineWriter writer(sim::traffic::Core::xray_with_microseconds, visit.node);
    writer.forged(facts, visit.claimed, text);
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        node.write(std::string(rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

void Fleet::close_old(TimePoint now) {
    while (!connections_.empty() && connections_.front().until <= now) {
        const Open& oldest = connections_.front();
        panel_.state().nodes().at(oldest.node).close(oldest.connection, now);
        connections_.pop_front();
    }
}

}  // namespace fairgate::demo
