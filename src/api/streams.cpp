#include "api/streams.hpp"

#include "api/problem.hpp"
#include "api/read_query.hpp"
#include "control/accounts.hpp"
#include "control/cursor.hpp"
#include "control/sources.hpp"
#include "http/events.hpp"
#include "model/time.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::api {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// A proxy closes what is silent for a minute.
constexpr auto ping_every = 15s;
// Ten updates a second are more than anyone can read.
constexpr auto between_batches = 100ms;
constexpr std::size_t batch = 200;
constexpr std::size_t most_streams = 64;

/// What is sent to whoever listens; the members of a Happening that concern clients.
struct EventData {
    TimePoint time;
    control::Topic topic = control::Topic::daemon;
    std::string account;
    std::string message;
    json::Value details;
};
BOOST_DESCRIBE_STRUCT(EventData, (), (time, topic, account, message, details))

struct EventsQuery {
    std::optional<std::string> topics;
    std::optional<std::string> account;
};
BOOST_DESCRIBE_STRUCT(EventsQuery, (), (topics, account))

/// What one listener wants.
struct Choice {
    std::set<control::Topic> topics;  ///< empty: all
    std::string account;

    bool wants(const control::Happening& happening) const {
        return (topics.empty() || topics.contains(happening.topic)) &&
               (account.empty() || account == happening.account);
    }
};

Result<Choice> read_choice(const http::Query& query) {
    auto said = read_query<EventsQuery>(query, {});
    if (!said) {
        return said.error();
    }
    Choice choice;
    choice.account = said->account.value_or("");
    std::string_view rest = said->topics ? std::string_view(*said->topics) : std::string_view();
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        const json::Value name(rest.substr(0, end));
        const auto topic = json::from_json<control::Topic>(name, json::Unknown::refuse);
        if (!topic) {
            return wrong_parameter("topics", topic.error().what);
        }
        choice.topics.insert(*topic);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return choice;
}

/// Counts the open streams while it lives. One executor, hence a plain number.
class Seat {
public:
    Seat() { ++taken(); }
    ~Seat() { --taken(); }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;
    static bool free() { return taken() < most_streams; }

private:
    static std::size_t& taken() {
        static std::size_t number = 0;
        return number;
    }
};

http::Response stream_head() {
    http::Response head;
    head.headers.set("Content-Type", "text/event-stream");
    head.headers.set("Cache-Control", "no-store");
    head.headers.set("X-Accel-Buffering", "no");
    return head;
}

/// Event numbers begin again with each start, so an id says which start it is of.
std::string epoch_of(const control::Live& live) {
    return std::to_string(
        std::chrono::floor<std::chrono::seconds>(live.daemon().started).time_since_epoch().count()
    );
}

/// The number behind which to go on, if it is one of this start.
std::optional<std::uint64_t> number_in(std::string_view id, std::string_view epoch) {
    if (!id.starts_with(epoch) || id.size() <= epoch.size() || id[epoch.size()] != '-') {
        return std::nullopt;
    }
    const auto number = control::parse_number(id.substr(epoch.size() + 1));
    return number && *number >= 0 ? std::optional(static_cast<std::uint64_t>(*number))
                                  : std::nullopt;
}

http::Event event_of(const control::EventLog::Entry& entry, const std::string& epoch) {
    const control::Happening& happening = entry.happening;
    EventData data;
    data.time = happening.time;
    data.topic = happening.topic;
    data.account = happening.account;
    data.message = happening.message;
    data.details = happening.details;
    http::Event event;
    event.id = epoch + "-" + std::to_string(entry.id);
    event.type = std::string(json::to_json(happening.topic).as_string());
    event.data = json::write(data);
    return event;
}

