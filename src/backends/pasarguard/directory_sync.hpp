#pragma once

#include "backends/panel/paging.hpp"
#include "backends/pasarguard/client.hpp"
#include "backends/pasarguard/directory.hpp"
#include "base/error.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace fairgate::backends::pasarguard {

using panel::Deletions;
using panel::SyncSettings;

/// Which accounts changed. Ids, so that whoever wants to can ask the directory.
struct SyncReport {
    std::vector<std::int64_t> added;
    std::vector<std::int64_t> changed;
    std::vector<std::int64_t> removed;
};

/// Keeps a directory as the panel has it. The panel has no "changed since", and its pages shift
/// when somebody is added or deleted between them; so pages overlap, and nobody counts as deleted
/// before having been asked for by id.
class DirectorySync {
public:
    DirectorySync(std::shared_ptr<PanelClient> client, Directory& directory, SyncSettings settings)
        : client_(std::move(client)), directory_(directory), settings_(settings) {}

    /// Reads everybody, and the groups. On an error what was read before it stays, nobody is
    /// removed.
    boost::asio::awaitable<Result<SyncReport>> full(Deletions deletions = Deletions::guarded);

    /// Cheap, for every minute or so: who is online and who is disabled, and those who no longer
    /// are.
    boost::asio::awaitable<Result<SyncReport>> recent();

    /// Users seen in a log and not known, or to be read again. Those that do not exist are
    /// removed.
    boost::asio::awaitable<Result<SyncReport>> look_up(std::vector<std::int64_t> ids);

private:
    boost::asio::awaitable<Result<std::vector<std::int64_t>>> read_all(
        UserQuery query, SyncReport& report
    );
    void take(const PanelUser& user, SyncReport& report);

    std::shared_ptr<PanelClient> client_;
    Directory& directory_;
    SyncSettings settings_;
};

}  // namespace fairgate::backends::pasarguard
