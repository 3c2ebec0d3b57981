#pragma once

#include "backends/pasarguard/client.hpp"
#include "base/error.hpp"
#include "model/address.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::backends::pasarguard {

/// How the cores count an address as online (Xray-core app/stats/online_map.go): `exact` since
/// 26.3.23, while a connection is open; `recent` before, for 20 s after the last one was opened,
/// so that a quiet tunnel is missing and only the presence of an address proves something.
enum class Exactness { exact, recent };

/// Where a user is connected from, as the cores themselves say.
struct OnlineNow {
    std::vector<Address> addresses;  ///< sorted, each once
    Exactness exactness = Exactness::recent;
};

/// "26.3.23" and later count exactly; what cannot be read does not.
Exactness exactness_of(std::string_view xray_version);

/// Asks the cores, through the panel, whether what the logs say is still so. One call for one user
/// asks all nodes: for suspects, not for everybody.
class OnlineCheck {
public:
    explicit OnlineCheck(std::shared_ptr<PanelClient> client) : client_(std::move(client)) {}

    /// Nothing where it cannot be told: the right (nodes.stats) or the route is missing, the cores
    /// keep no online addresses (policy.levels.0.statsUserOnline), or none answered in time. An
    /// empty list means that the user is not online. FG-PG-404 when there is no such user.
    boost::asio::awaitable<Result<std::optional<OnlineNow>>> of(
        std::int64_t user_id, std::string username
    );

private:
    boost::asio::awaitable<void> learn();

    std::shared_ptr<PanelClient> client_;
    std::chrono::steady_clock::time_point learned_{};
    std::optional<bool> keeps_online_;  ///< none: we may not see the cores' configuration
    Exactness exactness_ = Exactness::recent;
};

}  // namespace fairgate::backends::pasarguard
