// Decisions, and what takes them back.
#include "api/tables.hpp"
#include "control/decisions.hpp"

#include <utility>

namespace fairgate::api {

namespace {

namespace asio = boost::asio;
using control::Change;
using control::DecisionRow;
using control::DecisionView;
using control::Listed;
using control::Scope;

struct DecisionsQuery {
    std::optional<DecisionState> state;
    std::optional<std::string> account;
    std::optional<std::string> backend;
    std::optional<TimePoint> since;
    std::optional<int> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(DecisionsQuery, (), (state, account, backend, since, limit, cursor))

struct DecisionBody {
    std::string account;
    std::optional<std::int64_t> for_;  ///< seconds; none: until released
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(DecisionBody, (), (account, for_, reason))

struct ExtendBody {
    std::optional<std::int64_t> for_;
};
BOOST_DESCRIBE_STRUCT(ExtendBody, (), (for_))

asio::awaitable<Result<Listed<DecisionRow>>> list(Parts parts, Call<DecisionsQuery, None> call) {
    const auto size = page_size(call.query.limit);
    if (!size) {
        co_return size.error();
    }
    control::DecisionSearch search;
    if (call.query.state) {
        search.states = {*call.query.state};
    }
    search.account = call.query.account.value_or("");
    search.backend = call.query.backend.value_or("");
    search.since = call.query.since;
    search.limit = *size;
    search.cursor = call.query.cursor.value_or("");
    co_return co_await control::list_decisions(parts.desk.records, std::move(search));
}

asio::awaitable<Result<DecisionView>> show(Parts parts, Call<None, None> call) {
    co_return co_await control::show_decision(parts.desk.records, std::move(call.path.front()));
}

asio::awaitable<Result<Change>> add(Parts parts, Call<None, DecisionBody> call) {
    const auto length = length_of(call.body.for_);
    if (!length) {
        co_return length.error();
    }
    co_return co_await control::add_decision(
        parts.desk,
        std::move(call.asker),
        std::move(call.body.account),
        *length,
        call.body.reason.value_or(""),
        call.run
    );
}

asio::awaitable<Result<Change>> extend(Parts parts, Call<None, ExtendBody> call) {
    const auto length = length_of(call.body.for_);
    if (!length) {
        co_return length.error();
    }
    co_return co_await control::extend_decision(
        parts.desk, std::move(call.asker), std::move(call.path.front()), *length, call.run
    );
}

}  // namespace

std::vector<Route> decision_routes() {
    return {
        route(Method::get, "/decisions", Scope::read, "what was decided, the newest first", &list),
        route(
            Method::post,
            "/decisions",
            Scope::write,
            "block an account by hand, for a time or until released",
            &add
        ),
        route(
            Method::get,
            "/decisions/{decision}",
            Scope::read,
            "one decision and how it is carried out",
            &show
        ),
        route(
            Method::post,
            "/decisions/{decision}/extend",
            Scope::write,
            "another end for a decision in force",
            &extend
        ),
    };
}

}  // namespace fairgate::api
