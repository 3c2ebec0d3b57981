// watch and source tail: what happens, as it happens.
#include "base/backoff.hpp"
#include "cli/handlers.hpp"
#include "cli/lines.hpp"
#include "cli/print.hpp"
#include "cli/remote.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "http/uri.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <random>
#include <utility>

namespace fairgate::cli {

namespace {

using namespace std::chrono_literals;

std::string event_line(const http::Event& event, const json::Value& data, const Look& look) {
    const std::string time = text_at(data, "time");
    const auto moment = parse_rfc3339(time);
    // "4m ago" is wrong a minute later.
    std::string line = !moment ? ""
                       : look.for_people() && look.time != TimeStyle::rfc3339
                           ? clock_text(*moment, look) + "  "
                           : time + "  ";
    line += padded(printable(event.type.empty() ? "message" : event.type), 10) + "  ";
    if (event.type == "reset") {
        return line + "events may have been missed; fairgate decision list has all decisions\n";
    }
    const std::string account = text_at(data, "account");
    const std::string message = prose(text_at(data, "message"), look);
    const bool named = account.empty() || message.find(account) != std::string::npos;
    line += named ? "" : account + ": ";
    return line + (message.empty() ? printable(event.data) : message) + "\n";
}

std::string tail_line(const json::Value& data, const Look& look) {
    const std::string verdict = text_at(data, "verdict");
    const std::string account = text_at(data, "account");
    const std::string why = text_at(data, "skip");
    const std::string read =
        verdict == "skip" ? "- " + why : account + " " + text_at(data, "address");
    return painted(padded(read, 32), verdict == "skip" ? Paint::dim : Paint::green, look.color) +
           "  " + text_at(data, "line") + "\n";
}

bool is_json(const Look& look) {
    return look.format == Format::json || look.format == Format::jsonl;
}

using Show = std::function<std::string(const http::Event& event, const json::Value& data)>;

/// What to do when the stream ends although nobody ended it.
enum class AtTheEnd : std::uint8_t { stop, come_again };

/// Whether the daemon is only away for a while: it may be asked the same again.
bool may_pass(const Error& error) {
    constexpr std::array<std::string_view, 9> passing = {
        "FG-CLI-011",
        "FG-CLI-012",
        "FG-NET-002",
        "FG-NET-006",
        "FG-NET-013",
        "FG-NET-016",
        "FG-API-429",
        "FG-API-502",
        "FG-API-503"
    };
    return std::ranges::find(passing, error.code) != passing.end();
}

void show_event(Context& context, const http::Event& event, const Show& show) {
    const auto data = json::parse(event.data);
    if (is_json(context.look)) {
        const boost::json::object line{
            {"event", event.type.empty() ? "message" : event.type},
            {"id", event.id},
            {"data", data ? *data : json::Value(event.data)}
        };
        context.out() << json::serialize(line) << "\n" << std::flush;
    } else {
        context.out() << show(event, data ? *data : json::Value()) << std::flush;
    }
}

/// Follows a stream; each event is shown by `show`, or as its own JSON with its kind.
int follow(
    Context& context,
    const Invocation& invocation,
    const http::Request& request,
    AtTheEnd at_the_end,
    const Show& show
) {
    auto api = context.around.connect(api_settings(context, invocation));
    if (!api) {
        return fail(context, api.error());
    }
    // No id of the daemon's: asked what came behind it, it tells that something was missed.
    std::string last_id = "none";
    bool stood = false;
    bool away = false;
    Backoff backoff(500ms, 15s, std::random_device{}());
    Listener listener;
    listener.opened = [&] {
        context.err() << (away ? "The daemon is back.\n" : "") << std::flush;
        stood = true;
        away = false;
    };
    listener.take = [&](const http::Event& event) {
        backoff.reset();
        last_id = event.id.empty() ? last_id : event.id;
        show_event(context, event, show);
        return context.out().good();
    };
    for (;;) {
        http::Request asked = request;
        if (stood) {
            asked.headers.set("Last-Event-ID", last_id);
        }
        const auto ended = (*api)->follow(std::move(asked), listener);
        const bool again = at_the_end == AtTheEnd::come_again && stood && context.out().good() &&
                           (ended || may_pass(ended.error()));
        if (!again) {
            return ended ? 0 : fail(context, ended.error());
        }
        if (!std::exchange(away, true)) {
            context.err() << "The daemon went away"
                          << (ended ? "" : " (" + printable(ended.error().what) + ")")
                          << "; waiting until it is back. Ctrl-C ends this.\n"
                          << std::flush;
        }
        context.around.sleep(backoff.next());
    }
}

}  // namespace

int run_watch(Context& context, const Invocation& invocation) {
    http::Request request;
    request.target = "/events";
    http::Query query;
    if (const auto kind = invocation.flag("kind")) {
        query.add("topics", *kind);
    }
    if (const auto account = invocation.flag("account")) {
        query.add("account", *account);
    }
    const std::string text = query.text();
    request.target += text.empty() ? "" : "?" + text;
    return follow(
        context,
        invocation,
        request,
        AtTheEnd::come_again,
        [&](const http::Event& event, const json::Value& data) {
            return event_line(event, data, context.look);
        }
    );
}

int run_source_tail(Context& context, const Invocation& invocation) {
    return follow(
        context,
        invocation,
        request_of(invocation),
        AtTheEnd::stop,
        [&](const http::Event&, const json::Value& data) { return tail_line(data, context.look); }
    );
}

}  // namespace fairgate::cli
