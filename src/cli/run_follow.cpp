// watch and source tail: what happens, as it happens.
#include "cli/handlers.hpp"
#include "cli/lines.hpp"
#include "cli/print.hpp"
#include "cli/remote.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "http/uri.hpp"
#include "model/time.hpp"

namespace fairgate::cli {

namespace {

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
        return line + "some events were missed; fairgate decision list has them all\n";
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

/// Follows a stream; each event is shown by `show`, or as its own JSON with its kind.
template <class ShowEvent>
int follow(Context& context, const Invocation& invocation, http::Request request, ShowEvent show) {
    auto api = context.around.connect(api_settings(context, invocation));
    if (!api) {
        return fail(context, api.error());
    }
    const auto ended = (*api)->follow(std::move(request), [&](const http::Event& event) {
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
        return context.out().good();
    });
    return ended ? 0 : fail(context, ended.error());
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
        std::move(request),
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
        [&](const http::Event&, const json::Value& data) { return tail_line(data, context.look); }
    );
}

}  // namespace fairgate::cli
