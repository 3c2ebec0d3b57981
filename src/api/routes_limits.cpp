// Limits of devices.
#include "api/tables.hpp"
#include "control/errors.hpp"
#include "control/limits.hpp"

#include <utility>

namespace fairgate::api {

namespace {

namespace asio = boost::asio;
using control::AccountRow;
using control::Change;
using control::LimitRow;
using control::Listed;
using control::Scope;

struct LimitBody {
    DeviceNumber devices;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(LimitBody, (), (devices, reason))

struct PreviewQuery {
    DeviceNumber devices;
};
BOOST_DESCRIBE_STRUCT(PreviewQuery, (), (devices))

constexpr int most_devices = 10'000;

Result<void> check_devices(DeviceNumber number) {
    if (number.devices == unlimited || (number.devices >= 1 && number.devices <= most_devices)) {
        return {};
    }
    return control::errors::wrong_value(
        "/devices", "a limit is a number from 1 to 10000, or \"unlimited\""
    );
}

/// "/limits/general" has no second name.
Result<control::LimitTarget> target_of(const Parts& parts, const std::vector<std::string>& path) {
    return path.empty() ? control::limit_target(parts.desk.live, "general", "")
                        : control::limit_target(parts.desk.live, path[0], path[1]);
}

asio::awaitable<Result<Listed<LimitRow>>> list(Parts parts, Call<None, None>) {
    co_return co_await control::list_limits(parts.desk.live, parts.desk.records);
}

asio::awaitable<Result<LimitRow>> show(Parts parts, Call<None, None> call) {
    auto target = target_of(parts, call.path);
    if (!target) {
        co_return target.error();
    }
    co_return co_await control::show_limit_rule(
        parts.desk.live, parts.desk.records, *std::move(target)
    );
}

asio::awaitable<Result<Change>> set(Parts parts, Call<None, LimitBody> call) {
    auto target = target_of(parts, call.path);
    if (!target) {
        co_return target.error();
    }
    const auto right = check_devices(call.body.devices);
    if (!right) {
        co_return right.error();
    }
    co_return co_await control::set_limit(
        parts.desk,
        std::move(call.asker),
        *std::move(target),
        call.body.devices.devices,
        call.body.reason.value_or(""),
        call.run
    );
}

asio::awaitable<Result<Change>> clear(Parts parts, Call<None, None> call) {
    auto target = target_of(parts, call.path);
    if (!target) {
        co_return target.error();
    }
    co_return co_await control::clear_limit(
        parts.desk, std::move(call.asker), *std::move(target), call.run
    );
}

asio::awaitable<Result<Listed<AccountRow>>> preview(Parts parts, Call<PreviewQuery, None> call) {
    auto target = target_of(parts, call.path);
    if (!target) {
        co_return target.error();
    }
    const auto right = check_devices(call.query.devices);
    if (!right) {
        co_return right.error();
    }
    co_return co_await control::preview_limit(
        parts.desk.live, parts.desk.records, *std::move(target), call.query.devices.devices
    );
}

}  // namespace

std::vector<Route> limit_routes() {
    constexpr std::string_view general = "/limits/general";
    constexpr std::string_view one = "/limits/{scope}/{match}";
    return {
        route(Method::get, "/limits", Scope::read, "all limits, from files and commands", &list),
        route(Method::get, general, Scope::read, "the general limit", &show),
        route(Method::put, general, Scope::write, "set the general limit", &set),
        route(Method::del, general, Scope::write, "remove the general limit", &clear),
        route(
            Method::get,
            "/limits/general/preview",
            Scope::read,
            "who would be over with that general limit",
            &preview
        ),
        route(Method::get, one, Scope::read, "one limit as it is set", &show),
        route(
            Method::put,
            one,
            Scope::write,
            "set a limit; scope is account, pattern, group or owner",
            &set
        ),
        route(
            Method::del,
            one,
            Scope::write,
            "remove a limit, so that the next weaker one counts",
            &clear
        ),
        route(
            Method::get,
            "/limits/{scope}/{match}/preview",
            Scope::read,
            "who would be over with that limit",
            &preview
        ),
    };
}

}  // namespace fairgate::api
