#include "demo/teller.hpp"

#include "http/client.hpp"
#include "http/events.hpp"
#include "model/time.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <string_view>
#include <utility>

namespace fairgate::demo {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds patience{60};

const json::Value& member(const json::Value& object, std::string_view name) {
    static const json::Value none;
    const auto* found = object.is_object() ? object.as_object().if_contains(name) : nullptr;
    return found == nullptr ? none : *found;
}

std::string text(const json::Value& object, std::string_view name) {
    const json::Value& value = member(object, name);
    return value.is_string() ? std::string(value.as_string()) : std::string();
}

/// "08:47:30" of an RFC 3339 time in UTC.
std::string hours(const std::string& time) {
    constexpr std::size_t date = 11;
    return time.size() < date + 8 ? std::string() : time.substr(date, 8);
}

std::string padded(std::string_view word, std::size_t width) {
    std::string column(word);
    column.resize(std::max(width, column.size()), ' ');
    return column;
}

}  // namespace

Teller::Teller(asio::any_io_executor executor, const std::vector<Person>& everybody)
    : executor_(std::move(executor)) {
    for (const Person& person : everybody) {
        people_[person.name] = &person;
    }
}

asio::awaitable<void> Teller::follow(std::string socket, std::ostream& out) {
    http::ClientSettings settings;
    settings.base = "unix:" + socket;
    auto client = http::make_client(executor_, std::move(settings));
    if (!client) {
        throw Fatal(client.error());
    }
    http::Request request;
    request.target = "/api/v1/events";
    request.headers.set("Accept", "text/event-stream");
    auto stream = co_await (*client)->open(std::move(request));
    if (!stream) {
        throw Fatal(stream.error());
    }
    http::EventReader reader(*std::move(stream));
    for (;;) {
        auto event = co_await reader.next(patience);
        if (!event || !*event) {
            co_return;  // the daemon ends
        }
        if ((*event)->comment) {
            continue;
        }
        if (const auto data = json::parse((*event)->data)) {
            tell((*event)->type, *data, out);
        }
    }
}

void Teller::tell(const std::string& type, const json::Value& event, std::ostream& out) {
    if (type == "violation") {
        tell_violation(event, out);
    } else if (type == "measure") {
        tell_measure(event, out);
    } else if (type == "alarm" || type == "mode" || type == "setting") {
        line(event, type, text(event, "message"), out);
    }
}

void Teller::tell_violation(const json::Value& event, std::ostream& out) {
    const json::Value& details = member(event, "details");
    if (!member(details, "closed").is_null()) {
        return;
    }
    const auto person = people_.find(text(event, "account"));
    std::string words = text(event, "message");
    if (person != people_.end()) {
        const Person& who = *person->second;
        (who.is_honest() ? tally_.honest_found : tally_.sharers_found).insert(who.name);
        if (!who.words.empty()) {
            words += "   (" + std::string(who.words) + ")";
        }
    }
    line(event, "found", words, out);
}

void Teller::tell_measure(const json::Value& event, std::ostream& out) {
    const json::Value& details = member(event, "details");
    const std::string state = text(details, "state");
    std::string& before = states_[text(details, "id")];
    if (std::exchange(before, state) == state) {
        return;
    }
    if (state == "active") {
        ++tally_.blocks;
        const std::string due = hours(text(details, "due"));
        line(
            event,
            "blocked",
            "disabled in the panel" + (due.empty() ? " until released" : " until " + due),
            out
        );
    } else if (state == "lifted") {
        ++tally_.given_back;
        line(event, "given back", "enabled in the panel, as it was before", out);
    } else if (state == "failed") {
        line(event, "failed", text(event, "message"), out);
    }
}

void Teller::line(
    const json::Value& event, std::string_view what, const std::string& words, std::ostream& out
) const {
    out << "  " << hours(text(event, "time")) << "  " << padded(what, 12)
        << padded(text(event, "account"), 13) << words << '\n'
        << std::flush;
}

}  // namespace fairgate::demo
