#pragma once

#include "backends/pasarguard/client.hpp"
#include "backends/pasarguard/directory.hpp"
#include "base/error.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace fairgate::backends::pasarguard {

struct SyncSettings {
    std::size_t page = 1'000;       ///< each row makes the panel load groups, plans and resets
    std::size_t overlap = 20;       ///< rows read again, to notice that the list moved
    std::size_t ids_at_once = 500;  ///< keeps the address under 16 KB
    /// More missing users than this share (and than `few`) are not believed to be deleted.
    double most_deleted = 0.2;
    std::size_t few = 20;
    int most_steps_back = 200;  ///< before a list that keeps moving is given up for now
};

/// Which accounts changed. Ids, so that whoever wants to can ask the directory.
struct SyncReport {
    std::vector<std::int64_t> added;
    std::vector<std::int64_t> changed;
    std::vector<std::int64_t> removed;
};

/// Whether a list that lacks very many of the users is to be believed.
enum class Deletions { guarded, believed };

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
    bool is_suspicious(std::size_t missing, std::size_t known) const;

    std::shared_ptr<PanelClient> client_;
    Directory& directory_;
    SyncSettings settings_;
};

}  // namespace fairgate::backends::pasarguard
