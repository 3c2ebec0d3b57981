// Live connections, and what can be known of them.
#include "api/tables.hpp"
#include "control/sessions.hpp"

#include <utility>

namespace fairgate::api {

namespace {

namespace asio = boost::asio;
using control::Change;
using control::InboundRow;
using control::Listed;
using control::Scope;
using control::SessionRow;
using control::SessionSearch;

struct SessionsQuery {
    std::optional<std::string> account;
    std::optional<std::string> address;
    std::optional<int> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(SessionsQuery, (), (account, address, limit, cursor))

asio::awaitable<Result<Listed<SessionRow>>> list(Parts parts, Call<SessionsQuery, None> call) {
    SessionSearch search;
    search.account = call.query.account.value_or("");
    search.address = call.query.address.value_or("");
    search.cursor = call.query.cursor.value_or("");
    const auto size = page_size(call.query.limit);
    if (!size) {
        co_return size.error();
    }
    search.limit = *size;
    co_return co_await control::list_sessions(parts.desk, std::move(search));
}

struct DropBody {
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(DropBody, (), (reason))

asio::awaitable<Result<Change>> drop(Parts parts, Call<None, DropBody> call) {
    co_return co_await control::drop_sessions(
        parts.desk,
        std::move(call.asker),
        std::move(call.path.front()),
        call.body.reason.value_or(""),
        call.run
    );
}

asio::awaitable<Result<Listed<InboundRow>>> inbounds(Parts parts, Call<None, None>) {
    co_return control::list_inbounds(parts.desk.live);
}

}  // namespace

std::vector<Route> session_routes() {
    return {
        route(
            Method::get,
            "/sessions",
            Scope::read,
            "live connections with what they move, by account",
            &list
        ),
        route(
            Method::post,
            "/accounts/{account}/sessions/drop",
            Scope::write,
            "cut an account's live connections",
            &drop
        ),
        route(
            Method::get,
            "/inbounds",
            Scope::read,
            "what sockets tell of each inbound's connections, here and on nodes",
            &inbounds
        ),
    };
}

}  // namespace fairgate::api
