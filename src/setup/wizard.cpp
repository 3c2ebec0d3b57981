#include "setup/wizard.hpp"

#include "config/file.hpp"
#include "setup/detect.hpp"
#include "setup/errors.hpp"
#include "setup/files.hpp"
#include "setup/questions.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace fairgate::setup {

namespace {

std::string_view certainty_text(Certainty certainty) {
    switch (certainty) {
        case Certainty::sure:
            return "sure";
        case Certainty::likely:
            return "likely";
        case Certainty::possible:
            break;
    }
    return "possible";
}

std::string finding_line(const Finding& finding) {
    std::string line = finding.name + " (" + std::string(certainty_text(finding.certainty)) +
                       "): " + finding.because;
    if (!finding.advice.empty()) {
        line += "; " + finding.advice;
    }
    return line;
}

}  // namespace

Result<Done> set_up(const Machine& machine, Talk& talk, const Order& order) {
    return Wizard(machine, talk, order).run();
}

Wizard::Wizard(const Machine& machine, Talk& talk, const Order& order)
    : machine_(machine), talk_(talk), order_(order) {}

std::optional<std::string> Wizard::ask(const Question& question) {
    const Reply reply = talk_.ask(question);
    skipped_ = reply.kind == Reply::Kind::skip;
    switch (reply.kind) {
        case Reply::Kind::answer:
            left_ = Next::on;
            return reply.text;
        case Reply::Kind::back:
            left_ = Next::back;
            break;
        case Reply::Kind::skip:
            left_ = Next::on;
            break;
        case Reply::Kind::ended:
            left_ = Next::ended;
            break;
    }
    return std::nullopt;
}

std::optional<bool> Wizard::ask_yes_no(const Question& question) {
    const auto answer = ask(question);
    return answer ? std::optional(*answer == "yes") : std::nullopt;
}

Tell Wizard::telling() {
    return [this](const TestLine& line) {
        done_.tests.push_back(line);
        talk_.show(line);
    };
}

Result<Done> Wizard::run() {
    const config::Sources& sources = machine_.sources;
    if (order_.writing == Order::Writing::real) {
        if (auto may = may_write(sources.file); !may) {
            return may.error();
        }
    }
    std::error_code error;
    if (std::filesystem::exists(sources.file, error)) {
        auto text = config::read_whole(sources.file);
        if (!text) {
            return text.error();
        }
        before_ = *std::move(text);
    }
    config::Sources there = sources;
    there.missing = config::Sources::Missing::is_empty;
    there_ = config::load(there);
    if (!there_.faults.empty()) {
        return errors::faulty_configuration(sources.file, there_.faults.size());
    }
    done_.findings = detect(machine_.root, machine_.clock.now());
    introduce();
    if (auto taken = take_up(); !taken) {
        return taken.error();
    }
    const std::span<const Step> steps =
        order_.only ? std::span<const Step>(&*order_.only, 1) : std::span<const Step>(all_steps);
    do {
        if (auto walked = walk(steps); !walked) {
            return walked.error();
        }
        if (auto finished = finish(); !finished) {
            return finished.error();
        }
    } while (left_ == Next::back && open_last(steps));
    return std::move(done_);
}

/// "back" from the summary: the last answer is asked for again. False when there is none.
bool Wizard::open_last(std::span<const Step> steps) {
    for (std::size_t at = steps.size(); at-- > 0;) {
        const bool answered = standing(steps[at]) == Standing::passed;
        standing(steps[at]) = Standing::open;
        if (answered) {
            return true;
        }
    }
    return false;
}

void Wizard::introduce() {
    if (order_.only) {
        return;
    }
    talk_.heading("What is on this machine");
    for (const Finding& finding : done_.findings) {
        talk_.say(finding_line(finding));
    }
    if (done_.findings.empty()) {
        talk_.say("nothing that Fairgate knows; a panel may well be on another machine");
    }
    const auto limiter = std::ranges::find_if(done_.findings, [](const Finding& finding) {
        return finding.thing == Thing::limiter;
    });
    if (limiter != done_.findings.end()) {
        talk_.say(
            "Two limiters at once punish twice. Take over what " + limiter->name +
            " knows with the command above, then stop it."
        );
    }
}

