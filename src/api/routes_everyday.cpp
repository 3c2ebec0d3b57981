// What is looked at every day: status, why, what happens.
#include "api/streams.hpp"
#include "api/tables.hpp"
#include "control/status.hpp"

#include <utility>

namespace fairgate::api {

namespace {

namespace asio = boost::asio;
using control::Scope;

asio::awaitable<Result<control::Status>> status(Parts parts, Call<None, None>) {
    co_return co_await control::status(parts.desk.live, parts.desk.records);
}

struct EventsQuery {
    std::optional<std::string> topics;
    std::optional<std::string> account;
};
BOOST_DESCRIBE_STRUCT(EventsQuery, (), (topics, account))

Route events() {
    Route made;
    made.path = "/events";
    made.summary = "what happens, as Server-Sent Events; goes on behind Last-Event-ID";
    made.stream = &stream_events;
    made.query_schema = &detail::schema_of_question<EventsQuery>;
    return made;
}

}  // namespace

std::vector<Route> everyday_routes() {
    return {
        route(
            Method::get,
            "/status",
            Scope::read,
            "mode, health, sources, who is online, the last decisions",
            &status
        ),
        events(),
    };
}

}  // namespace fairgate::api
