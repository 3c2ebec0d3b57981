// Orders about nodes: which machines may report.
#include "control/errors.hpp"
#include "daemon/order_desk.hpp"
#include "model/address.hpp"

#include <utility>

namespace fairgate::daemon {

namespace {

/// Whether others can go to an address that is listened on: not to 0.0.0.0.
bool can_be_reached(const std::string& listen) {
    const std::string host = listen.substr(0, listen.rfind(':'));
    const bool in_brackets = host.size() > 2 && host.front() == '[';
    const auto address = Address::parse(in_brackets ? host.substr(1, host.size() - 2) : host);
    return address && !address->is_unspecified();
}

}  // namespace

boost::asio::awaitable<Result<nodes::Invited>> OrderDesk::invite_node(
    std::string node, std::string backend, std::string address, std::chrono::seconds life
) {
    nodes::Gate* const gate = parts_.world.gate;
    if (gate == nullptr) {
        co_return nodes::not_listening();
    }
    if (backend.empty()) {
        backend = usual_backend(parts_.world);
    }
    if (unit_of_backend(backend) == nullptr) {
        co_return backend.empty()
            ? control::errors::wrong_value(
                  "/backend",
                  "there are several backends; say whose accounts this node has",
                  "fairgate node join " + node + " --backend NAME"
              )
            : control::errors::no_such("backend", backend);
    }
    const config::AgentsSettings& settings = parts_.world.settings->agents;
    if (address.empty()) {
        address = settings.address;
    }
    if (address.empty() && can_be_reached(gate->listening_on())) {
        address = gate->listening_on();
    }
    if (address.empty()) {
        co_return nodes::no_address(gate->listening_on());
    }
    co_return co_await gate->invite(std::move(node), std::move(backend), std::move(address), life);
}

boost::asio::awaitable<Result<void>> OrderDesk::revoke_node(std::string node) {
    nodes::Gate* const gate = parts_.world.gate;
    if (gate == nullptr) {
        co_return nodes::not_listening();
    }
    co_return co_await gate->revoke(std::move(node));
}

}  // namespace fairgate::daemon
