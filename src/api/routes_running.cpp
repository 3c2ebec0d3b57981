// What keeps it running: sources, backends.
#include "api/streams.hpp"
#include "api/tables.hpp"
#include "control/sources.hpp"
#include "control/status.hpp"

#include <utility>

namespace fairgate::api {

namespace {

namespace asio = boost::asio;
using control::BackendRow;
using control::Change;
using control::Listed;
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
    };
}

}  // namespace fairgate::api
