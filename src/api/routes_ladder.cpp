// The ladder: what follows the first, second … violation.
#include "api/tables.hpp"
#include "control/ladder.hpp"

#include <utility>

namespace fairgate::api {

namespace {

namespace asio = boost::asio;
using control::Change;
using control::LadderChange;
using control::LadderNow;
using control::Scope;

struct LadderBody {
    std::optional<std::vector<std::string>> steps;
    std::optional<std::int64_t> window;   ///< seconds
    std::optional<std::int64_t> warning;  ///< seconds
    std::optional<int> instant;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(LadderBody, (), (steps, window, warning, instant, reason))

asio::awaitable<Result<LadderNow>> show(Parts parts, Call<None, None>) {
    co_return co_await control::show_ladder(parts.desk.live, parts.desk.records);
}

asio::awaitable<Result<Change>> set(Parts parts, Call<None, LadderBody> call) {
    const auto window = length_of(call.body.window);
    if (!window) {
        co_return window.error();
    }
    const auto warning = length_of(call.body.warning);
    if (!warning) {
        co_return warning.error();
    }
    LadderChange change;
    change.steps = std::move(call.body.steps).value_or(std::vector<std::string>());
    change.window = *window;
    change.warning = *warning;
    change.instant = call.body.instant;
    co_return co_await control::set_ladder(
        parts.desk,
        std::move(call.asker),
        std::move(change),
        call.body.reason.value_or(""),
        call.run
    );
}

asio::awaitable<Result<Change>> reset(Parts parts, Call<None, None> call) {
    co_return co_await control::reset_ladder(parts.desk, std::move(call.asker), call.run);
}

}  // namespace

std::vector<Route> ladder_routes() {
    return {
        route(
            Method::get,
            "/ladder",
            Scope::read,
            "what follows the first, second and later violations",
            &show
        ),
        route(
            Method::put, "/ladder", Scope::write, "change the ladder; what is not said stays", &set
        ),
        route(
            Method::del, "/ladder", Scope::write, "back to the ladder that is configured", &reset
        ),
    };
}

}  // namespace fairgate::api
