#include "backends/pasarguard/enforcer.hpp"
#include "backends/pasarguard/errors.hpp"

#include <utility>

// Which user of the panel a measure is about, whatever has become of it.
namespace fairgate::backends::pasarguard {

namespace asio = boost::asio;

/// By its id, or by its name where the id is not known.
asio::awaitable<Result<std::optional<PanelUser>>> PanelEnforcer::find(std::string account) {
    if (const auto id = directory_.id_of(account)) {
        co_return co_await find_by_id(*id);
    }
    co_return co_await client_->user_by_name(std::move(account));
}

asio::awaitable<Result<std::optional<PanelUser>>> PanelEnforcer::find_again(UserImage image) {
    if (image.id != 0) {
        co_return co_await find_by_id(image.id);
    }
    co_return co_await find(std::move(image.username));
}

/// Nothing when the user is gone. A panel that shows us nobody at all has taken our rights away,
/// which says nothing about the user.
asio::awaitable<Result<std::optional<PanelUser>>> PanelEnforcer::find_by_id(std::int64_t id) {
    auto user = co_await client_->user(id);
    if (!user || *user || directory_.size() < 2) {
        co_return user;
    }
    const auto anybody = co_await sees_anybody();
    if (!anybody) {
        co_return anybody.error();
    }
    if (!*anybody) {
        co_return nobody_visible(id);
    }
    co_return user;
}

asio::awaitable<Result<bool>> PanelEnforcer::sees_anybody() {
    UserQuery query;
    query.limit = 1;
    auto page = co_await client_->users(std::move(query));
    co_return page ? Result<bool>(page->total > 0) : Result<bool>(page.error());
}

asio::awaitable<Result<std::int64_t>> PanelEnforcer::restricted_group() {
    auto groups = co_await client_->groups();
    if (!groups) {
        co_return groups.error();
    }
    for (const PanelGroup& group : *groups) {
        if (group.name == settings_.restricted_group) {
            co_return group.id;
        }
    }
    co_return no_restricted_group(settings_.restricted_group);
}

}  // namespace fairgate::backends::pasarguard
