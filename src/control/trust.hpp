#pragma once

#include "control/asker.hpp"
#include "control/change.hpp"
#include "control/desk.hpp"
#include "model/setting.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <optional>
#include <string>

namespace fairgate::control {

struct TrustRow {
    std::string scope;  ///< "192.0.2.0/24", "AS64500"
    TrustEffect effect = TrustEffect::never_counted;
    std::optional<TimePoint> until;
    SetIn source = SetIn::file;
    std::string by;
    std::optional<TimePoint> at;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(TrustRow, (), (scope, effect, until, source, by, at, reason))

/// What trust says of one address.
struct TrustTest {
    std::string address;
    bool counted = true;
    bool blockable = true;
    std::string because;
    std::string network;  ///< "AS64500 Example Telecom"
    std::string country;
};
BOOST_DESCRIBE_STRUCT(TrustTest, (), (address, counted, blockable, because, network, country))

boost::asio::awaitable<Result<Listed<TrustRow>>> list_trust(const Live& live, Records records);

/// FG-CTL-004 for what is no address, network or AS.
boost::asio::awaitable<Result<Change>> add_trust(
    Desk desk,
    Asker asker,
    std::string network,
    TrustEffect effect,
    std::optional<TimePoint> until,
    std::string reason,
    Run run
);
/// FG-CTL-005 when it is set in the file. With an effect, only if it is that one.
boost::asio::awaitable<Result<Change>> remove_trust(
    Desk desk, Asker asker, std::string network, std::optional<TrustEffect> effect, Run run
);

Result<TrustTest> test_trust(const Live& live, const std::string& address);

}  // namespace fairgate::control
