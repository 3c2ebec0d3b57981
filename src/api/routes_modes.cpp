// The mode: shadow, warn or enforce, for everything or for a part.
#include "api/tables.hpp"
#include "control/accounts.hpp"
#include "control/errors.hpp"
#include "control/modes.hpp"

#include <utility>

namespace fairgate::api {

namespace {

namespace asio = boost::asio;
using control::Change;
using control::Listed;
using control::ModeRow;
using control::ModeTarget;
using control::Scope;

struct ModeBody {
    Mode mode = Mode::shadow;
    std::optional<std::string> rule;
    std::optional<std::string> group;
    std::optional<std::string> account;
    std::optional<std::int64_t> for_;  ///< seconds; then as before
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(ModeBody, (), (mode, rule, group, account, for_, reason))

struct TargetQuery {
    std::optional<std::string> rule;
    std::optional<std::string> group;
    std::optional<std::string> account;
};
BOOST_DESCRIBE_STRUCT(TargetQuery, (), (rule, group, account))

template <class Said>
Result<ModeTarget> target_of(const control::Live& live, const Said& said) {
    const int ways = (said.rule ? 1 : 0) + (said.group ? 1 : 0) + (said.account ? 1 : 0);
    if (ways > 1) {
        return control::errors::wrong_value(
            "/group", "say one of rule, group and account, or none for everything"
        );
    }
    if (said.rule) {
        return ModeTarget{ModeScope::rule, *said.rule, ""};
    }
    if (said.group) {
        return ModeTarget{ModeScope::group, *said.group, ""};
    }
    if (said.account) {
        const AccountKey key = control::key_of_name(live, *said.account);
        return ModeTarget{ModeScope::account, key.name, key.backend};
    }
    return ModeTarget{};
}

asio::awaitable<Result<Listed<ModeRow>>> list(Parts parts, Call<None, None>) {
    co_return co_await control::list_modes(parts.desk.live, parts.desk.records);
}

asio::awaitable<Result<Change>> set(Parts parts, Call<None, ModeBody> call) {
    auto target = target_of(parts.desk.live, call.body);
    if (!target) {
        co_return target.error();
    }
    const auto length = length_of(call.body.for_);
    if (!length) {
        co_return length.error();
    }
    co_return co_await control::set_mode(
        parts.desk,
        std::move(call.asker),
        *std::move(target),
        call.body.mode,
        *length,
        call.body.reason.value_or(""),
        call.run
    );
}

asio::awaitable<Result<Change>> clear(Parts parts, Call<TargetQuery, None> call) {
    auto target = target_of(parts.desk.live, call.query);
    if (!target) {
        co_return target.error();
    }
    co_return co_await control::clear_mode(
        parts.desk, std::move(call.asker), *std::move(target), call.run
    );
}

}  // namespace

std::vector<Route> mode_routes() {
    return {
        route(
            Method::get, "/mode", Scope::read, "the mode in force, and where it is different", &list
        ),
        route(
            Method::put,
            "/mode",
            Scope::write,
            "record only (shadow), also tell (warn), or act (enforce)",
            &set
        ),
        route(Method::del, "/mode", Scope::write, "back to the mode that is configured", &clear),
    };
}

}  // namespace fairgate::api
