#pragma once

#include "backends/panel/directory_sync.hpp"
#include "backends/pasarguard/client.hpp"
#include "backends/pasarguard/directory.hpp"
#include "base/error.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace fairgate::backends::pasarguard {

using panel::Deletions;
using panel::SyncSettings;
using SyncReport = panel::SyncReport<std::int64_t>;

/// Reads the groups with everybody, and every minute who is online and who is disabled.
class DirectorySync final : public panel::DirectorySync<PanelClient, Directory, UserQuery> {
public:
    DirectorySync(std::shared_ptr<PanelClient> client, Directory& directory, SyncSettings settings);

private:
    std::vector<UserQuery> short_lists() const override;
    UserQuery asking_for(std::vector<std::int64_t> ids) const override;
    std::string_view asking_call() const override { return "GET /api/users?ids"; }
    boost::asio::awaitable<Result<void>> read_what_users_name() override;
};

}  // namespace fairgate::backends::pasarguard
