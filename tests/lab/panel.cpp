// A simulated PasarGuard or Marzban panel as a program of its own, for the lab and the fault tests:
//
//   lab_panel [--pasarguard|--marzban] [--old] LISTEN CERTIFICATE KEY SLOW_MS NAME...
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
//   hold COUNT                           disables "u0" onwards, without a line each
//   flow RATE                            so many lines a second on all nodes together; 0: none
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
#include "base/clock.hpp"
#include "base/spawn.hpp"
#include "panel_flow.hpp"
#include "panel_products.hpp"

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
#include <set>
#include <sstream>
#include <string>
#include <unistd.h>

using namespace fairgate;
using namespace fairgate::lab;
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

template <class State>
void add_user(State& state, const std::string& name, TimePoint now) {
    const auto& added = state.add_user(new_user(state, name), now);
    print("account " + added.username + " " + state.email_of(added));
}

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

template <class State>
void change_many(State& state, const std::string& order, int count, TimePoint now) {
    if (order == "crowd") {
        for (int i = 0; i < count; ++i) {
            state.add_user(new_user(state, "u" + std::to_string(i)), now);
        }
        return;
    }
    std::set<std::string> held;
    for (int i = 0; i < count; ++i) {
        held.insert("u" + std::to_string(i));
    }
    for (auto& [id, user] : state.users()) {
        if (held.contains(user.username)) {
            disable(state, user, now);
        }
    }
}

template <class Panel>
void obey(Panel& panel, Flow& flow, const std::string& line, TimePoint now) {
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
    } else if (order == "crowd" || order == "hold" || order == "flow") {
        int count = 0;
        words >> count;
        if (order == "flow") {
            flow.set_rate(count, now);
        } else {
            change_many(panel.state(), order, count, now);
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
    boost::asio::io_context& io, Panel& panel, Flow& flow, const Clock& clock
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
            obey(panel, flow, text.substr(0, length - 1), clock.now());
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
        print(
            "usage: lab_panel [--pasarguard|--marzban] [--old] LISTEN CERTIFICATE KEY SLOW_MS "
            "NAME..."
        );
        return 2;
    }
    boost::asio::io_context io;
    const SystemClock clock;
    settings.listen = words[1];
    as_it_is_sent(settings);
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
    const auto fail = [](const std::string&, const std::exception_ptr& failure) {
        std::rethrow_exception(failure);
    };
    Flow flow;
    const Task orders = spawn(
        io.get_executor(), "orders", [&] { return take_orders(io, panel, flow, clock); }, fail
    );
    const Task lines = spawn(
        io.get_executor(), "flow", [&] { return flow.write_to(panel.state(), io, clock); }, fail
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
        const int named = count > 1 && std::string(words[1]) == "--pasarguard" ? 1 : 0;
        return run<pasarguard::Panel, pasarguard::PanelSettings>(count - named, words + named);
    } catch (const std::exception& failure) {
        print(failure.what());
        return 1;
    }
}
