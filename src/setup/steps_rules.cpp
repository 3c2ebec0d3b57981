// What is allowed, whom nothing may happen to, and who refuses addresses.
#include "model/address.hpp"
#include "setup/errors.hpp"
#include "setup/questions.hpp"
#include "setup/wizard.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <charconv>

namespace fairgate::setup {

namespace {

constexpr std::string_view none = "none";
constexpr int most_devices = 10'000;  // as limits.general

std::optional<int> devices_in(std::string_view text) {
    int devices = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), devices);
    const bool whole = failure == std::errc{} && end == text.data() + text.size();
    return whole && devices >= 1 && devices <= most_devices ? std::optional(devices) : std::nullopt;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

}  // namespace

/// A log that can be counted now, so that the question has figures in it.
std::string Wizard::log_for_figures() const {
    if (done_.answers.log.standing == Standing::passed) {
        return done_.answers.log.path;
    }
    if (!there_.settings.sources.empty()) {
        return there_.settings.sources.front().path;
    }
    const Finding* const log = found(Thing::log);
    return log == nullptr || !is_person() ? "" : log->path;
}

Wizard::Next Wizard::ask_limit() {
    talk_.heading("Limit");
    const std::string path = log_for_figures();
    const auto usage =
        path.empty() ? std::nullopt : usage_in(path, there_.settings, machine_.networks);
    if (usage) {
        talk_.say("Counted in " + path + ", as the daemon counts:");
        for (const int limit : {1, 2, 3, 5}) {
            talk_.say(in_words(*usage, limit));
        }
    } else {
        talk_.say(
            "No log of the last hour is at hand here, so there are no figures yet; the daemon has "
            "them after a day: fairgate limit preview general 2"
        );
    }
    const auto& now = there_.settings.limits.general;
    const std::string usual = !now                        ? "2"
                              : *now == config::unlimited ? std::string(none)
                                                          : std::to_string(*now);
    while (true) {
        const auto text =
            ask(question("limit.general", "Devices at once for every account", usual));
        if (!text) {
            return left();
        }
        const auto devices = devices_in(*text);
        if (!devices && *text != none) {
            talk_.failed(errors::bad_answer(
                "limit.general", "a whole number from 1 to 10000, or none", "write 2"
            ));
            continue;
        }
        done_.answers.limit = {Standing::passed, devices};
        if (devices && usage) {
            talk_.say(in_words(*usage, *devices));
        }
        return Next::on;
    }
}

/// Whoever works here, the panel and its nodes.
std::vector<Protected> Wizard::known_protected() const {
    std::vector<Protected> all = operators(machine_.root, machine_.sources.environment);
    const PanelAnswer& panel = done_.answers.panel;
    if (panel.standing == Standing::passed) {
        for (const std::string& address : panel.addresses) {
            add_protected(all, address, "the panel, or a node of it");
        }
    }
    return all;
}

Wizard::Next Wizard::ask_protect() {
    talk_.heading("Addresses that nothing is ever done against");
    const std::vector<Protected> known = known_protected();
    for (const Protected& each : known) {
        talk_.say(each.address + ": " + each.why);
    }
    for (const NetworkScope& scope : there_.settings.trust.never_blocked) {
        talk_.say(to_text(scope) + ": in the configuration");
    }
    talk_.say("and always: this machine, its gateway, panels and nodes by name, loopback");
    while (true) {
        const auto more =
            ask(question("protect.addresses", "More, with commas", std::string(none)));
        if (!more) {
            return left();
        }
        std::vector<Protected> all = known;
        std::string wrong;
        std::string_view rest = *more == none ? std::string_view() : std::string_view(*more);
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find_first_of(", "), rest.size());
            const std::string_view word = rest.substr(0, end);
            if (!word.empty() && !Network::parse(word)) {
                wrong = word;
            }
            add_protected(all, word, "you said so");
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        if (!wrong.empty()) {
            talk_.failed(errors::bad_answer(
                "protect.addresses",
                "addresses and networks, not \"" + wrong + "\"",
                "write 203.0.113.7, 198.51.100.0/24"
            ));
            continue;
        }
        ProtectAnswer& answer = done_.answers.protect;
        answer = ProtectAnswer();
        answer.standing = Standing::passed;
        for (const Protected& each : all) {
            answer.addresses.push_back(each.address);
        }
        return Next::on;
    }
}

/// Only where somebody is watched whom no panel can disable.
Wizard::Next Wizard::ask_firewall() {
    const Answers& answers = done_.answers;
    const bool has_panel = answers.panel.standing == Standing::passed;
    const bool matters = answers.core.standing == Standing::passed ||
                         (answers.log.standing == Standing::passed && !has_panel);
    if (is_person() && !order_.only && !matters) {
        return Next::on;
    }
    talk_.heading("Firewall");
    if (is_person()) {
        talk_.say(
            "Who is only in a log cannot be disabled anywhere. A firewall can refuse the addresses "
            "such an account is connected from, at the ports it uses, for a while."
        );
    }
    std::vector<Choice> choices = {{"off", "only record what would be done"}};
    for (const std::string_view name : {"nftables", "iptables", "ufw", "fail2ban"}) {
        if (const Finding* const program = found(Thing::firewall, name)) {
            choices.push_back({std::string(name), program->because});
        }
    }
    const std::string now = boost::describe::enum_to_string(there_.settings.firewall.driver, "off");
    while (true) {
        const auto driver = ask(question("firewall.driver", "Refuse addresses by", now, choices));
        if (!driver) {
            return left();
        }
        const bool known = std::ranges::any_of(choices, [&](const Choice& choice) {
            return choice.value == *driver;
        });
        if (!known) {
            std::vector<std::string> values;
            for (const Choice& choice : choices) {
                values.push_back(choice.value);
            }
            talk_.failed(errors::bad_answer(
                "firewall.driver", "one of " + joined(values), "install it first, or write off"
            ));
            continue;
        }
        if (*driver != "off") {
            talk_.say(
                "The service needs CAP_NET_ADMIN for that: sudo systemctl edit fairgate "
                "(docs/installation.md has the four lines)"
            );
        }
        done_.answers.firewall = {Standing::passed, *driver};
        return Next::on;
    }
}

}  // namespace fairgate::setup
