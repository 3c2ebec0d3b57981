#include "sim/marzban/core.hpp"

#include <utility>

namespace fairgate::sim::marzban {

std::string_view to_text(NodeStatus status) {
    switch (status) {
        case NodeStatus::connected:
            return "connected";
        case NodeStatus::connecting:
            return "connecting";
        case NodeStatus::error:
            return "error";
        case NodeStatus::disabled:
            return "disabled";
    }
    return "";
}

Core::Core(std::int64_t core_id, std::string core_name, TimePoint)
    : id(core_id), name(std::move(core_name)), feed_(std::make_shared<LogFeed>()) {}

void Core::tell(std::int64_t user_id, std::optional<Known> known, TimePoint arrives) {
    updates_.push_back(Update{arrives, user_id, std::move(known)});
}

void Core::settle(TimePoint now) {
    while (!updates_.empty() && updates_.front().arrives <= now) {
        Update& update = updates_.front();
        if (update.known) {
            known_[update.user_id] = *std::move(update.known);
        } else {
            known_.erase(update.user_id);
        }
        updates_.pop_front();
    }
}

std::optional<std::uint64_t> Core::connect(
    std::int64_t user_id, std::string_view address, std::uint16_t port, TimePoint now
) {
    settle(now);
    if (!started) {
        return std::nullopt;
    }
    const std::string source = panel::with_port(std::string(address), port);
    const auto known = known_.find(user_id);
    if (known == known_.end() || known->second.inbounds.empty()) {
        write(panel::aged(panel::rejected_line(local_time(now), source), xray));
        return std::nullopt;
    }
    const Known& who = known->second;
    const std::string& inbound = who.inbounds.front();
    write(panel::aged(panel::accepted_line(local_time(now), source, inbound, who.email), xray));
    connections_[++last_connection_] =
        Connection{user_id, who.email, std::string(address), port, who.inbounds.front()};
    return last_connection_;
}

bool Core::substream(std::uint64_t connection, TimePoint now) {
    const auto found = connections_.find(connection);
    if (found == connections_.end()) {
        return false;
    }
    const Connection& from = found->second;
    const std::string source = "tcp:" + panel::with_port(from.address, from.port);
    write(panel::aged(panel::accepted_line(local_time(now), source, from.inbound, from.email), xray)
    );
    return true;
}

void Core::restart() {
    known_.clear();
    updates_.clear();
    connections_.clear();
    started = true;
}

void Core::replace() { feed_ = std::make_shared<LogFeed>(); }

void Core::write(const std::string& line) {
    if (!away_) {
        feed_->push(line);
    }
}

void Core::set_away(bool away) {
    if (std::exchange(away_, away) && !away) {
        feed_->repeat();
    }
}

std::string Core::local_time(TimePoint now) const { return panel::xray_time(now + clock_offset); }

}  // namespace fairgate::sim::marzban
