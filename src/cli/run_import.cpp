// import: what another tool has set, shown first and then taken over.
#include "cli/handlers.hpp"
#include "cli/lines.hpp"
#include "cli/print.hpp"
#include "cli/remote.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "importing/comparison.hpp"
#include "importing/read.hpp"
#include "importing/running.hpp"
#include "importing/said.hpp"
#include "importing/whose.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

namespace fairgate::cli {

namespace {

using importing::Comparison;
using importing::Difference;
using importing::Plan;
using importing::Standing;
using importing::Subject;

constexpr std::array setting_columns = {
    Column{"where", "THEIRS"},
    Column{"theirs", "VALUE", Show::text, 1},
    Column{"unit", "UNIT", Show::text, 2},
    Column{"ours", "OURS"},
    Column{"before", "NOW", Show::text, 3},
    Column{"value", "BECOMES"},
    Column{"standing", "STATE"},
};
constexpr std::array account_columns = {
    Column{"what", "ACCOUNT"},
    Column{"subject", "WHAT"},
    Column{"before", "NOW", Show::text, 1},
    Column{"after", "BECOMES"},
    Column{"standing", "STATE"},
    Column{"note", "NOTE", Show::text, 2},
};
constexpr std::array left_columns = {
    Column{"where", "THEIRS"},
    Column{"theirs", "VALUE", Show::text, 1},
    Column{"why", "WHY"},
};

struct LeftOutPart {
    std::string_view because;
    std::string_view title;
};
constexpr std::array left_out_parts = {
    LeftOutPart{"unusable", "Not usable"},
    LeftOutPart{"unknown", "Not known (values are not shown: they may be secrets)"},
    LeftOutPart{"no_counterpart", "Not carried over"},
    LeftOutPart{"outdone", "Not used, because something stronger says otherwise"},
};

/// Each setting with how it stands to what is here.
boost::json::array settings_of(const Plan& plan, const Comparison& comparison) {
    std::map<std::string, const Difference*> by_key;
    for (const Difference& difference : comparison.differences) {
        if (difference.subject == Subject::setting) {
            by_key[difference.what + "=" + difference.after] = &difference;
        }
    }
    boost::json::array rows;
    for (const importing::Carried& carried : plan.carried) {
        json::Value row = json::to_json(carried);
        const auto found = by_key.find(carried.ours + "=" + carried.value);
        if (found != by_key.end()) {
            row.as_object()["standing"] = json::to_json(found->second->standing);
            row.as_object()["before"] = found->second->before;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

boost::json::array accounts_of(const Comparison& comparison) {
    boost::json::array rows;
    for (const Difference& difference : comparison.differences) {
        if (difference.subject != Subject::setting && difference.subject != Subject::secret) {
            rows.push_back(json::to_json(difference));
        }
    }
    return rows;
}

json::Value answer_of(const Plan& plan, const Comparison& comparison) {
    return boost::json::object{
        {"tool", importing::name_of(plan.peer)},
        {"files", json::to_json(plan.files)},
        {"settings", settings_of(plan, comparison)},
        {"accounts", accounts_of(comparison)},
        {"left_out", json::to_json(plan.left_out)},
        {"advice", json::to_json(plan.advice)},
        {"written", json::to_json(comparison.written)},
        {"would_change", comparison.changes_something()}
    };
}

std::string part(
    const std::string& title,
    std::span<const Column> columns,
    const json::Value& rows,
    const Look& look
) {
    const auto* list = rows.if_array();
    return list == nullptr || list->empty()
               ? ""
               : title + "\n" + table_text(columns, *list, look) + "\n";
}

std::string text_at(const json::Value& row, std::string_view key) {
    const auto* text = value_at(row, key).if_string();
    return text == nullptr ? "" : std::string(text->data(), text->size());
}

/// "/var/lib/pg-limiter/data/config.json: limits.general" without the folders.
std::string short_place(const std::string& where) {
    const std::size_t colon = std::min(where.find(':'), where.size());
    const std::size_t slash = where.rfind('/', colon);
    return slash == std::string::npos || slash > colon ? where : where.substr(slash + 1);
}

/// Rows with places and values short enough to stand beside each other.
boost::json::array for_people(const json::Value& rows) {
    constexpr std::size_t most = 28;
    constexpr std::size_t longest_place = 90;
    boost::json::array all;
    for (const json::Value& row : rows.as_array()) {
        json::Value brief = row;
        const std::string value = text_at(row, "theirs");
        brief.as_object()["where"] =
            importing::shown_within(short_place(text_at(row, "where")), longest_place);
        brief.as_object()["theirs"] =
            display_width(value) > most ? importing::shown_within(value, most) : value;
        all.push_back(std::move(brief));
    }
    return all;
}

/// What works otherwise here, setting by setting.
std::string notes_of(const json::Value& settings) {
    boost::json::array notes;
    for (const json::Value& row : settings.as_array()) {
        if (const std::string note = text_at(row, "note"); !note.empty()) {
            notes.emplace_back(text_at(row, "ours") + ": " + note);
        }
    }
    const std::string lines = bullet_lines(notes, "  ");
    return lines.empty() ? "" : lines + "\n";
}

/// What is to be done, which goes first; of many rows the first, and how many there are.
std::string accounts_text(const json::Value& rows, const Look& look) {
    constexpr std::size_t most = 40;
    boost::json::array changes;
    boost::json::array others;
    for (const json::Value& row : rows.as_array()) {
        (text_at(row, "standing") == "same" ? others : changes).push_back(row);
    }
    changes.insert(changes.end(), others.begin(), others.end());
    const std::size_t all = changes.size();
    if (look.truncate != Truncate::columns || all <= most + most / 2) {
        return part("Accounts", account_columns, std::move(changes), look);
    }
    changes.resize(most);
    return part("Accounts", account_columns, std::move(changes), look) + "  and " +
           std::to_string(all - most) + " more of " + std::to_string(all) +
           "; --no-trunc shows all\n\n";
}

std::string left_out_text(const json::Value& rows, const Look& look) {
    std::string text;
    for (const LeftOutPart& each : left_out_parts) {
        boost::json::array of_this;
        boost::json::array places;
        for (const json::Value& row : for_people(rows)) {
            if (text_at(row, "because") == each.because) {
                places.emplace_back(text_at(row, "where"));
                of_this.push_back(row);
            }
        }
        const std::string title(each.title);
        if (each.because == "unknown" && !places.empty()) {
            text += title + "\n" + bullet_lines(places, "  ") + "\n";
        } else {
            text += part(title, left_columns, std::move(of_this), look);
        }
    }
    return text;
}

/// What it came to, in one sentence.
std::string verdict(const json::Value& data, const Invocation& invocation) {
    const auto* written = value_at(data, "written").if_array();
    if (!value_at(data, "would_change").as_bool()) {
        return "Everything is as it is imported already; nothing was changed.\n";
    }
    if (invocation.has("dry-run") || written == nullptr) {
        return "Nothing was changed. To do it: the same without --dry-run.\n";
    }
    return "Imported. Written:\n" + bullet_lines(*written, "  ") +
           (invocation.has("out") ? ""
                                  : "Fairgate begins in shadow mode unless you said otherwise: "
                                    "sudo systemctl start fairgate, then fairgate status\n");
}

/// What becomes what, without the verdict.
std::string look_text(const json::Value& data, const Look& look) {
    const json::Value& settings = value_at(data, "settings");
    const std::string read = bullet_lines(value_at(data, "files"), "  ");
    const std::string text = "Files of " + text_at(data, "tool") + ", which were only read\n" +
                             read + "\n" +
                             part("Settings", setting_columns, for_people(settings), look) +
                             notes_of(settings) + accounts_text(value_at(data, "accounts"), look) +
                             left_out_text(value_at(data, "left_out"), look);
    const std::string by_hand = bullet_lines(value_at(data, "advice"), "  ");
    return by_hand.empty() ? text : text + "By hand\n" + by_hand + "\n";
}

/// All faults, each with its place.
int refuse(Context& context, const Invocation& invocation, const Plan& plan) {
    boost::json::array faults;
    for (const Error& fault : plan.faults) {
        faults.push_back(
            {{"code", fault.code},
             {"what", fault.what},
             {"where", fault.where},
             {"cause", fault.cause}}
        );
        if (context.look.for_people() || context.look.format == Format::tabs) {
            context.err() << error_text(fault, context.look.color) << '\n';
        }
    }
    const json::Value answer = boost::json::object{{"faults", std::move(faults)}};
    print(context, *invocation.command, answer, [&](const json::Value&) {
        return std::to_string(plan.faults.size()) +
               (plan.faults.size() == 1 ? " fault" : " faults") + ". Nothing was changed.\n";
    });
    return exit_code(plan.faults.front());
}

std::string question_of(const Comparison& comparison) {
    const auto changes = std::ranges::count_if(comparison.differences, [](const Difference& each) {
        return each.standing == Standing::created || each.standing == Standing::changed;
    });
    return "Take over " + std::to_string(changes) + " settings and accounts?";
}

void warn_of_running(Plan& plan) {
    if (const auto process = importing::running_process(plan.peer)) {
        plan.advice.insert(
            plan.advice.begin(),
            std::string(importing::name_of(plan.peer)) + " is running (process " +
                std::to_string(*process) +
                "): stop it before you import for good, or what it does from now on is not known "
                "here"
        );
    }
}

importing::Around around(const Context& context, const config::Sources& sources) {
    importing::Around around;
    around.now = context.around.clock->now();
    const config::Loaded loaded = config::load(sources);
    for (const config::BackendSettings& backend : loaded.settings.backends) {
        around.backends[backend.name] = backend.url;
        const std::string url = "backend." + backend.name + ".url";
        const bool written_by_hand =
            std::ranges::any_of(loaded.given, [&](const config::Given& given) {
                return given.path == url &&
                       given.origin.name.find("/imported-") == std::string::npos;
            });
        if (written_by_hand) {
            around.kept.insert(backend.name);
        }
    }
    return around;
}

}  // namespace

int run_import(Context& context, const Invocation& invocation) {
    if (!context.around.programs.take_over) {
        const Error error{
            .code = "FG-CLI-014", .what = "this program was built without the import"
        };
        return fail(context, error);
    }
    ImportOrder order;
    order.sources = sources_of(context, invocation);
    order.now = context.around.clock->now();
    order.folder = invocation.flag("out").value_or("");
    const auto home = context.around.environment.find("HOME");
    const bool has_home = home != context.around.environment.end();
    const auto whose = importing::whose(
        invocation.all("what"), {.root = "", .home = has_home ? home->second : ""}
    );
    if (!whose) {
        return fail(context, whose.error());
    }
    order.plan = importing::read_plan(whose->peer, whose->paths, around(context, order.sources));
    warn_of_running(order.plan);
    if (!order.plan.faults.empty()) {
        return refuse(context, invocation, order.plan);
    }
    auto result = context.around.programs.take_over(order);
    const bool does_it = result && !invocation.has("dry-run") &&
                         (result->changes_something() || !order.folder.empty());
    const bool asks = does_it && !invocation.has("yes") && context.look.for_people();
    if (does_it) {
        if (asks) {  // who answers has seen what it is about
            context.out() << look_text(answer_of(order.plan, *result), context.look) << std::flush;
        }
        if (const auto said = confirm(context, invocation, question_of(*result)); !said) {
            return fail(context, said.error());
        }
        order.does = ImportOrder::Does::take_over;
        result = context.around.programs.take_over(order);
    }
    if (!result) {
        return fail(context, result.error());
    }
    const auto text = [&](const json::Value& data) {
        return (asks ? "" : look_text(data, context.look)) + verdict(data, invocation);
    };
    print(context, *invocation.command, answer_of(order.plan, *result), text);
    const bool nothing = !result->changes_something();
    return nothing && invocation.has("strict") ? precondition : 0;
}

}  // namespace fairgate::cli
