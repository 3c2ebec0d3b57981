#include "setup/plan.hpp"

#include "config/file.hpp"
#include "config/raw.hpp"
#include "model/time.hpp"
#include "setup/errors.hpp"
#include "setup/files.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <filesystem>
#include <variant>

namespace fairgate::setup {

namespace {

constexpr std::string_view heading =
    "# Written by `fairgate setup`. All settings: fairgate config schema --example\n";

std::string list_of(const std::vector<std::string>& words) {
    std::string text = "[";
    for (const std::string& word : words) {
        text += (text.size() > 1 ? ", " : "") + config::quoted(word);
    }
    return text + "]";
}

class Edits {
public:
    void set(std::string table, std::string element, std::string key, std::string value) {
        all.push_back({std::move(table), std::move(element), std::move(key), std::move(value)});
    }
    void set_text(
        const std::string& table,
        const std::string& element,
        std::string key,
        const std::string& text
    ) {
        if (text.empty()) {
            all.push_back({table, element, std::move(key), std::nullopt});
        } else {
            set(table, element, std::move(key), config::quoted(text));
        }
    }

    std::vector<Edit> all;
};

bool is_given(const config::Loaded& there, const std::string& path, const std::string& file) {
    return std::ranges::any_of(there.given, [&](const config::Given& given) {
        return given.path == path && given.origin.name == file;
    });
}

void edit_panel(const PanelAnswer& panel, const std::string& file, Edits& edits) {
    const std::string table = "backend";
    edits.set_text(table, panel.name, "type", panel.type);
    edits.set_text(table, panel.name, "url", panel.url);
    edits.set_text(table, panel.name, "pinned_sha256", panel.pinned_sha256);
    const bool by_key = panel.by == LoginBy::api_key;
    const std::string secret = secret_file_of(file, panel);
    edits.set_text(table, panel.name, "username", by_key ? "" : panel.username);
    edits.set_text(table, panel.name, "password_file", by_key ? "" : secret);
    edits.set_text(table, panel.name, "api_key_file", by_key ? secret : "");
}

void edit_core(const CoreAnswer& core, Edits& edits) {
    const std::string table = "backend";
    edits.set_text(table, core.name, "type", "xray");
    edits.set_text(table, core.name, "api", core.api);
    edits.set_text(table, core.name, "config", core.config);
    if (!core.inbounds.empty()) {
        edits.set(table, core.name, "inbounds", list_of(core.inbounds));
    }
}

/// Whose accounts the log's are: the core's, or those of a panel without logs of its own.
void edit_log(const Answers& answers, Edits& edits) {
    const std::string table = "source";
    const LogAnswer& log = answers.log;
    edits.set_text(table, log.name, "type", "file");
    edits.set_text(table, log.name, "path", log.path);
    if (answers.core.standing == Standing::passed) {
        edits.set_text(table, log.name, "backend", answers.core.name);
    } else if (answers.panel.standing == Standing::passed) {
        edits.set_text(table, log.name, "backend", answers.panel.name);
        edits.set_text(table, log.name, "names", answers.panel.type);
    }
}

/// As people write it: a lone address without the length of a network.
std::string short_text(const NetworkScope& scope) {
    const auto* network = std::get_if<Network>(&scope);
    constexpr int whole_v4 = 32;
    constexpr int whole_v6 = 128;
    if (network != nullptr &&
        network->length() == (network->base().is_v4() ? whole_v4 : whole_v6)) {
        return network->base().text();
    }
    return to_text(scope);
}

void edit_protected(const ProtectAnswer& protect, const config::Loaded& there, Edits& edits) {
    std::vector<std::string> all;
    for (const NetworkScope& scope : there.settings.trust.never_blocked) {
        all.push_back(short_text(scope));
    }
    const std::size_t before = all.size();
    for (const std::string& address : protect.addresses) {
        const auto scope = parse_network_scope(address);
        const std::string text = scope ? short_text(*scope) : address;
        if (std::ranges::find(all, text) == all.end()) {
            all.push_back(text);
        }
    }
    if (all.size() > before) {
        edits.set("trust", "", "never_blocked", list_of(all));
    }
}

/// What is newly watched is watched only: nobody is blocked by an answer.
bool adds_something(const Answers& answers) {
    return answers.panel.standing == Standing::passed ||
           answers.core.standing == Standing::passed || answers.log.standing == Standing::passed;
}

std::string candidate_path(const std::string& file) {
    const std::filesystem::path path(file);
    return (path.parent_path() / ("." + path.filename().string() + ".candidate")).string();
}

/// A drop-in, a variable or a flag that is stronger than the file and says something else.
std::optional<Error> said_elsewhere(const Edit& edit, const config::Loaded& loaded) {
    const config::Given* last = nullptr;
    for (const config::Given& given : loaded.given) {
        if (given.path == edit.path()) {
            last = &given;
        }
    }
    const bool as_answered =
        edit.value ? last != nullptr && last->value == *edit.value : last == nullptr;
    if (as_answered || last == nullptr) {
        return std::nullopt;
    }
    return Error{
        .code = "FG-SET-008",
        .what = edit.path() + " is " + last->value + " by " + last->origin.text() +
                ", which is stronger"
    };
}

/// Puts it beside its place, where conf.d and secrets.toml are found as well, and reads all of it.
Result<void> check(const Plan& plan, const config::Sources& sources) {
    const std::string candidate = candidate_path(plan.file);
    if (auto done = write_file(candidate, plan.after, Owner::service); !done) {
        return done;
    }
    config::Sources with = sources;
    with.file = candidate;
    with.missing = config::Sources::Missing::is_a_fault;
    const config::Loaded loaded = config::load(with);
    std::error_code error;
    std::filesystem::remove(candidate, error);
    if (!loaded.faults.empty()) {
        Error fault = loaded.faults.front();
        if (const auto at = fault.where.find(candidate); at != std::string::npos) {
            fault.where.replace(at, candidate.size(), plan.file);
        }
        return errors::result_has_faults(plan.file, fault);
    }
    for (const Edit& edit : plan.edits) {
        if (auto stronger = said_elsewhere(edit, loaded)) {
            return errors::result_has_faults(plan.file, *stronger);
        }
    }
    return {};
}

std::string stamp(TimePoint now) {
    std::string text = to_rfc3339(std::chrono::floor<std::chrono::seconds>(now));
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

/// Writes a file and keeps the one that was there; gives the name of that, or nothing.
Result<std::string> replaced(
    const std::string& path, const std::string& text, const std::string& ending, Owner owner
) {
    std::error_code error;
    std::string backup;
    if (std::filesystem::exists(path, error)) {
        backup = path + ending;
        if (auto kept = keep_copy(path, backup); !kept) {
            return kept.error();
        }
    }
    if (auto done = write_file(path, text, owner); !done) {
        return done.error();
    }
    return backup;
}

}  // namespace

bool is_new_secret(const Plan& plan, const config::Secret& secret) {
    if (plan.secret_file.empty() || secret.empty()) {
        return false;
    }
    const auto there = config::read_secret(plan.secret_file);
    return !there || *there != secret.reveal();
}

std::string secret_file_of(const std::string& configuration, const PanelAnswer& panel) {
    const std::filesystem::path folder = std::filesystem::path(configuration).parent_path();
    const std::string ending = panel.by == LoginBy::api_key ? "-api-key" : "-password";
    return (folder / (panel.name + ending)).string();
}

std::vector<Edit> edits_for(
    const Answers& answers, const config::Loaded& there, const std::string& file
) {
    Edits edits;
    if (answers.limit.standing == Standing::passed) {
        edits.all.push_back(
            {"limits",
             "",
             "general",
             answers.limit.general ? std::optional(std::to_string(*answers.limit.general))
                                   : std::nullopt}
        );
    }
    if (adds_something(answers)) {
        edits.set("mode", "", "global", "\"shadow\"");
    }
    if (answers.protect.standing == Standing::passed) {
        edit_protected(answers.protect, there, edits);
    }
    const std::string driver =
        boost::describe::enum_to_string(there.settings.firewall.driver, "off");
    if (answers.firewall.standing == Standing::passed && answers.firewall.driver != driver) {
        edits.set_text("firewall", "", "driver", answers.firewall.driver);
    }
    if (answers.log.standing == Standing::passed) {
        edit_log(answers, edits);
    }
    if (answers.panel.standing == Standing::passed) {
        edit_panel(answers.panel, file, edits);
    }
    if (answers.core.standing == Standing::passed) {
        edit_core(answers.core, edits);
    }
    // What is to go and is not there needs no change.
    std::erase_if(edits.all, [&](const Edit& edit) {
        return !edit.value && !is_given(there, edit.path(), file);
    });
    return std::move(edits.all);
}

Plan make_plan(
    const std::string& file,
    const std::string& before,
    const config::Loaded& there,
    const Answers& answers
) {
    Plan plan;
    plan.file = file;
    plan.before = before;
    plan.edits = edits_for(answers, there, file);
    if (answers.panel.standing == Standing::passed) {
        plan.secret_file = secret_file_of(file, answers.panel);
    }
    if (before.empty()) {
        plan.way = plan.edits.empty() ? Plan::Way::nothing : Plan::Way::creates;
        plan.after = std::string(heading) + "\n" + edited("", plan.edits);
        return plan;
    }
    plan.after = edited(before, plan.edits);
    if (changed_only(before, plan.after, plan.edits)) {
        plan.way = plan.after == before ? Plan::Way::nothing : Plan::Way::extends;
        return plan;
    }
    plan.way = Plan::Way::rewrites;
    plan.after = std::string(heading) + "\n" + edited(plain_form(before), plan.edits);
    return plan;
}

Result<Written> write_plan(
    const Plan& plan, const config::Secret& secret, const config::Sources& sources, TimePoint now
) {
    if (const auto text = config::read_whole(plan.file); (text ? *text : "") != plan.before) {
        return errors::changed_meanwhile(plan.file);
    }
    if (auto sound = check(plan, sources); !sound) {
        return sound.error();
    }
    Written written;
    const std::string ending = ".before-setup-" + stamp(now);
    if (is_new_secret(plan, secret)) {
        auto backup = replaced(plan.secret_file, secret.reveal() + "\n", ending, Owner::secret);
        if (!backup) {
            return backup.error();
        }
        written.secret_file = plan.secret_file;
        written.secret_backup = *std::move(backup);
    }
    if (plan.way != Plan::Way::nothing) {
        auto backup = replaced(plan.file, plan.after, ending, Owner::service);
        if (!backup) {
            return backup.error();
        }
        written.file = plan.file;
        written.backup = *std::move(backup);
    }
    return written;
}

Result<std::string> write_beside(const Plan& plan) {
    std::string path = plan.file + ".new";
    if (auto done = write_file(path, plan.after, Owner::service); !done) {
        return done.error();
    }
    return path;
}

std::string free_name(const std::vector<std::string>& taken, const std::string& wish) {
    std::string name = wish;
    for (int number = 2; std::ranges::find(taken, name) != taken.end(); ++number) {
        name = wish + std::to_string(number);
    }
    return name;
}

}  // namespace fairgate::setup
