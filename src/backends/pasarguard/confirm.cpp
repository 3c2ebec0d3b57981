#include "backends/pasarguard/confirm.hpp"

#include "backends/pasarguard/dialect.hpp"
#include "backends/pasarguard/errors.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::backends::pasarguard {

namespace asio = boost::asio;

namespace {

/// Cores and their configuration change seldom.
constexpr std::chrono::minutes learned_for{10};
constexpr PanelVersion first_exact{26, 3, 23};

std::vector<Address> addresses_in(const OnlineEverywhere& answer) {
    std::vector<Address> addresses;
    for (const auto& [node, online] : answer.nodes) {
        for (const auto& [text, seen] : online.ips) {
            if (const auto address = Address::parse(text)) {
                addresses.push_back(*address);
            }
        }
    }
    std::sort(addresses.begin(), addresses.end());
    addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
    return addresses;
}

/// What is the panel's or its version's way of saying "I cannot tell".
bool cannot_tell(const Error& error) {
    return is_forbidden(error) || is_missing_route(error) || error.code == "FG-PG-408" ||
           error.code == "FG-PG-422";
}

}  // namespace

Exactness exactness_of(std::string_view xray_version) {
    const auto version = parse_version(xray_version);
    return version && *version >= first_exact ? Exactness::exact : Exactness::recent;
}

asio::awaitable<Result<std::optional<OnlineNow>>> OnlineCheck::of(
    std::int64_t user_id, std::string username
) {
    co_await learn();
    if (keeps_online_ == false) {
        co_return std::optional<OnlineNow>();
    }
    const auto answer = co_await client_->online(user_id, std::move(username));
    if (!answer) {
        if (cannot_tell(answer.error())) {
            co_return std::optional<OnlineNow>();
        }
        co_return answer.error();
    }
    OnlineNow online;
    online.addresses = addresses_in(*answer);
    online.exactness = exactness_;
    // An offline user and cores that keep nothing look the same.
    if (online.addresses.empty() && !keeps_online_) {
        co_return std::optional<OnlineNow>();
    }
    co_return std::optional<OnlineNow>(std::move(online));
}

/// All cores must keep online addresses and all nodes count exactly, or it is as if none did. What
/// we may not see stays unknown.
asio::awaitable<void> OnlineCheck::learn() {
    const auto now = std::chrono::steady_clock::now();
    if (learned_ != decltype(learned_){} && now - learned_ < learned_for) {
        co_return;
    }
    if (const auto cores = co_await client_->cores()) {
        keeps_online_ = std::all_of(cores->begin(), cores->end(), [](const CoreFacts& core) {
            return core.keeps_online || core.type == "wg";
        });
        learned_ = now;
    }
    if (const auto nodes = co_await client_->nodes_in_full()) {
        const bool all_exact =
            !nodes->empty() && std::all_of(nodes->begin(), nodes->end(), [](const PanelNode& node) {
                return exactness_of(node.xray_version.value_or("")) == Exactness::exact;
            });
        exactness_ = all_exact ? Exactness::exact : Exactness::recent;
        learned_ = now;
    }
}

}  // namespace fairgate::backends::pasarguard
