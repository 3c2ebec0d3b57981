// Accounts: who is online, how many devices, what holds them.
#include "api/tables.hpp"
#include "control/accounts.hpp"
#include "control/cleanup.hpp"

#include <utility>

namespace fairgate::api {

namespace {

namespace asio = boost::asio;
using control::AccountLimit;
using control::AccountOrder;
using control::AccountRow;
using control::AccountSearch;
using control::AccountView;
using control::Listed;
using control::Scope;

struct CleanupBody {
    std::optional<bool> all;
};
BOOST_DESCRIBE_STRUCT(CleanupBody, (), (all))

struct AccountsQuery {
    std::optional<std::string> match;
    std::optional<std::string> node;
    std::optional<std::string> backend;
    bool over_limit = false;
    bool online = false;
    bool blocked = false;
    std::optional<std::string> sort;
    std::optional<int> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(
    AccountsQuery, (), (match, node, backend, over_limit, online, blocked, sort, limit, cursor)
)

/// "devices", "-devices": what stands behind '-' is turned round.
Result<void> read_sort(std::string_view sort, AccountSearch& search) {
    if (sort.starts_with('-')) {
        search.from = AccountSearch::From::last;
        sort.remove_prefix(1);
    }
    if (sort == "name") {
        search.order = AccountOrder::name;
    } else if (sort == "devices") {
        search.order = AccountOrder::devices;
    } else if (sort == "seen") {
        search.order = AccountOrder::seen;
    } else if (sort == "rate") {
        search.order = AccountOrder::rate;
    } else {
        return wrong_parameter(
            "sort", "expected name, devices, seen or rate, or -devices and so on"
        );
    }
    return {};
}

asio::awaitable<Result<Listed<AccountRow>>> list(Parts parts, Call<AccountsQuery, None> call) {
    AccountSearch search;
    search.query.name_holds = call.query.match.value_or("");
    search.query.node = call.query.node.value_or("");
    search.backend = call.query.backend.value_or("");
    search.over = call.query.over_limit;
    search.online = call.query.online;
    search.held = call.query.blocked;
    search.cursor = call.query.cursor.value_or("");
    const auto size = page_size(call.query.limit);
    if (!size) {
        co_return size.error();
    }
    search.limit = *size;
    if (auto sorted = read_sort(call.query.sort.value_or("name"), search); !sorted) {
        co_return sorted.error();
    }
    co_return control::list_accounts(parts.desk.live, search);
}

asio::awaitable<Result<AccountView>> show(Parts parts, Call<None, None> call) {
    co_return control::show_account(parts.desk.live, call.path.front());
}

asio::awaitable<Result<AccountLimit>> limit(Parts parts, Call<None, None> call) {
    co_return control::show_limit(parts.desk.live, call.path.front());
}

asio::awaitable<Result<control::Change>> clean_up(Parts parts, Call<None, CleanupBody> call) {
    const auto brake = call.body.all.value_or(false) ? control::Brake::off : control::Brake::on;
    co_return co_await control::clean_up_accounts(
        parts.desk, std::move(call.asker), brake, call.run
    );
}

}  // namespace

std::vector<Route> account_routes() {
    return {
        route(
            Method::get, "/accounts", Scope::read, "accounts with their devices and limits", &list
        ),
        route(
            Method::get,
            "/accounts/{account}",
            Scope::read,
            "one account: devices, networks, limit, and what holds it",
            &show
        ),
        route(
            Method::get,
            "/accounts/{account}/limit",
            Scope::read,
            "the limit of one account, and the ones that lost",
            &limit
        ),
        route(
            Method::post,
            "/accounts/cleanup",
            Scope::write,
            "remove what commands set for accounts that are gone",
            &clean_up
        ),
    };
}

}  // namespace fairgate::api
