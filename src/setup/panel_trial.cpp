#include "setup/panel_trial.hpp"

#include "backends/marzban/client.hpp"
#include "backends/marzban/probe.hpp"
#include "backends/panel/probe_step.hpp"
#include "backends/pasarguard/client.hpp"
#include "backends/pasarguard/probe.hpp"
#include "base/run.hpp"
#include "setup/errors.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

namespace fairgate::setup {

namespace asio = boost::asio;
namespace marzban = backends::marzban;
namespace pasarguard = backends::pasarguard;
using backends::panel::ProbeOutcome;
using backends::panel::ProbeStep;

namespace {

/// A stream that opened and had nothing to say yet.
constexpr std::string_view fell_silent = "FG-NET-016";

/// What a Marzban says of its version to a client of PasarGuard.
constexpr std::string_view too_old = "FG-PG-012";

Outcome outcome_of(ProbeOutcome outcome) {
    switch (outcome) {
        case ProbeOutcome::good:
            return Outcome::good;
        case ProbeOutcome::warning:
            return Outcome::warning;
        case ProbeOutcome::bad:
            return Outcome::bad;
        case ProbeOutcome::skipped:
            break;
    }
    return Outcome::skipped;
}

TestLine line_of(const ProbeStep& step, const TestSettings& settings) {
    TestLine line{step.name, outcome_of(step.outcome), step.text, step.code, step.next};
    if (step.name == "log" && step.code == fell_silent) {
        const std::string node = step.text.substr(0, step.text.find(": "));
        line.outcome = Outcome::good;
        line.code.clear();
        line.next.clear();
        line.text = node + ": open, nothing written for " +
                    std::to_string(settings.log.count() / 1'000) + " s";
    }
    return line;
}

Error error_of(const TestLine& line, const std::string& place) {
    Error error;
    error.code = line.code.empty() ? "FG-SET-014" : line.code;
    error.what = line.text;
    error.where = place;
    error.state = "nothing was changed";
    error.next = line.next;
    return error;
}

/// The number that a text such as "1284 users" begins with.
std::size_t leading_number(std::string_view text) {
    std::size_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// What the lines of the test come to.
void judge(const std::vector<TestLine>& lines, const std::string& place, PanelTested& tested) {
    std::optional<Error> no_logs;
    bool any_log = false;
    for (const TestLine& line : lines) {
        if (line.name == "log") {
            any_log = true;
            tested.reads_logs = tested.reads_logs || line.outcome == Outcome::good ||
                                line.outcome == Outcome::warning;
            if (line.outcome == Outcome::bad && !no_logs) {
                no_logs = error_of(line, place);
            }
            continue;
        }
        // Who may not see the nodes cannot read their logs either; the accounts are seen all the
        // same.
        if (line.name == "nodes" && line.code.ends_with("-403")) {
            any_log = true;
            no_logs = error_of(line, place);
            continue;
        }
        if (line.outcome == Outcome::bad && line.name != "core" && !tested.failed) {
            tested.failed = error_of(line, place);
        }
        if (line.outcome != Outcome::good) {
            continue;
        }
        if (line.name == "version") {
            tested.product = line.text;
        } else if (line.name == "nodes") {
            tested.nodes = leading_number(line.text);
        } else if (line.name == "users") {
            tested.users = leading_number(line.text);
        }
    }
    if (!any_log && !tested.failed) {
        tested.reads_logs = true;
    }
    if (!tested.reads_logs && !tested.failed) {
        tested.no_logs = no_logs;
    }
}

/// One attempt a call: whoever waits at a terminal sees what happens and tries again himself.
template <class Settings>
Settings client_settings(const PanelLogin& login, const TestSettings& tests) {
    Settings settings;
    settings.http.base = login.url;
    settings.http.trust.pinned_sha256 = login.pinned_sha256;
    settings.http.connect_timeout = tests.connect;
    settings.http.request_timeout = tests.answer;
    settings.retry.attempts = 1;
    settings.credentials.username = login.username;
    settings.credentials.password = login.password.reveal();
    settings.credentials.api_key = login.api_key.reveal();
    return settings;
}

class Test {
public:
    Test(const PanelLogin& login, const TestSettings& settings, const Tell& tell)
        : login_(login), settings_(settings), tell_(tell) {}

    /// Both products take the same login; the version tells them apart. A Marzban is logged in to
    /// twice by that.
    PanelTested run() {
        const auto client = pasarguard::make_panel_client(
            io_.get_executor(), client_settings<pasarguard::PanelSettings>(login_, settings_), 1
        );
        if (!client) {
            return not_made(client.error());
        }
        const auto dialect = fairgate::run(io_, [&] { return (*client)->dialect(); });
        if (!dialect && dialect.error().code == too_old) {
            return run_marzban();
        }
        pasarguard::ProbeSettings patience;
        patience.log_patience = settings_.log;
        return finish(config::BackendType::pasarguard, **client, fairgate::run(io_, [&] {
                          return pasarguard::probe(*client, patience);
                      }));
    }

private:
    PanelTested run_marzban() {
        const auto client = marzban::make_panel_client(
            io_.get_executor(), client_settings<marzban::PanelSettings>(login_, settings_), 1
        );
        if (!client) {
            return not_made(client.error());
        }
        marzban::ProbeSettings patience;
        patience.log_patience = settings_.log;
        return finish(config::BackendType::marzban, **client, fairgate::run(io_, [&] {
                          return marzban::probe(*client, patience);
                      }));
    }

    PanelTested not_made(const Error& error) {
        PanelTested tested;
        tested.failed = error;
        tell_(failed_line("address", error));
        return tested;
    }

    template <class Client>
    PanelTested finish(
        config::BackendType type, Client& client, const std::vector<ProbeStep>& steps
    ) {
        PanelTested tested;
        tested.type = type;
        std::vector<TestLine> lines;
        for (const ProbeStep& step : steps) {
            // That it can be reached was told before.
            if (step.name != "reach" || step.outcome == ProbeOutcome::bad) {
                lines.push_back(line_of(step, settings_));
            }
        }
        judge(lines, login_.url, tested);
        for (const TestLine& line : lines) {
            if (line.outcome != Outcome::skipped) {
                tell_(line);
            }
        }
        if (!tested.failed) {
            add_nodes(client, tested);
        }
        return tested;
    }

    template <class Client>
    void add_nodes(Client& client, PanelTested& tested) {
        const auto nodes = fairgate::run(io_, [&] { return client.nodes(); });
        if (!nodes) {
            return;
        }
        for (const auto& node : *nodes) {
            if (node.address && !node.address->empty() &&
                std::ranges::find(tested.addresses, *node.address) == tested.addresses.end()) {
                tested.addresses.push_back(*node.address);
            }
        }
    }

    const PanelLogin& login_;
    const TestSettings& settings_;
    const Tell& tell_;
    asio::io_context io_{1};
};

}  // namespace

PanelTested test_panel(const PanelLogin& login, const TestSettings& settings, const Tell& tell) {
    return Test(login, settings, tell).run();
}

std::string with_blanks(std::size_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, " ");
    }
    return digits;
}

std::string in_words(const PanelTested& tested) {
    return tested.product + " · " + with_blanks(tested.nodes) +
           (tested.nodes == 1 ? " node" : " nodes") + " · " + with_blanks(tested.users) +
           (tested.users == 1 ? " user" : " users");
}

}  // namespace fairgate::setup
