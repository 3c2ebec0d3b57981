// The end: what the answers come to, the difference, and the written file.
#include "config/file.hpp"
#include "setup/errors.hpp"
#include "setup/questions.hpp"
#include "setup/wizard.hpp"

#include <string>

namespace fairgate::setup {

namespace {

void tell_answers(const Answers& answers, Talk& talk) {
    if (answers.panel.standing == Standing::passed) {
        talk.say("panel \"" + answers.panel.name + "\": " + answers.panel.found);
    }
    if (answers.core.standing == Standing::passed) {
        talk.say("core \"" + answers.core.name + "\": " + answers.core.found);
    }
    if (answers.log.standing == Standing::passed) {
        talk.say("log \"" + answers.log.name + "\": " + answers.log.path);
    }
    if (answers.limit.standing == Standing::passed) {
        talk.say(
            answers.limit.general ? "limit: " + std::to_string(*answers.limit.general) +
                                        " devices at once, until an account gets its own"
                                  : "limit: none, accounts are only counted"
        );
    }
    if (answers.protect.standing == Standing::passed) {
        const std::size_t count = answers.protect.addresses.size();
        talk.say("protected: " + std::to_string(count) + (count == 1 ? " address" : " addresses"));
    }
    if (answers.firewall.standing == Standing::passed) {
        talk.say("firewall: " + answers.firewall.driver);
    }
}

std::string mode_in(const config::Loaded& loaded) {
    return std::string(to_text(loaded.settings.mode.global));
}

void show_difference(const Plan& plan, Talk& talk) {
    const std::string changes = difference(plan.before, plan.after);
    std::string_view text = changes;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        talk.say("  " + std::string(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace

Result<void> Wizard::finish() {
    left_ = Next::on;
    if (!is_watching() && !order_.only) {
        if (!is_person()) {
            return errors::nothing_to_watch();
        }
        talk_.failed(errors::nothing_to_watch());
    }
    const std::string& file = machine_.sources.file;
    Plan& plan = done_.plan;
    plan = make_plan(file, before_, there_, done_.answers);
    talk_.heading("Summary");
    tell_answers(done_.answers, talk_);
    if (plan.way == Plan::Way::nothing && !is_new_secret(plan, secret_)) {
        talk_.say("Nothing in " + file + " needs to change.");
        if (keeps()) {
            forget_answers(file);
        }
        return {};
    }
    const config::Loaded after = config::load_text(file, plan.after);
    talk_.say(
        "mode: " + mode_in(after) +
        (after.settings.mode.global == Mode::shadow ? ", it watches and blocks nobody" : "")
    );
    if (!before_.empty()) {
        talk_.say("A mode that was set by command is stronger than the file: fairgate mode show");
    }
    if (plan.way == Plan::Way::rewrites && !is_person()) {
        return errors::cannot_extend(file);
    }
    if (plan.way == Plan::Way::nothing) {
        talk_.say("Only the login in " + plan.secret_file + " is a new one.");
    } else {
        talk_.say(before_.empty() ? "New file " + file + ":" : "Changes of " + file + ":");
        show_difference(plan, talk_);
    }
    return order_.writing == Order::Writing::dry ? Result<void>() : save();
}

/// Asks once more, and writes.
Result<void> Wizard::save() {
    const std::string& file = machine_.sources.file;
    const Plan& plan = done_.plan;
    if (plan.way == Plan::Way::rewrites) {
        auto beside = write_beside(plan);
        if (!beside) {
            return beside.error();
        }
        done_.beside = *std::move(beside);
        talk_.say(
            "This file is written in a form that cannot be extended line by line. The same "
            "settings "
            "in plain form, without your comments, are in " +
            done_.beside + "."
        );
    }
    const bool careful = plan.way == Plan::Way::rewrites;
    const auto wanted = ask_yes_no(question(
        "save", careful ? "Put it into the place of " + file : "Write it", careful ? "no" : "yes"
    ));
    if (left_ == Next::ended) {
        return errors::stopped(keeps() ? answers_path(file) : "");
    }
    if (!wanted.value_or(false)) {
        if (left_ == Next::on && keeps()) {
            talk_.say("What was answered is kept: fairgate setup goes on here.");
        }
        return {};
    }
    auto written = write_plan(plan, secret_, machine_.sources, machine_.clock.now());
    if (!written) {
        return written.error();
    }
    done_.written = *std::move(written);
    if (keeps()) {
        forget_answers(file);
    }
    return {};
}

}  // namespace fairgate::setup
