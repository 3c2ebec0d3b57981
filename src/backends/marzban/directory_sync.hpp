#pragma once

#include "backends/marzban/client.hpp"
#include "backends/marzban/directory.hpp"
#include "backends/panel/paging.hpp"
#include "base/error.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <vector>

namespace fairgate::backends::marzban {

using panel::Deletions;
using panel::SyncSettings;

/// A page of 500, because each row makes the panel render all share links of its user; names are
/// longer than ids, so 100 of them at once.
SyncSettings gentle_pages();

/// Which accounts changed; names in the form of folded().
struct SyncReport {
    std::vector<std::string> added;
    std::vector<std::string> changed;
    std::vector<std::string> removed;
};

/// Keeps a directory as the panel has it. Nobody counts as deleted before having been asked for by
/// name, and nobody at all while a list lacks very many.
class DirectorySync {
public:
    DirectorySync(
        std::shared_ptr<PanelClient> client,
        Directory& directory,
        SyncSettings settings = gentle_pages()
    )
        : client_(std::move(client)), directory_(directory), settings_(settings) {}

    /// Reads everybody. On an error what was read before it stays, nobody is removed.
    boost::asio::awaitable<Result<SyncReport>> full(Deletions deletions = Deletions::guarded);
    /// Cheap, for every minute or so: who is disabled, and those who no longer are. (The panel
    /// cannot list who is online.)
    boost::asio::awaitable<Result<SyncReport>> recent();
    /// Users seen in a log and not known, or to be read again. Those that do not exist are removed.
    boost::asio::awaitable<Result<SyncReport>> look_up(std::vector<std::string> names);

private:
    boost::asio::awaitable<Result<std::vector<std::string>>> read_all(
        UserQuery query, SyncReport& report
    );
    void take(const PanelUser& user, SyncReport& report);

    std::shared_ptr<PanelClient> client_;
    Directory& directory_;
    SyncSettings settings_;
};

}  // namespace fairgate::backends::marzban
