// setup: the wizard at a terminal, and its unattended twin.
#include "cli/handlers.hpp"
#include "cli/networks.hpp"
#include "cli/print.hpp"
#include "cli/prompt.hpp"
#include "setup/errors.hpp"
#include "setup/given_answers.hpp"
#include "setup/wizard.hpp"

#include <boost/describe/enum_from_string.hpp>

#include <filesystem>
#include <unistd.h>

namespace fairgate::cli {

namespace {

setup::TestSettings test_settings(const Invocation& invocation) {
    setup::TestSettings settings;
    if (const auto seconds = invocation.flag("timeout")) {
        const std::chrono::milliseconds patience(std::chrono::seconds(std::stol(*seconds)));
        settings.connect = settings.answer = patience;
        settings.log = std::min(settings.log, patience);
    }
    return settings;
}

/// Where the configuration is or is to be. A file named by --config need not be there yet.
config::Sources sources_for(const Context& context, const Invocation& invocation) {
    config::Sources sources = sources_of(context, invocation);
    sources.missing = config::Sources::Missing::is_empty;
    std::error_code error;
    const auto absolute = std::filesystem::absolute(sources.file, error);
    if (!error) {
        sources.file = absolute.string();
    }
    return sources;
}

setup::Networks networks_for(const Context& context) {
    auto tables = network_tables("", "", context.around.folder);
    return tables ? tables->make : setup::Networks();
}

boost::json::object summary_json(const setup::Done& done) {
    boost::json::object data;
    const bool has_written = done.written.has_value();
    data["file"] = done.plan.file;
    data["written"] = has_written;
    data["backup"] = has_written && !done.written->backup.empty()
                         ? json::Value(done.written->backup)
                         : json::Value();
    data["beside"] = done.beside.empty() ? json::Value() : json::Value(done.beside);
    data["answers"] = json::to_json(done.answers);
    data["found"] = json::to_json(done.findings);
    data["tests"] = json::to_json(done.tests);
    data["changes"] = setup::difference(done.plan.before, done.plan.after);
    return data;
}

bool is_usual_file(const std::string& file) { return file == config::usual_file; }

bool has_systemd() {
    std::error_code error;
    return std::filesystem::exists("/run/systemd/system", error) &&
           std::filesystem::exists("/usr/lib/systemd/system/fairgate.service", error);
}

/// Commands to copy, and the way back.
std::string next_text(const setup::Done& done) {
    const std::string& file = done.plan.file;
    const std::string config = is_usual_file(file) ? "" : " --config " + file;
    std::string text = "\nNext:\n";
    text += is_usual_file(file) && has_systemd() ? "  sudo systemctl restart fairgate\n"
                                                 : "  fairgate daemon" + config + "\n";
    text += "  fairgate status\n";
    text += "  fairgate preview enforce --over 24h     after a day: who would be limited\n";
    text += "  fairgate mode set enforce               when you like what it shows\n";
    const setup::Written& written = *done.written;
    const auto undo = [&](const std::string& changed, const std::string& backup) {
        if (!changed.empty()) {
            text +=
                backup.empty() ? "  rm " + changed + "\n" : "  mv " + backup + " " + changed + "\n";
        }
    };
    text += "To undo:\n";
    undo(written.file, written.backup);
    undo(written.secret_file, written.secret_backup);
    return text;
}

std::string ending_text(const setup::Done& done, const setup::Order& order) {
    if (done.written) {
        std::string text = "Written:";
        for (const std::string& path : {done.written->file, done.written->secret_file}) {
            text += path.empty() ? "" : " " + path;
        }
        return text + "\nChecked: fairgate config check finds no fault in it.\n" + next_text(done);
    }
    if (order.writing == setup::Order::Writing::dry) {
        return "Nothing was written (--dry-run).\n";
    }
    if (!done.beside.empty()) {
        return "The configuration is as it was; the new one is " + done.beside + "\n";
    }
    return "Nothing was written. The configuration is as it was.\n";
}

int show_end(const Context& context, const setup::Done& done, const setup::Order& order) {
    if (context.look.format == Format::json || context.look.format == Format::jsonl) {
        const boost::json::object envelope{
            {"schema", "fairgate.setup/1"},
            {"data", summary_json(done)},
            {"warnings", boost::json::array{}}
        };
        context.out() << json::serialize(envelope) << "\n" << std::flush;
        return 0;
    }
    context.out() << "\n" << ending_text(done, order) << std::flush;
    return 0;
}

int run_unattended(
    const Context& context,
    const Invocation& invocation,
    const setup::Machine& machine,
    const setup::Order& order
) {
    auto answers =
        setup::read_answers(invocation.flag("from").value_or(""), context.around.environment);
    if (!answers) {
        return fail(context, answers.error());
    }
    setup::GivenTalk talk(*std::move(answers), [&](const std::string& line) {
        context.err() << line << "\n" << std::flush;
    });
    const auto done = setup::set_up(machine, talk, order);
    if (!done) {
        const bool by_an_answer = done.error().code == "FG-SET-009" && talk.failure();
        return fail(context, by_an_answer ? *talk.failure() : done.error());
    }
    return show_end(context, *done, order);
}

}  // namespace

int run_setup(Context& context, const Invocation& invocation) {
    const bool unattended = invocation.has("from") || invocation.has("non-interactive");
    if (!unattended && !(context.around.terminal.in && context.around.terminal.err)) {
        return fail(context, setup::errors::nobody_to_ask());
    }
    const setup::Machine machine{
        setup::Root(invocation.flag("root").value_or("/")),
        *context.around.clock,
        sources_for(context, invocation),
        test_settings(invocation),
        networks_for(context)
    };
    setup::Order order;
    if (invocation.has("dry-run")) {
        order.writing = setup::Order::Writing::dry;
    }
    if (const auto only = invocation.flag("only")) {
        setup::Step step{};
        boost::describe::enum_from_string(only->c_str(), step);
        order.only = step;
    }
    if (unattended) {
        return run_unattended(context, invocation, machine, order);
    }
    PromptTalk talk(context);
    context.err() << "Fairgate setup. The default stands in brackets; ? explains a question, back "
                     "goes to the one before,\nskip leaves a step out. Nothing is written before "
                     "you say so, and nobody is blocked by it.\n";
    const auto done = setup::set_up(machine, talk, order);
    return done ? show_end(context, *done, order) : fail(context, done.error());
}

}  // namespace fairgate::cli
