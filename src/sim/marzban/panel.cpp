#include "sim/marzban/panel.hpp"

#include <utility>

namespace fairgate::sim::marzban {

Panel::Panel(boost::asio::any_io_executor executor, const Clock& clock, PanelSettings settings)
    : FaultyServer(std::move(executor), settings),
      clock_(clock),
      settings_(std::move(settings)),
      state_(settings_.release, settings_.seed, clock.now()),
      auth_(settings_.seed),
      world_{state_, auth_},
      sockets_(make_sockets()) {
    start();
}

Panel::~Panel() { close(); }

void Panel::stop() {
    close();
    for (auto& [id, node] : state_.nodes()) {
        node.replace();
    }
    state_.core().replace();
    state_.restart_all_cores(clock_.now());
}

void Panel::start() { open(); }

http::Response Panel::answer_to(const http::Request& request) {
    return answer(world_, request, clock_.now());
}

http::Response Panel::pretend(const http::Request& request) {
    // The real objects are set aside and come back, so that nothing points elsewhere.
    PanelState scratch = state_;
    std::swap(state_, scratch);
    http::Response response = answer_to(request);
    std::swap(state_, scratch);
    return response;
}

bool Panel::asks_for_log(const http::Request& request) const {
    return marzban::asks_for_log(request);
}

}  // namespace fairgate::sim::marzban
