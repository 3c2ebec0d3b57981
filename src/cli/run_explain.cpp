// explain: how a log line is read, with the same reader as the daemon's.
#include "cli/handlers.hpp"
#include "cli/names.hpp"
#include "cli/print.hpp"
#include "cli/skip_meaning.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "logs/log_reader.hpp"
#include "model/time.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace fairgate::cli {

namespace {

std::string_view route_text(logs::Route route) {
    switch (route) {
        case logs::Route::none:
            return "";
        case logs::Route::fallback:
            return "default route";
        case logs::Route::rule:
            return "matched rule";
        case logs::Route::forced:
            return "forced";
    }
    return "";
}

std::string_view verdict_text(const logs::AccessLine& line) {
    switch (line.verdict) {
        case logs::Verdict::count:
            return "counted";
        case logs::Verdict::weak:
            return "weak: its address came from a header, which a client can write; declare the "
                   "inbound with "
                   "trusted_proxy_inbounds if your own proxy sets it";
        case logs::Verdict::skip:
            break;
    }
    return "ignored";
}

json::Value or_null(std::string_view text) {
    return text.empty() ? json::Value() : json::Value(text);
}

std::string time_of(const logs::AccessLine& line) {
    const TimePoint time = TimePoint(std::chrono::seconds(line.time.second)) +
                           std::chrono::microseconds(line.time.micro);
    std::string text = to_rfc3339(time);
    text.pop_back();  // the log does not say its zone
    return text;
}

json::Value explained(const logs::ReadLine& read, logs::Names names) {
    constexpr std::array<std::string_view, 3> verdicts = {"count", "weak", "skip"};
    const logs::AccessLine& line = read.line;
    const std::string_view account = logs::account_name(line.email, names);
    boost::json::object object{
        {"line", read.raw},
        {"verdict", verdicts.at(static_cast<std::size_t>(line.verdict))},
        {"skip",
         line.verdict == logs::Verdict::skip ? json::Value(logs::to_text(line.skip)) : json::Value()
        },
        {"reason", meaning(line.skip)},
        {"time", line.has_time ? json::Value(time_of(line)) : json::Value()},
        {"address", line.address ? json::Value(line.address->text()) : json::Value()},
        {"port", line.address ? json::Value(line.port) : json::Value()},
        {"account", or_null(account)},
        {"email", or_null(line.email)},
        {"target", or_null(line.target)},
        {"inbound", or_null(line.inbound)},
        {"outbound", or_null(line.outbound)},
        {"route", or_null(route_text(line.route))},
        {"forged_text", read.forgery}
    };
    object["says"] = line.verdict == logs::Verdict::skip
                         ? "ignored (" + std::string(logs::to_text(line.skip)) +
                               "): " + std::string(meaning(line.skip))
                         : std::string(verdict_text(line));
    if (line.verdict != logs::Verdict::skip && account.empty()) {
        object["says"] = "ignored: no account of that panel is called so";
    }
    return object;
}

std::string for_people(const json::Value& line, const Look& look) {
    constexpr std::array columns = {
        Column{"says", "Verdict"},
        Column{"account", "Account"},
        Column{"email", "Name there"},
        Column{"address", "Address"},
        Column{"port", "Port"},
        Column{"time", "Time"},
        Column{"target", "Target"},
        Column{"inbound", "Inbound"},
        Column{"outbound", "Outbound"},
        Column{"route", "Route"},
    };
    std::string text = printable(value_at(line, "line").as_string()) + "\n";
    for (const Column& column : columns) {
        const json::Value& value = value_at(line, column.key);
        if (!value.is_null()) {
            text += "  " + padded(column.title, 11) + cell_text(value, Show::text, look) + "\n";
        }
    }
    return text;
}

/// Shows lines one by one, so that a long file needs no memory.
class Output {
public:
    Output(Context& context, const Command& command) : context_(context), command_(command) {}

    void take(const json::Value& line) {
        if (context_.look.format == Format::json) {
            all_.push_back(line);
        } else if (context_.look.format == Format::jsonl) {
            context_.out() << json::serialize(line) << "\n";
        } else if (context_.look.for_people()) {
            context_.out() << for_people(line, context_.look);
        } else {
            rows(line);
        }
    }

    /// One line said on the command line is one object; a file is a list.
    void finish(bool single) {
        if (context_.look.format == Format::json) {
            const json::Value data = single && all_.size() == 1 ? all_[0] : json::Value(all_);
            context_.out(
            ) << envelope(schema_name(command_.path), data, json::Value(), context_.look);
        }
        context_.out() << std::flush;
    }

private:
    void rows(const json::Value& line) {
        constexpr std::array columns = {
            Column{"verdict", ""},
            Column{"skip", ""},
            Column{"account", ""},
            Column{"address", ""},
            Column{"port", ""},
            Column{"time", ""},
            Column{"inbound", ""},
            Column{"line", ""},
        };
        std::string text = table_text(columns, {line}, context_.look);
        if (!heading_done_) {
            heading_done_ = true;
        } else {
            text.erase(0, text.find('\n') + 1);
        }
        context_.out() << text;
    }

    Context& context_;
    const Command& command_;
    bool heading_done_ = false;
    boost::json::array all_;
};

logs::LogReader reader_for(const Invocation& invocation) {
    logs::LineRules rules;
    if (const auto tags = invocation.flag("blackhole")) {
        rules.blackhole_tags = comma_list(*tags);
    }
    if (const auto tags = invocation.flag("trusted-inbound")) {
        rules.trusted_proxy_inbounds = comma_list(*tags);
    }
    return logs::LogReader(rules, decoration_of(invocation.flag("decoration").value_or("none")));
}

Result<void> read_stream(
    std::istream& in,
    logs::LogReader& reader,
    const std::function<void(const logs::ReadLine&)>& take
) {
    std::array<char, 65536> buffer{};
    while (in.good()) {
        in.read(buffer.data(), buffer.size());
        reader.feed({buffer.data(), static_cast<std::size_t>(in.gcount())}, take);
    }
    reader.finish(take);
    return {};
}

}  // namespace

int run_explain(Context& context, const Invocation& invocation) {
    const logs::Names names = names_of(invocation.flag("names").value_or("standard"));
    logs::LogReader reader = reader_for(invocation);
    Output output(context, *invocation.command);
    const auto take = [&](const logs::ReadLine& read) { output.take(explained(read, names)); };
    const std::vector<std::string> words = invocation.all("line");
    const auto file = invocation.flag("file");
    if (words.empty() == !file.has_value()) {
        const Error error{
            .code = file ? "FG-CLI-010" : "FG-CLI-006",
            .what = file ? "a line and --file do not go together"
                         : "explain what? Give a line, or --file FILE",
            .next = "fairgate help explain"
        };
        return fail(context, error);
    }
    if (!file) {
        std::string line;
        for (const std::string& word : words) {
            line += (line.empty() ? "" : " ") + word;
        }
        reader.feed(line + "\n", take);
    } else if (*file == "-") {
        (void)read_stream(*context.around.in, reader, take);
    } else {
        std::ifstream in(*file, std::ios::binary);
        if (!in) {
            const Error error{
                .code = "FG-CLI-016",
                .what = "cannot read a file",
                .where = *file,
                .cause = std::generic_category().message(errno)
            };
            return fail(context, error);
        }
        (void)read_stream(in, reader, take);
    }
    output.finish(!file.has_value());
    return 0;
}

}  // namespace fairgate::cli
