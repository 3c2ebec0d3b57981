#include "sim/pasarguard/node.hpp"

#include "sim/panel/access_line.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::sim::pasarguard {

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
        case NodeStatus::limited:
            return "limited";
    }
    return "";
}

namespace {

/// Xray before 26.3.23 lists an address this long after its last opening.
constexpr std::chrono::seconds recent_for{20};

std::int64_t unix_seconds(TimePoint time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace

Node::Node(std::int64_t node_id, std::string node_name, std::uint64_t seed, TimePoint now)
    : id(node_id),
      name(std::move(node_name)),
      seed_(seed),
      core_started_(now),
      channel_(std::make_shared<LogChannel>(seed)) {}

void Node::learn(std::int64_t user_id, std::string email) { known_[user_id] = std::move(email); }

std::optional<std::uint64_t> Node::connect(
    std::int64_t user_id, std::string_view address, std::uint16_t port, TimePoint now
) {
    if (!reachable || !core_running) {
        return std::nullopt;
    }
    const auto known = known_.find(user_id);
    Connection opened{user_id, "", std::string(address), port};
    if (known == known_.end()) {
        write(panel::rejected_line(local_time(now), panel::with_port(opened.address, opened.port)));
        return std::nullopt;
    }
    opened.email = known->second;
    log_access(opened, "", now);
    seen_[user_id][opened.address] = LastSeen{now, now};
    connections_.emplace(++last_connection_, std::move(opened));
    return last_connection_;
}

bool Node::substream(std::uint64_t connection, TimePoint now) {
    const auto found = connections_.find(connection);
    if (found == connections_.end()) {
        return false;
    }
    log_access(found->second, "tcp:", now);
    seen_[found->second.user_id][found->second.address].seen = now;
    return true;
}

void Node::close(std::uint64_t connection, TimePoint now) {
    const auto found = connections_.find(connection);
    if (found != connections_.end()) {
        seen_[found->second.user_id][found->second.address].seen = now;
        connections_.erase(found);
    }
}

void Node::restart_core(TimePoint now) {
    known_.clear();
    connections_.clear();
    seen_.clear();
    core_started_ = now;
    core_running = true;
    reachable = true;
    channel_ = std::make_shared<LogChannel>(++seed_);
}

void Node::write(std::string line) {
    if (reachable) {
        channel_->push(std::move(line));
    }
}

std::map<std::string, std::int64_t> Node::online(std::int64_t user_id, TimePoint now) const {
    std::map<std::string, std::int64_t> result;
    const auto found = seen_.find(user_id);
    if (found == seen_.end()) {
        return result;
    }
    for (const auto& [address, seen] : found->second) {
        const bool open = std::any_of(
            connections_.begin(),
            connections_.end(),
            [user = user_id, &where = address](const auto& each) {
                return each.second.user_id == user && each.second.address == where;
            }
        );
        const bool recent = now - seen.opened <= recent_for;
        if (online_map == OnlineMap::counted ? open : recent) {
            result[address] = unix_seconds(seen.seen);
        }
    }
    return result;
}

std::string Node::local_time(TimePoint now) const { return panel::xray_time(now + clock_offset); }

void Node::log_access(const Connection& from, std::string_view prefix, TimePoint now) {
    write(panel::accepted_line(
        local_time(now),
        std::string(prefix) + panel::with_port(from.address, from.port),
        inbound,
        from.email
    ));
}

}  // namespace fairgate::sim::pasarguard
