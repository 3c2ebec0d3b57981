// The panel: its address, its certificate, a login, and what it lets us do.
#include "http/certificate.hpp"
#include "http/uri.hpp"
#include "setup/errors.hpp"
#include "setup/questions.hpp"
#include "setup/wizard.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>

namespace fairgate::setup {

namespace {

constexpr std::string_view none = "none";
constexpr std::string_view keep_it = "keep";
constexpr std::string_view by_key = "key";

bool is_panel(const config::BackendSettings& backend) {
    return backend.type != config::BackendType::xray;
}

/// What people copy out of a browser: without https://, with the web panel's own path behind it.
std::string as_url(std::string text) {
    text.erase(std::min(text.find('#'), text.size()));
    for (const std::string_view ending : {"/", "/login", "/", "/dashboard", "/"}) {
        while (text.ends_with(ending)) {
            text.erase(text.size() - ending.size());
        }
    }
    return text.find("://") == std::string::npos && !text.starts_with("unix:") ? "https://" + text
                                                                               : text;
}

/// A page for people, of a web server or proxy, where the panel's answer should be.
bool is_page(const Error& error) {
    return error.what.find("<html") != std::string::npos ||
           error.what.find("<!DOCTYPE") != std::string::npos;
}

/// The panel was not reached at all, so another name or password would change nothing.
bool is_about_address(const Error& error) {
    return is_page(error) || error.code.starts_with("FG-NET-") || error.code.ends_with("-010") ||
           error.code.ends_with("-404");
}

/// A name or password that was just typed is in no configuration yet.
Error as_said_here(Error error) {
    if (is_page(error) || error.code.ends_with("-404")) {
        error.next =
            "Something else than the panel answered: check the port and the path in the address, "
            "and what stands before the panel.";
    } else if (error.code.ends_with("-001") || error.code.ends_with("-005")) {
        error.next = "Answer again, exactly as you log in to the panel's own page.";
    }
    return error;
}

std::string type_word(config::BackendType type) {
    return boost::describe::enum_to_string(type, "");
}

}  // namespace

std::string Wizard::usual_url() const {
    const auto& backends = there_.settings.backends;
    if (!order_.only && std::ranges::any_of(backends, is_panel)) {
        return std::string(keep_it);
    }
    const Finding* const panel = found(Thing::panel);
    const bool may_guess = is_person() && panel != nullptr && !panel->url.empty();
    return may_guess ? panel->url : std::string(none);
}

Wizard::Next Wizard::ask_panel() {
    talk_.heading("Panel");
    for (const config::BackendSettings& backend : there_.settings.backends) {
        if (is_panel(backend)) {
            talk_.say("In the configuration: \"" + backend.name + "\", " + backend.url);
        }
    }
    PanelLogin login;
    std::string usual = usual_url();
    while (true) {
        const auto address = ask(question("panel.url", "Address of the panel", usual));
        if (!address) {
            return left();
        }
        if (*address == none || *address == keep_it) {
            return Next::on;
        }
        login.url = usual = as_url(*address);
        login.pinned_sha256.clear();
        const auto reached = reach_panel(login);
        if (!reached) {
            if (left() == Next::ended || skipped_) {
                return left();
            }
            continue;  // "back" as well: the address is the question before
        }
        PanelTested tested;
        switch (log_in(login, tested)) {
            case Login::passed:
                remember_panel(login, *reached, tested);
                return Next::on;
            case Login::other_address:
                continue;
            case Login::left:
                if (left() == Next::back) {
                    continue;
                }
                return left();
        }
    }
}

/// Up to a server that is believed. Nothing: it was told why not.
std::optional<Reached> Wizard::reach_panel(PanelLogin& login) {
    left_ = Next::on;
    http::TlsTrust trust;
    Reached reached = reach(login.url, trust, machine_.tests, machine_.clock, telling());
    if (reached.distrust && trust_certificate(reached, login)) {
        trust.pinned_sha256 = login.pinned_sha256;
        const Tell tell = telling();
        const Tell only_bad = [&](const TestLine& line) {
            if (line.outcome == Outcome::bad) {
                tell(line);
            }
        };
        reached = reach(login.url, trust, machine_.tests, machine_.clock, only_bad);
        if (reached.distrust) {
            talk_.failed(*reached.distrust);
        } else if (!reached.failed) {
            tell({"tls", Outcome::good, "exactly this certificate is trusted from now on", {}, {}});
        }
    }
    if (reached.failed) {
        talk_.failed(*reached.failed);
        return std::nullopt;
    }
    if (reached.distrust) {
        return std::nullopt;
    }
    telling()(clock_line(reached.clock_ahead));
    return reached;
}

/// Shows the certificate that nobody vouches for, and pins it at the operator's word.
bool Wizard::trust_certificate(const Reached& reached, PanelLogin& login) {
    const auto lines = certificate_lines(*reached.certificate, machine_.clock.now());
    std::string all;
    for (const std::string& line : lines) {
        talk_.say(line);
        all += (all.empty() ? "" : "; ") + line;
    }
    const auto answer = ask(question(
        "panel.certificate", "Is this your panel's certificate? Trust exactly this one", "no"
    ));
    const std::string& shown = reached.certificate->sha256;
    const bool named = answer && http::parse_fingerprint(*answer) == shown;
    if (named || (answer == "yes" && is_person())) {
        login.pinned_sha256 = shown;
        return true;
    }
    if (left() == Next::on && !skipped_) {
        talk_.failed(errors::other_certificate(login.url, all));
    }
    return false;
}

bool Wizard::ask_login(PanelLogin& login) {
    const auto name = ask(question(
        "panel.username",
        "Administrator's name, or \"key\" for an API key",
        login.username.empty() && !login.api_key.empty() ? std::string(by_key) : login.username
    ));
    if (!name) {
        return false;
    }
    login.password = login.api_key = config::Secret();
    const bool key = *name == by_key;
    login.username = key ? "" : *name;
    const auto secret =
        ask(key ? question("panel.api_key", "API key (not shown)", "")
                : question("panel.password", "Password of " + *name + " (not shown)", ""));
    if (!secret) {
        return false;
    }
    (key ? login.api_key : login.password) = config::Secret(*secret);
    return true;
}

/// Until a login passes, or somebody wants something else.
Wizard::Login Wizard::log_in(PanelLogin& login, PanelTested& tested) {
    while (true) {
        if (!ask_login(login)) {
            return Login::left;
        }
        talk_.say("asking the panel; with many nodes this takes a while");
        tested = test_panel(login, machine_.tests, telling());
        if (tested.failed) {
            talk_.failed(as_said_here(*tested.failed));
            if (is_about_address(*tested.failed)) {
                return Login::other_address;
            }
            continue;
        }
        if (!tested.no_logs) {
            return Login::passed;
        }
        talk_.failed(*tested.no_logs);
        const auto without =
            ask_yes_no(question("panel.without_logs", "Go on without the logs of this panel", "no")
            );
        if (!without) {
            return Login::left;
        }
        if (*without) {
            return Login::passed;
        }
    }
}

void Wizard::remember_panel(
    const PanelLogin& login, const Reached& reached, const PanelTested& tested
) {
    PanelAnswer& panel = done_.answers.panel;
    panel = PanelAnswer();
    panel.standing = Standing::passed;
    panel.type = type_word(tested.type);
    panel.url = login.url;
    panel.pinned_sha256 = login.pinned_sha256;
    panel.username = login.username;
    panel.by = login.api_key.empty() ? LoginBy::password : LoginBy::api_key;
    panel.reads_logs = tested.reads_logs;
    panel.found = in_words(tested);
    if (const TestLine clock = clock_line(reached.clock_ahead); clock.outcome == Outcome::good) {
        panel.found += " · " + clock.text;
    }
    panel.addresses = reached.addresses;
    panel.addresses.insert(panel.addresses.end(), tested.addresses.begin(), tested.addresses.end());
    std::vector<std::string> taken;
    for (const config::BackendSettings& backend : there_.settings.backends) {
        if (backend.url == panel.url) {
            panel.name = backend.name;
        }
        taken.push_back(backend.name);
    }
    if (panel.name.empty()) {
        panel.name = free_name(taken, "main");
    }
    secret_ = login.api_key.empty() ? login.password : login.api_key;
    talk_.say(panel.found);
}

}  // namespace fairgate::setup
