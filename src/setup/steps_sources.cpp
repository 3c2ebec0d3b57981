// A core without a panel, and an access log: what is watched on this machine itself.
#include "setup/questions.hpp"
#include "setup/wizard.hpp"

#include <algorithm>

namespace fairgate::setup {

namespace {

constexpr std::string_view none = "none";

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(", "), text.size());
        if (end > 0) {
            words.emplace_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::string text_of(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ",") + word;
    }
    return text.empty() ? std::string(none) : text;
}

bool is_panel_there(const config::Settings& settings, const Answers& answers) {
    return answers.panel.standing == Standing::passed ||
           std::ranges::any_of(settings.backends, [](const config::BackendSettings& backend) {
               return backend.type != config::BackendType::xray;
           });
}

}  // namespace

/// Empty: it need not be asked for. Asked where there is no panel, or a core that is not the
/// panel's was found.
std::string Wizard::usual_core() const {
    const Finding* const core = found(Thing::core);
    const bool has_api = core != nullptr && !core->api.empty();
    const bool has_panel = is_panel_there(there_.settings, done_.answers);
    if (is_person() && !order_.only && has_panel && !has_api) {
        return {};
    }
    return is_person() && has_api && !has_panel ? core->api : std::string(none);
}

Wizard::Next Wizard::ask_core() {
    std::string usual = usual_core();
    if (usual.empty()) {
        return Next::on;
    }
    talk_.heading("Xray or V2Ray without a panel");
    CoreAccess access;
    while (true) {
        const auto api = ask(question("core.api", "Address of the core's API", usual));
        if (!api) {
            return left();
        }
        if (*api == none) {
            return Next::on;
        }
        access.api = usual = *api;
        CoreTested tested = test_core(access, machine_.tests, machine_.clock, telling());
        if (tested.cannot_block && !tested.failed) {
            talk_.failed(*tested.cannot_block);
            if (!ask_how_to_block(access)) {
                if (left() == Next::back) {
                    continue;
                }
                return left();
            }
            tested = test_core(access, machine_.tests, machine_.clock, telling());
        }
        if (tested.failed || tested.cannot_block) {
            talk_.failed(tested.failed ? *tested.failed : *tested.cannot_block);
            continue;
        }
        remember_core(access, tested);
        return Next::on;
    }
}

/// What an older core cannot tell by itself. False: nobody answered.
bool Wizard::ask_how_to_block(CoreAccess& access) {
    const Finding* const core = found(Thing::core);
    const std::string file = core != nullptr && is_person() ? core->path : std::string(none);
    const auto config = ask(question("core.config", "The core's own configuration file", file));
    if (!config) {
        return false;
    }
    const auto inbounds =
        ask(question("core.inbounds", "Tags of its inbounds", text_of(access.inbounds)));
    if (!inbounds) {
        return false;
    }
    access.config = *config == none ? "" : *config;
    access.inbounds = *inbounds == none ? std::vector<std::string>() : words_of(*inbounds);
    return true;
}

void Wizard::remember_core(const CoreAccess& access, const CoreTested& tested) {
    CoreAnswer& answer = done_.answers.core;
    answer = CoreAnswer();
    answer.standing = Standing::passed;
    answer.api = access.api;
    answer.config = access.config;
    answer.inbounds = access.inbounds;
    answer.found = tested.product;
    for (const config::BackendSettings& backend : there_.settings.backends) {
        if (backend.api == access.api) {
            answer.name = backend.name;
        }
    }
    if (answer.name.empty()) {
        answer.name = free_name(backend_names(), "core");
    }
}

std::string Wizard::usual_log() const {
    if (!is_person()) {
        return std::string(none);
    }
    if (!order_.only && !there_.settings.sources.empty()) {
        return std::string(none);
    }
    const Finding* const log = found(Thing::log);
    return log != nullptr ? log->path : std::string(none);
}

/// Asked where no panel streams its logs.
Wizard::Next Wizard::ask_log() {
    const PanelAnswer& panel = done_.answers.panel;
    const bool streams = panel.standing == Standing::passed
                             ? panel.reads_logs
                             : is_panel_there(there_.settings, done_.answers);
    if (is_person() && !order_.only && streams && done_.answers.core.standing != Standing::passed) {
        return Next::on;
    }
    talk_.heading("Access log on this machine");
    for (const config::SourceSettings& source : there_.settings.sources) {
        talk_.say("In the configuration: \"" + source.name + "\", " + source.path);
    }
    std::string usual = usual_log();
    while (true) {
        const auto path = ask(question("log.path", "Access log to watch", usual));
        if (!path) {
            return left();
        }
        if (*path == none) {
            return Next::on;
        }
        usual = *path;
        const auto fine = test_log(*path, there_.settings, machine_.clock.now(), telling());
        if (!fine) {
            talk_.failed(fine.error());
            continue;
        }
        LogAnswer& answer = done_.answers.log;
        answer = LogAnswer();
        answer.standing = Standing::passed;
        answer.path = *path;
        std::vector<std::string> taken;
        for (const config::SourceSettings& source : there_.settings.sources) {
            if (source.path == *path) {
                answer.name = source.name;
            }
            taken.push_back(source.name);
        }
        if (answer.name.empty()) {
            answer.name = free_name(taken, "local");
        }
        return Next::on;
    }
}

}  // namespace fairgate::setup
