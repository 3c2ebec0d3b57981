// Who is not limited, and what is not counted: exemptions and trust.
#include "api/tables.hpp"
#include "control/errors.hpp"
#include "control/exemptions.hpp"
#include "control/trust.hpp"

#include <utility>

namespace fairgate::api {

namespace {

namespace asio = boost::asio;
using control::Change;
using control::ExemptionRow;
using control::Listed;
using control::Scope;
using control::TrustRow;
using control::TrustTest;

struct ExemptionBody {
    std::optional<TimePoint> until;
    std::optional<std::int64_t> for_;  ///< seconds from now, instead of `until`
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(ExemptionBody, (), (until, for_, reason))

/// The end that was said, as a time or as a length from now.
Result<std::optional<TimePoint>> end_of(
    std::optional<TimePoint> until, std::optional<std::int64_t> seconds, TimePoint now
) {
    const auto length = length_of(seconds);
    if (!length) {
        return length.error();
    }
    if (until && *length) {
        return control::errors::wrong_value("/for", "say either until or for, not both");
    }
    return *length ? std::optional<TimePoint>(now + **length) : until;
}

asio::awaitable<Result<Listed<ExemptionRow>>> list_exemptions(Parts parts, Call<None, None>) {
    co_return co_await control::list_exemptions(parts.desk.live, parts.desk.records);
}

asio::awaitable<Result<ExemptionRow>> show_exemption(Parts parts, Call<None, None> call) {
    co_return co_await control::show_exemption(
        parts.desk.live, parts.desk.records, std::move(call.path.front())
    );
}

asio::awaitable<Result<Change>> add_exemption(Parts parts, Call<None, ExemptionBody> call) {
    const auto until = end_of(call.body.until, call.body.for_, parts.desk.live.now());
    if (!until) {
        co_return until.error();
    }
    co_return co_await control::add_exemption(
        parts.desk,
        std::move(call.asker),
        std::move(call.path.front()),
        *until,
        call.body.reason.value_or(""),
        call.run
    );
}

asio::awaitable<Result<Change>> remove_exemption(Parts parts, Call<None, None> call) {
    co_return co_await control::remove_exemption(
        parts.desk, std::move(call.asker), std::move(call.path.front()), call.run
    );
}

struct TrustBody {
    std::string network;
    std::optional<TrustEffect> effect;  ///< never_counted if not said
    std::optional<TimePoint> until;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(TrustBody, (), (network, effect, until, reason))

struct EffectQuery {
    std::optional<TrustEffect> effect;
};
BOOST_DESCRIBE_STRUCT(EffectQuery, (), (effect))

struct AddressQuery {
    std::string address;
};
BOOST_DESCRIBE_STRUCT(AddressQuery, (), (address))

asio::awaitable<Result<Listed<TrustRow>>> list_trust(Parts parts, Call<None, None>) {
    co_return co_await control::list_trust(parts.desk.live, parts.desk.records);
}

asio::awaitable<Result<Change>> add_trust(Parts parts, Call<None, TrustBody> call) {
    co_return co_await control::add_trust(
        parts.desk,
        std::move(call.asker),
        std::move(call.body.network),
        call.body.effect.value_or(TrustEffect::never_counted),
        call.body.until,
        call.body.reason.value_or(""),
        call.run
    );
}

asio::awaitable<Result<Change>> remove_trust(Parts parts, Call<EffectQuery, None> call) {
    co_return co_await control::remove_trust(
        parts.desk, std::move(call.asker), std::move(call.path.front()), call.query.effect, call.run
    );
}

asio::awaitable<Result<TrustTest>> test_trust(Parts parts, Call<AddressQuery, None> call) {
    co_return control::test_trust(parts.desk.live, call.query.address);
}

}  // namespace

std::vector<Route> exception_routes() {
    constexpr std::string_view exemption = "/exemptions/{account}";
    return {
        route(
            Method::get,
            "/exemptions",
            Scope::read,
            "accounts that are never limited",
            &list_exemptions
        ),
        route(
            Method::get,
            exemption,
            Scope::read,
            "whether an account is exempt, until when, why",
            &show_exemption
        ),
        route(
            Method::put,
            exemption,
            Scope::write,
            "never limit an account, until a time",
            &add_exemption
        ),
        route(Method::del, exemption, Scope::write, "limit it again", &remove_exemption),
        route(
            Method::get,
            "/trust",
            Scope::read,
            "networks that are never counted or never blocked",
            &list_trust
        ),
        route(
            Method::post, "/trust", Scope::write, "trust an address, a network or an AS", &add_trust
        ),
        route(
            Method::get, "/trust/test", Scope::read, "what trust says of an address", &test_trust
        ),
        route(Method::del, "/trust/{network}", Scope::write, "trust it no longer", &remove_trust),
    };
}

}  // namespace fairgate::api
