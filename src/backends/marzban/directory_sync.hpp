#pragma once

#include "backends/marzban/client.hpp"
#include "backends/marzban/directory.hpp"
#include "backends/panel/directory_sync.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::backends::marzban {

using panel::Deletions;
using panel::SyncSettings;
using SyncReport = panel::SyncReport<std::string>;

/// A page of 500, because each row makes the panel render all share links of its user; names are
/// longer than ids, so 100 of them at once.
SyncSettings gentle_pages();

/// Every minute it reads who is disabled: the panel cannot list who is online.
class DirectorySync final : public panel::DirectorySync<PanelClient, Directory, UserQuery> {
public:
    DirectorySync(
        std::shared_ptr<PanelClient> client,
        Directory& directory,
        SyncSettings settings = gentle_pages()
    );

private:
    std::vector<UserQuery> short_lists() const override;
    UserQuery asking_for(std::vector<std::string> names) const override;
    std::string_view asking_call() const override { return "GET /api/users?username"; }
};

}  // namespace fairgate::backends::marzban
