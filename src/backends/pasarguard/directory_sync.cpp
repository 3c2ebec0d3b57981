#include "backends/pasarguard/directory_sync.hpp"

#include "backends/pasarguard/errors.hpp"

#include <utility>

namespace fairgate::backends::pasarguard {

DirectorySync::DirectorySync(
    std::shared_ptr<PanelClient> client, Directory& directory, SyncSettings settings
)
    : panel::DirectorySync<PanelClient, Directory, UserQuery>(
          product, std::move(client), directory, settings
      ) {}

std::vector<UserQuery> DirectorySync::short_lists() const {
    UserQuery disabled;
    disabled.status = "disabled";
    UserQuery online;
    online.only_online = true;
    return {disabled, online};
}

UserQuery DirectorySync::asking_for(std::vector<std::int64_t> ids) const {
    UserQuery query;
    query.ids = std::move(ids);
    return query;
}

/// A login may read users without the right to see groups.
boost::asio::awaitable<Result<void>> DirectorySync::read_what_users_name() {
    const auto groups = co_await client_->groups();
    if (groups) {
        directory_.set_groups(*groups);
    } else if (!is_forbidden(groups.error())) {
        co_return groups.error();
    }
    co_return Result<void>();
}

}  // namespace fairgate::backends::pasarguard
