// A simulated PasarGuard or Marzban panel as a program of its own, for the lab and the fault tests:
//
//   lab_panel [--marzban] [--old] LISTEN CERTIFICATE KEY SLOW_MS NAME...
//
// "--old": the oldest release that is supported. CERTIFICATE and KEY "-": without TLS. Prints
// "listening URL", "account NAME EMAIL" for each account, "ready", and then each call that is not a
// read. Changes are answered SLOW_MS late, so that a test can kill the daemon while one is under
// way. On its input it takes, one a line, and answers with "done LINE" or "user NAME ID STATUS":
//
//   stop | start                         the panel is down, and up again
//   fault KIND METHOD PATH TIMES [MS]    as sim/panel/faults.hpp; TIMES -1: until clear
//   clear                                no more faults
//   create NAME | delete NAME            as an administrator would
//   crowd COUNT                          so many more users, "u0" onwards, without a line each
//   enable NAME | disable NAME
//   status NAME STATUS                   whatever brought it about
//   renew NAME                           as a bot does: usage reset, then active, whoever disabled
//   move NAME                            PasarGuard: out of its group, into "restricted" (2)
//   show NAME                            "user NAME - gone" if there is none
//   state NAME                           "state NAME STATUS GROUPS": "active 1,2"
//   node NAME                            one more node
//   admin NAME PASSWORD                  one who may not see nodes or their logs
//   log NODE LINE                        what its core writes; Marzban's own core is "Master"
//   upgrade                              to the newest release the simulator knows
#include "sim/marzban/panel.hpp"

#include "base/clock.hpp"
#include "base/spawn.hpp"
#include "sim/pasarguard/panel.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <unistd.h>

using namespace fairgate;
namespace marzban = fairgate::sim::marzban;
namespace pasarguard = fairgate::sim::pasarguard;
using fairgate::sim::panel::CallFault;
using fairgate::sim::panel::FaultKind;