/// Goes on with what an earlier run has kept.
Result<void> Wizard::take_up() {
    const std::string& file = machine_.sources.file;
    if (!keeps()) {
        return {};
    }
    const auto kept = kept_answers(file);
    if (!kept || !kept->any()) {
        return {};
    }
    talk_.heading("An earlier run");
    const auto go_on =
        ask_yes_no(question("resume", "Setup was left before its end. Go on where you were", "yes")
        );
    if (left_ == Next::ended) {
        return errors::stopped(answers_path(file));
    }
    if (!go_on.value_or(true)) {
        forget_answers(file);
        return {};
    }
    done_.answers = *kept;
    if (auto secret = config::read_secret(secret_path(file))) {
        secret_ = config::Secret(*std::move(secret));
    } else if (done_.answers.panel.standing == Standing::passed) {
        done_.answers.panel.standing = Standing::open;  // its secret has gone
    }
    return {};
}

Result<void> Wizard::keep() {
    if (!keeps()) {
        return {};
    }
    const std::string& file = machine_.sources.file;
    if (!secret_.empty()) {
        if (auto done = write_file(secret_path(file), secret_.reveal() + "\n", Owner::alone);
            !done) {
            return done;
        }
    }
    return keep_answers(file, done_.answers);
}

Standing& Wizard::standing(Step step) {
    Answers& answers = done_.answers;
    switch (step) {
        case Step::panel:
            return answers.panel.standing;
        case Step::core:
            return answers.core.standing;
        case Step::log:
            return answers.log.standing;
        case Step::limit:
            return answers.limit.standing;
        case Step::protect:
            return answers.protect.standing;
        case Step::firewall:
            break;
    }
    return answers.firewall.standing;
}

Wizard::Next Wizard::take(Step step) {
    switch (step) {
        case Step::panel:
            return ask_panel();
        case Step::core:
            return ask_core();
        case Step::log:
            return ask_log();
        case Step::limit:
            return ask_limit();
        case Step::protect:
            return ask_protect();
        case Step::firewall:
            break;
    }
    return ask_firewall();
}

/// The step before: the last that was asked in this run, else one that an earlier run has answered.
std::size_t Wizard::before(
    std::span<const Step> steps, std::size_t at, std::vector<std::size_t>& asked
) {
    if (!asked.empty()) {
        const std::size_t last = asked.back();
        asked.pop_back();
        return last;
    }
    for (std::size_t earlier = at; earlier-- > 0;) {
        if (standing(steps[earlier]) == Standing::passed) {
            return earlier;
        }
    }
    return at;
}

/// Forward over the open steps; "back" opens the one before that was really asked.
Result<void> Wizard::walk(std::span<const Step> steps) {
    std::vector<std::size_t> asked;
    for (std::size_t at = 0; at < steps.size();) {
        if (standing(steps[at]) != Standing::open) {
            ++at;
            continue;
        }
        skipped_ = false;
        const Next next = take(steps[at]);
        if (next == Next::ended) {
            return errors::stopped(keeps() ? answers_path(machine_.sources.file) : "");
        }
        if (next == Next::back) {
            at = before(steps, at, asked);
            for (std::size_t later = at; later < steps.size(); ++later) {
                standing(steps[later]) = Standing::open;
            }
            continue;
        }
        if (standing(steps[at]) == Standing::open) {
            standing(steps[at]) = Standing::skipped;
        } else if (standing(steps[at]) == Standing::passed) {
            asked.push_back(at);
        }
        if (auto kept = keep(); !kept) {
            return kept;
        }
        ++at;
    }
    return {};
}

std::vector<std::string> Wizard::backend_names() const {
    std::vector<std::string> names;
    for (const config::BackendSettings& backend : there_.settings.backends) {
        names.push_back(backend.name);
    }
    if (done_.answers.panel.standing == Standing::passed) {
        names.push_back(done_.answers.panel.name);
    }
    return names;
}

const Finding* Wizard::found(Thing thing, std::string_view name) const {
    const auto finding = std::ranges::find_if(done_.findings, [&](const Finding& each) {
        return each.thing == thing && (name.empty() || each.name == name);
    });
    return finding == done_.findings.end() ? nullptr : &*finding;
}

bool Wizard::is_watching() const {
    const Answers& answers = done_.answers;
    return answers.panel.standing == Standing::passed ||
           answers.core.standing == Standing::passed || answers.log.standing == Standing::passed ||
           !there_.settings.backends.empty() || !there_.settings.sources.empty();
}

}  // namespace fairgate::setup
