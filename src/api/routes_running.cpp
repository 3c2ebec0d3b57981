// What keeps it running: sources, backends.
#include "api/streams.hpp"
#include "api/tables.hpp"
#include "control/running.hpp"
#include "control/sources.hpp"
#include "control/status.hpp"

#include <utility>

namespace fairgate::api {

namespace {

namespace asio = boost::asio;
using control::AuditRow;
using control::BackendRow;
using control::Change;
using control::Listed;
using control::NetworkRow;
using control::Scope;
using control::SourceRow;
using control::Tested;

asio::awaitable<Result<Listed<SourceRow>>> list_sources(Parts parts, Call<None, None>) {
    co_return control::whole(control::list_sources(parts.desk.live));
}

asio::awaitable<Result<SourceRow>> show_source(Parts parts, Call<None, None> call) {
    co_return control::show_source(parts.desk.live, call.path.front());
}

asio::awaitable<Result<Tested>> test_source(Parts parts, Call<None, None> call) {
    co_return co_await control::test_source(parts.desk, std::move(call.path.front()));
}

asio::awaitable<Result<Change>> pause_source(Parts parts, Call<None, None> call) {
    co_return co_await control::pause_source(
        parts.desk, std::move(call.asker), std::move(call.path.front()), call.run
    );
}

asio::awaitable<Result<Change>> resume_source(Parts parts, Call<None, None> call) {
    co_return co_await control::resume_source(
        parts.desk, std::move(call.asker), std::move(call.path.front()), call.run
    );
}

asio::awaitable<Result<Listed<BackendRow>>> list_backends(Parts parts, Call<None, None>) {
    co_return control::whole(control::list_backends(parts.desk.live));
}

asio::awaitable<Result<Listed<NetworkRow>>> list_networks(Parts parts, Call<None, None>) {
    co_return control::whole(control::list_rotating_networks(parts.desk.live));
}

struct AuditQuery {
    std::optional<std::string> who;
    std::optional<std::string> action;
    std::optional<std::string> object;
    std::optional<TimePoint> since;
    std::optional<int> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(AuditQuery, (), (who, action, object, since, limit, cursor))

asio::awaitable<Result<Listed<AuditRow>>> list_audit(Parts parts, Call<AuditQuery, None> call) {
    const auto size = page_size(call.query.limit);
    if (!size) {
        co_return size.error();
    }
    control::AuditSearch search;
    search.who = call.query.who.value_or("");
    search.action = call.query.action.value_or("");
    search.object = call.query.object.value_or("");
    search.since = call.query.since;
    search.limit = *size;
    search.cursor = call.query.cursor.value_or("");
    co_return co_await control::list_audit(parts.desk.records, std::move(search));
}

asio::awaitable<Result<Change>> reload(Parts parts, Call<None, None> call) {
    co_return co_await control::reload(parts.desk, std::move(call.asker), call.run);
}

asio::awaitable<Result<Change>> close_breaker(Parts parts, Call<None, None> call) {
    co_return co_await control::close_breaker(parts.desk, std::move(call.asker), call.run);
}

Route tail() {
    Route made;
    made.path = "/sources/{source}/tail";
    made.summary = "lines of a source as they are read, as Server-Sent Events";
    made.stream = &stream_lines;
    return made;
}

}  // namespace

std::vector<Route> running_routes() {
    return {
        route(
            Method::get,
            "/sources",
            Scope::read,
            "where observations come from, and how each source is",
            &list_sources
        ),
        route(Method::get, "/sources/{source}", Scope::read, "one source", &show_source),
        route(
            Method::post,
            "/sources/{source}/test",
            Scope::read,
            "try a source step by step",
            &test_source
        ),
        route(
            Method::post,
            "/sources/{source}/pause",
            Scope::admin,
            "stop reading a source",
            &pause_source
        ),
        route(
            Method::post,
            "/sources/{source}/resume",
            Scope::admin,
            "read a paused source again",
            &resume_source
        ),
        tail(),
        route(Method::get, "/backends", Scope::read, "what holds accounts", &list_backends),
        route(
            Method::get,
            "/networks/rotating",
            Scope::read,
            "networks that are carriers' pools, as learned or confirmed",
            &list_networks
        ),
        route(Method::get, "/audit", Scope::admin, "who did what", &list_audit),
        route(
            Method::post, "/config/reload", Scope::admin, "read the configuration again", &reload
        ),
        route(
            Method::post,
            "/breaker/close",
            Scope::write,
            "let blocks be enforced again after too many at once",
            &close_breaker
        ),
    };
}

}  // namespace fairgate::api