namespace {

void print(const std::string& line) {
    std::puts(line.c_str());
    std::fflush(stdout);
}

const std::map<std::string, FaultKind> fault_kinds = {
    {"status", FaultKind::status},
    {"status_after", FaultKind::status_after},
    {"html", FaultKind::html},
    {"garbage", FaultKind::garbage},
    {"lie", FaultKind::lie},
    {"hang", FaultKind::hang},
    {"hang_after", FaultKind::hang_after},
    {"drop", FaultKind::drop},
    {"drop_after", FaultKind::drop_after},
    {"slow", FaultKind::slow},
};

// What an operator does differs by panel; the rest of this program does not.

void prepare(pasarguard::PanelState& state) {
    state.add_admin("fairgate", "lab-password", pasarguard::owner_role());
    state.add_group("main");
    state.add_group("restricted");
}

void prepare(marzban::PanelState& state) {
    state.add_environment_admin("fairgate", "lab-password");
}

void add_admin(
    pasarguard::PanelState& state, const std::string& name, const std::string& password
) {
    state.add_admin(name, password, pasarguard::operator_role());
}

void add_admin(marzban::PanelState& state, const std::string& name, const std::string& password) {
    state.add_admin(name, password);
}

pasarguard::User new_user(const pasarguard::PanelState&, const std::string& name) {
    pasarguard::User user;
    user.username = name;
    user.group_ids = {1};
    return user;
}

marzban::User new_user(const marzban::PanelState&, const std::string& name) {
    marzban::User user;
    user.username = name;
    user.used_traffic = 1'000'000;
    return user;
}

void enable(pasarguard::PanelState& state, pasarguard::User& user, TimePoint now) {
    state.set_enabled(user, now);
}

void disable(pasarguard::PanelState& state, pasarguard::User& user, TimePoint now) {
    state.set_disabled(user, now);
}

void set_status(
    marzban::PanelState& state, marzban::User& user, marzban::UserStatus status, TimePoint now
) {
    marzban::UserPatch patch;
    patch.status = status;
    patch.next_plan = user.next_plan;
    state.modify(user, patch, now).value();
}

void enable(marzban::PanelState& state, marzban::User& user, TimePoint now) {
    set_status(state, user, marzban::UserStatus::active, now);
}

void disable(marzban::PanelState& state, marzban::User& user, TimePoint now) {
    set_status(state, user, marzban::UserStatus::disabled, now);
}

template <class Cores>
auto* named(Cores& cores, const std::string& name) {
    const auto found = std::find_if(cores.begin(), cores.end(), [&](const auto& each) {
        return each.second.name == name;
    });
    return found == cores.end() ? nullptr : &found->second;
}

template <class State>
void add_user(State& state, const std::string& name, TimePoint now) {
    const auto& added = state.add_user(new_user(state, name), now);
    print("account " + added.username + " " + state.email_of(added));
}

void move(pasarguard::User& user) { user.group_ids = {2}; }
void move(marzban::User&) {}

std::string groups_of(const pasarguard::User& user) {
    std::string text;
    for (const std::int64_t group : user.group_ids) {
        text += (text.empty() ? "" : ",") + std::to_string(group);
    }
    return text;
}

std::string groups_of(const marzban::User&) { return "-"; }

template <class State>
void tell_state(State& state, const std::string& name) {
    const auto* user = state.find_user(name);
    print(
        "state " + name + " " +
        (user == nullptr ? "gone -" : std::string(to_text(user->status)) + " " + groups_of(*user))
    );
}

template <class State>
void show(State& state, const std::string& name) {
    const auto* user = state.find_user(name);
    if (user == nullptr) {
        return print("user " + name + " - gone");
    }
    const std::string status(to_text(user->status));
    print("user " + name + " " + std::to_string(user->id) + " " + status);
}

pasarguard::Node* core_named(pasarguard::PanelState& state, const std::string& name) {
    return named(state.nodes(), name);
}

marzban::Core* core_named(marzban::PanelState& state, const std::string& name) {
    return name == "Master" ? &state.core() : named(state.nodes(), name);
}

void renew(pasarguard::PanelState& state, pasarguard::User& user, TimePoint now) {
    state.reset(user, now);
    state.set_enabled(user, now);
}

void renew(marzban::PanelState& state, marzban::User& user, TimePoint now) {
    state.reset(user, now);
}

constexpr auto oldest(const pasarguard::PanelSettings&) { return pasarguard::Release::v4_0; }
constexpr auto oldest(const marzban::PanelSettings&) { return marzban::Release::v0_6; }
pasarguard::UserStatus status_of(const pasarguard::PanelState&, const std::string& text) {
    return pasarguard::parse_status(text).value();
}

marzban::UserStatus status_of(const marzban::PanelState&, const std::string& text) {
    return marzban::parse_status(text).value();
}

constexpr auto newest(const pasarguard::PanelState&) { return pasarguard::Release::v5_2; }
constexpr auto newest(const marzban::PanelState&) { return marzban::Release::v0_8; }

void add_fault(sim::panel::FaultyServer& panel, std::istream& words) {
    CallFault fault;
    std::string kind;
    long delay = 0;
    words >> kind >> fault.method >> fault.path_start >> fault.times >> delay;
    fault.kind = fault_kinds.at(kind);
    fault.delay = std::chrono::milliseconds(delay);
    panel.add_fault(fault);
}

template <class State>
void change_user(State& state, const std::string& order, const std::string& name, TimePoint now) {
    auto* user = state.find_user(name);
    if (order == "create") {
        return add_user(state, name, now);
    }
    if (user == nullptr) {
        return;
    }
    if (order == "delete") {
        state.delete_user(user->id, now);
    } else if (order == "enable") {
        enable(state, *user, now);
    } else if (order == "disable") {
        disable(state, *user, now);
    } else if (order == "move") {
        move(*user);
    } else if (order == "renew") {
        renew(state, *user, now);
    }
}

template <class State>
void change_core(State& state, std::istream& words, const std::string& order, TimePoint now) {
    std::string name;
    std::string line;
    words >> name;
    if (order == "node") {
        state.add_node(name, now);
    } else if (auto* core = core_named(state, name)) {
        std::getline(words >> std::ws, line);
        core->write(line);
    }
}

template <class State>
void set_status(State& state, const std::string& name, const std::string& status) {
    if (auto* user = state.find_user(name)) {
        user->status = status_of(state, status);
        user->on_hold_expire_duration = status == "on_hold" ? std::optional(86'400) : std::nullopt;
    }
}

template <class Panel>
void obey(Panel& panel, const std::string& line, TimePoint now) {
    std::istringstream words(line);
    std::string order;
    std::string name;
    words >> order;
    if (order == "stop") {
        panel.stop();
    } else if (order == "start") {
        panel.start();
    } else if (order == "clear") {
        panel.clear_faults();
    } else if (order == "fault") {
        add_fault(panel, words);
    } else if (order == "node" || order == "log") {
        change_core(panel.state(), words, order, now);
    } else if (order == "crowd") {
        int count = 0;
        words >> count;
        for (int i = 0; i < count; ++i) {
            panel.state().add_user(new_user(panel.state(), "u" + std::to_string(i)), now);
        }
    } else if (order == "upgrade") {
        panel.state().upgrade(newest(panel.state()), now);
    } else if (order == "admin") {
        std::string password;
        words >> name >> password;
        add_admin(panel.state(), name, password);
    } else {
        words >> name;
        if (order == "show") {
            return show(panel.state(), name);
        }
        if (order == "state") {
            return tell_state(panel.state(), name);
        }
        if (order == "status") {
            std::string status;
            words >> status;
            set_status(panel.state(), name, status);
        }
        change_user(panel.state(), order, name, now);
    }
    print("done " + line);
}

template <class Panel>
boost::asio::awaitable<void> take_orders(
    boost::asio::io_context& io, Panel& panel, const Clock& clock
) {
    boost::asio::posix::stream_descriptor input(io);
    boost::system::error_code ended;
    input.assign(::dup(STDIN_FILENO), ended);
    std::string text;
    while (!ended) {
        const std::size_t length = co_await boost::asio::async_read_until(
            input,
            boost::asio::dynamic_buffer(text, 4096),
            '\n',
            boost::asio::redirect_error(boost::asio::use_awaitable, ended)
        );
        if (!ended) {
            obey(panel, text.substr(0, length - 1), clock.now());
            text.erase(0, length);
        }
    }
}

void slow_down(sim::panel::FaultyServer& panel, const std::string& milliseconds) {
    for (const char* method : {"PUT", "POST"}) {
        std::istringstream fault("slow " + std::string(method) + " /api/user -1 " + milliseconds);
        add_fault(panel, fault);
    }
}

template <class Panel, class Settings>
int run(int count, char** words) {
    Settings settings;
    if (count > 1 && std::string(words[1]) == "--old") {
        settings.release = oldest(settings);
        --count;
        ++words;
    }
    if (count < 6) {
        print("usage: lab_panel [--marzban] [--old] LISTEN CERTIFICATE KEY SLOW_MS NAME...");
        return 2;
    }
    boost::asio::io_context io;
    const SystemClock clock;
    settings.listen = words[1];
    if (std::string(words[2]) != "-") {
        settings.certificate_file = words[2];
        settings.key_file = words[3];
    }
    Panel panel(io.get_executor(), clock, settings);
    print("listening " + panel.base());
    prepare(panel.state());
    for (int i = 5; i < count; ++i) {
        add_user(panel.state(), words[i], clock.now());
    }
    if (std::stoi(words[4]) > 0) {
        slow_down(panel, words[4]);
    }
    panel.after_call = [](const http::Request& request) {
        if (request.method != "GET") {
            print(request.method + " " + request.target + " " + request.body);
        }
    };
    boost::asio::signal_set stop(io, SIGTERM, SIGINT);
    stop.async_wait([&io](const boost::system::error_code&, int) { io.stop(); });
    const Task orders = spawn(
        io.get_executor(),
        "orders",
        [&] { return take_orders(io, panel, clock); },
        [](const std::string&, const std::exception_ptr& failure) {
            std::rethrow_exception(failure);
        }
    );
    print("ready");
    io.run();
    return 0;
}

}  // namespace

int main(int count, char** words) {
    try {
        if (count > 1 && std::string(words[1]) == "--marzban") {
            return run<marzban::Panel, marzban::PanelSettings>(count - 1, words + 1);
        }
        return run<pasarguard::Panel, pasarguard::PanelSettings>(count, words);
    } catch (const std::exception& failure) {
        print(failure.what());
        return 1;
    }
}
