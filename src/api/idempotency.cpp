#include "api/idempotency.hpp"

#include "api/problem.hpp"

#include <algorithm>
#include <functional>

namespace fairgate::api {

namespace {

constexpr std::chrono::hours kept{24};
// An answer larger than this is not repeated, it is asked for again.
constexpr std::size_t largest = 64U << 10U;

}  // namespace

Result<std::optional<http::Response>> Answered::begin(
    const std::string& key, const std::string& request, TimePoint now
) {
    const std::size_t hash = std::hash<std::string>()(request);
    const auto found = entries_.find(key);
    if (found != entries_.end() && now - found->second.asked < kept) {
        if (found->second.request != hash) {
            return key_reused();
        }
        return found->second.response
                   ? Result<std::optional<http::Response>>(found->second.response)
                   : key_in_flight();
    }
    make_room(now);
    entries_[key] = {hash, now, std::nullopt};
    return std::optional<http::Response>();
}

void Answered::finish(const std::string& key, const http::Response& response) {
    // What failed on our side may be tried again.
    if (response.status >= 500 || response.body.size() > largest) {
        drop(key);
        return;
    }
    if (const auto found = entries_.find(key); found != entries_.end()) {
        found->second.response = response;
    }
}

void Answered::make_room(TimePoint now) {
    std::erase_if(entries_, [&](const auto& each) { return now - each.second.asked >= kept; });
    if (entries_.size() >= most_) {
        entries_.erase(std::ranges::min_element(entries_, {}, [](const auto& each) {
            return each.second.asked;
        }));
    }
}

}  // namespace fairgate::api
