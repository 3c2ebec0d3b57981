#include "api/tables.hpp"
#include "control/errors.hpp"

#include <iterator>
#include <utility>

namespace fairgate::api {

namespace {

void append(std::vector<Route>& all, std::vector<Route> more) {
    all.insert(
        all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end())
    );
}

std::vector<Route> table() {
    std::vector<Route> all = everyday_routes();
    append(all, account_routes());
    append(all, session_routes());
    append(all, limit_routes());
    append(all, exception_routes());
    append(all, mode_routes());
    append(all, ladder_routes());
    append(all, decision_routes());
    append(all, block_routes());
    append(all, node_routes());
    append(all, running_routes());
    return all;
}

}  // namespace

const std::vector<Route>& routes() {
    static const std::vector<Route> all = table();
    return all;
}

Result<std::size_t> page_size(std::optional<int> limit) {
    constexpr int usual = 50;
    constexpr int most = 1000;
    if (limit && (*limit < 1 || *limit > most)) {
        return wrong_parameter("limit", "expected a number from 1 to 1000");
    }
    return static_cast<std::size_t>(limit.value_or(usual));
}

Result<std::optional<Duration>> length_of(std::optional<std::int64_t> seconds) {
    constexpr std::int64_t longest = 10LL * 366 * 24 * 3600;
    if (!seconds) {
        return std::optional<Duration>();
    }
    if (*seconds < 1 || *seconds > longest) {
        return control::errors::wrong_value("/for", "expected seconds, from 1 to ten years");
    }
    return std::optional<Duration>(std::chrono::seconds(*seconds));
}

}  // namespace fairgate::api
