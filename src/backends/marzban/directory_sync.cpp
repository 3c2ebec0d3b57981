#include "backends/marzban/directory_sync.hpp"

#include "backends/marzban/errors.hpp"

#include <utility>

namespace fairgate::backends::marzban {

SyncSettings gentle_pages() {
    SyncSettings settings;
    settings.page = 500;
    settings.ids_at_once = 100;
    return settings;
}

DirectorySync::DirectorySync(
    std::shared_ptr<PanelClient> client, Directory& directory, SyncSettings settings
)
    : panel::DirectorySync<PanelClient, Directory, UserQuery>(
          product, std::move(client), directory, settings
      ) {}

std::vector<UserQuery> DirectorySync::short_lists() const {
    UserQuery disabled;
    disabled.status = "disabled";
    return {disabled};
}

UserQuery DirectorySync::asking_for(std::vector<std::string> names) const {
    UserQuery query;
    query.names = std::move(names);
    return query;
}

}  // namespace fairgate::backends::marzban
