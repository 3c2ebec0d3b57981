// A simulated PasarGuard or Marzban panel as a program of its own, for the lab and the fault tests:
//
//   lab_panel [--marzban] LISTEN CERTIFICATE KEY SLOW_MS NAME...
//
// CERTIFICATE and KEY "-": without TLS. Prints "listening URL", "account NAME EMAIL" for each
// account, "ready", and then each call that is not a read. Changes are answered SLOW_MS late, so
// that a test can kill the daemon while one is under way. On its input it takes, one a line, and
// answers with "done LINE" or "user NAME ID STATUS":
//
//   stop | start                         the panel is down, and up again
//   fault KIND METHOD PATH TIMES [MS]    as sim/panel/faults.hpp; TIMES -1: until clear
//   clear                                no more faults
//   create NAME | delete NAME            as an administrator would
//   enable NAME | disable NAME
//   show NAME                            "user NAME - gone" if there is none
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

#include <cstdio>
#include <exception>
#include <map>
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
}

void prepare(marzban::PanelState& state) {
    state.add_environment_admin("fairgate", "lab-password");
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

template <class State>
void add_user(State& state, const std::string& name, TimePoint now) {
    const auto& added = state.add_user(new_user(state, name), now);
    print("account " + added.username + " " + state.email_of(added));
}

template <class State>
void show(State& state, const std::string& name) {
    const auto* user = state.find_user(name);
    if (user == nullptr) {
        return print("user " + name + " - gone");
    }
    const bool active = to_text(user->status) == "active";
    print("user " + name + " " + std::to_string(user->id) + (active ? " active" : " disabled"));
}

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
    } else {
        words >> name;
        if (order == "show") {
            return show(panel.state(), name);
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

void slow_down(sim::panel::FaultyServer& panel, std::chrono::milliseconds delay) {
    for (const char* method : {"PUT", "POST"}) {
        CallFault slow;
        slow.kind = FaultKind::slow;
        slow.method = method;
        slow.path_start = "/api/user";
        slow.times = -1;
        slow.delay = delay;
        panel.add_fault(slow);
    }
}

template <class Panel, class Settings>
int run(int count, char** words) {
    if (count < 6) {
        print("usage: lab_panel [--marzban] LISTEN CERTIFICATE KEY SLOW_MS NAME...");
        return 2;
    }
    boost::asio::io_context io;
    const SystemClock clock;
    Settings settings;
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
    if (const int slow_ms = std::stoi(words[4]); slow_ms > 0) {
        slow_down(panel, std::chrono::milliseconds(slow_ms));
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
