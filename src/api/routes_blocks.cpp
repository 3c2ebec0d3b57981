// What can block, and what is blocked at this moment.
#include "api/tables.hpp"
#include "control/blocks.hpp"
#include "control/enforcers.hpp"

#include <utility>

namespace fairgate::api {

namespace {

namespace asio = boost::asio;
using control::BlockCheck;
using control::BlockRow;
using control::BlockSearch;
using control::EnforcerRow;
using control::Listed;
using control::Scope;
using control::Tested;

struct BlocksQuery {
    std::optional<std::string> account;
    std::optional<std::string> address;
    std::optional<int> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(BlocksQuery, (), (account, address, limit, cursor))

asio::awaitable<Result<Listed<BlockRow>>> list(Parts parts, Call<BlocksQuery, None> call) {
    const auto size = page_size(call.query.limit);
    if (!size) {
        co_return size.error();
    }
    BlockSearch search;
    search.account = call.query.account.value_or("");
    search.address = call.query.address.value_or("");
    search.cursor = call.query.cursor.value_or("");
    search.limit = *size;
    co_return co_await control::list_blocks(parts.desk, std::move(search));
}

asio::awaitable<Result<BlockCheck>> check(Parts parts, Call<None, None>) {
    co_return co_await control::check_blocks(parts.desk);
}

asio::awaitable<Result<Listed<EnforcerRow>>> enforcers(Parts parts, Call<None, None>) {
    co_return control::whole(control::list_enforcers(parts.desk.live));
}

asio::awaitable<Result<Tested>> test_enforcer(Parts parts, Call<None, None> call) {
    co_return co_await control::test_enforcer(
        parts.desk, std::move(call.asker), std::move(call.path.front())
    );
}

}  // namespace

std::vector<Route> block_routes() {
    return {
        route(
            Method::get,
            "/blocks",
            Scope::read,
            "what the firewall refuses now, read from it",
            &list
        ),
        route(
            Method::get,
            "/blocks/check",
            Scope::read,
            "what was decided, compared with what the firewall refuses",
            &check
        ),
        route(
            Method::get,
            "/enforcers",
            Scope::read,
            "what can block, what each can do, and whether it can now",
            &enforcers
        ),
        route(
            Method::post,
            "/enforcers/{enforcer}/test",
            Scope::write,
            "try an enforcer step by step; a firewall refuses an address that nobody has",
            &test_enforcer
        ),
    };
}

}  // namespace fairgate::api
