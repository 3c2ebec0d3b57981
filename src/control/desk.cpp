#include "control/desk.hpp"

namespace fairgate::control {

boost::asio::awaitable<Result<InForce>> rules_in_force(const Live& live, Records records) {
    const auto commands =
        co_await records.with([](store::Store& store) { return read_by_command(store); });
    if (!commands) {
        co_return commands.error();
    }
    co_return in_force(*live.settings(), *commands, live.now());
}

}  // namespace fairgate::control
