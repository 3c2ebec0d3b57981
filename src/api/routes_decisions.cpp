// Decisions, and what takes them back.
#include "api/tables.hpp"
#include "control/decisions.hpp"
#include "control/preview.hpp"
#include "control/violations.hpp"

#include <utility>

namespace fairgate::api {

namespace {

namespace asio = boost::asio;
using control::Change;
using control::DecisionRow;
using control::DecisionView;
using control::Listed;
using control::PreviewRow;
using control::Scope;
using control::ViolationRow;

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
    co_return co_await control::list_decisions(
        parts.desk.live, parts.desk.records, std::move(search)
    );
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

struct ViolationsQuery {
    bool open = false;
    std::optional<std::string> account;
    std::optional<std::string> backend;
    std::optional<TimePoint> since;
    std::optional<int> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ViolationsQuery, (), (open, account, backend, since, limit, cursor))

asio::awaitable<Result<Listed<ViolationRow>>> list_violations(
    Parts parts, Call<ViolationsQuery, None> call
) {
    const auto size = page_size(call.query.limit);
    if (!size) {
        co_return size.error();
    }
    control::ViolationSearch search;
    search.open = call.query.open;
    search.account = call.query.account.value_or("");
    search.backend = call.query.backend.value_or("");
    search.since = call.query.since;
    search.limit = *size;
    search.cursor = call.query.cursor.value_or("");
    co_return co_await control::list_violations(
        parts.desk.live, parts.desk.records, std::move(search)
    );
}

asio::awaitable<Result<ViolationRow>> show_violation(Parts parts, Call<None, None> call) {
    co_return co_await control::show_violation(
        parts.desk.live, parts.desk.records, std::move(call.path.front())
    );
}

struct PreviewQuery {
    std::optional<std::int64_t> over;  ///< seconds; a day if not said
};
BOOST_DESCRIBE_STRUCT(PreviewQuery, (), (over))

asio::awaitable<Result<Listed<PreviewRow>>> preview(Parts parts, Call<PreviewQuery, None> call) {
    const auto over = length_of(call.query.over);
    if (!over) {
        co_return wrong_parameter("over", over.error().what);
    }
    co_return co_await control::preview_enforce(
        parts.desk.live, parts.desk.records, over->value_or(std::chrono::hours(24))
    );
}

}  // namespace

std::vector<Route> decision_routes() {
    return {
        route(
            Method::get,
            "/violations",
            Scope::read,
            "accounts over their limit, now and before",
            &list_violations
        ),
        route(
            Method::get,
            "/violations/{id}",
            Scope::read,
            "one violation with its networks",
            &show_violation
        ),
        route(
            Method::get,
            "/preview/enforce",
            Scope::read,
            "who would have been blocked if the mode had been enforce",
            &preview
        ),
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