/// The wanted events, without those that a later one of the batch replaces.
std::string wire_of(
    const std::vector<control::EventLog::Entry>& entries,
    const Choice& choice,
    const std::string& epoch
) {
    std::set<std::string> replaced;
    std::vector<std::string> pieces;
    for (const control::EventLog::Entry& entry : std::ranges::reverse_view(entries)) {
        const std::string& name = entry.happening.replaces;
        const bool old = !name.empty() && !replaced.insert(name).second;
        if (!old && choice.wants(entry.happening)) {
            pieces.push_back(http::to_wire(event_of(entry, epoch)));
        }
    }
    std::string wire;
    for (const std::string& piece : std::ranges::reverse_view(pieces)) {
        wire += piece;
    }
    return wire;
}

asio::awaitable<void> pause(std::chrono::milliseconds length) {
    asio::steady_timer timer(co_await asio::this_coro::executor, length);
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> refuse(
    http::Exchange& exchange, Error error, std::string request_id, TimePoint now
) {
    http::Response response = problem(error, request_id);
    complete(response, request_id, now);
    co_await exchange.respond(std::move(response));
}

}  // namespace

asio::awaitable<void> stream_events(Parts parts, RawCall call, http::Exchange& exchange) {
    auto choice = read_choice(call.query);
    if (!choice || !Seat::free()) {
        Error error = choice ? too_many_streams() : choice.error();
        co_await refuse(exchange, std::move(error), call.asker.request_id, parts.desk.live.now());
        co_return;
    }
    const Seat seat;
    choice->account = control::key_of_name(parts.desk.live, choice->account).name;
    control::EventLog& log = parts.desk.events;
    const std::string epoch = epoch_of(parts.desk.live);
    std::uint64_t behind = log.newest();
    std::string opening = "retry: 3000\n\n";
    if (!call.last_event_id.empty()) {
        const auto known = number_in(call.last_event_id, epoch);
        if (known && log.holds_all_after(*known)) {
            behind = *known;
        } else {
            opening +=
                "event: reset\nid: " + epoch + "-" + std::to_string(behind) + "\ndata: {}\n\n";
        }
    }
    co_await exchange.begin(stream_head());
    bool open = co_await exchange.send(std::move(opening));
    while (open && !log.closed()) {
        co_await log.wait(behind, ping_every);
        const auto entries = log.after(behind, batch);
        std::string wire = wire_of(entries, *choice, epoch);
        if (!entries.empty()) {
            behind = entries.back().id;
        }
        if (entries.empty()) {
            wire = ": ping\n\n";
        }
        open = wire.empty() ? !exchange.peer_gone() : co_await exchange.send(std::move(wire));
        if (!entries.empty()) {
            co_await pause(between_batches);
        }
    }
}

asio::awaitable<void> stream_lines(Parts parts, RawCall call, http::Exchange& exchange) {
    const std::string& source = call.path.front();
    const auto known = control::show_source(parts.desk.live, source);
    if (!known || !Seat::free()) {
        Error error = known ? too_many_streams() : known.error();
        co_await refuse(exchange, std::move(error), call.asker.request_id, parts.desk.live.now());
        co_return;
    }
    const Seat seat;
    const auto tap = parts.taps.open(source);
    co_await exchange.begin(stream_head());
    bool open = true;
    std::uint64_t lost = 0;
    auto quiet = 0ms;
    while (open && !parts.desk.events.closed()) {
        std::string wire;
        while (auto line = tap->take()) {
            http::Event event;
            event.type = "line";
            event.data = json::write(*line);
            wire += http::to_wire(event);
        }
        if (tap->lost() != lost) {
            wire += "event: lost\ndata: {\"lines\":" + std::to_string(tap->lost() - lost) + "}\n\n";
            lost = tap->lost();
        }
        quiet = wire.empty() ? quiet + between_batches : 0ms;
        if (quiet >= ping_every) {
            wire = ": ping\n\n";
            quiet = 0ms;
        }
        open = wire.empty() ? !exchange.peer_gone() : co_await exchange.send(std::move(wire));
        co_await pause(between_batches);
    }
}

}  // namespace fairgate::api
