#pragma once

#include "backends/panel/errors.hpp"
#include "backends/panel/paging.hpp"
#include "base/error.hpp"

#include <boost/asio/awaitable.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace fairgate::backends::panel {

/// Which users changed, by what the product tells them apart, so that whoever wants to can ask the
/// directory.
template <class Key>
struct SyncReport {
    std::vector<Key> added;
    std::vector<Key> changed;
    std::vector<Key> removed;
};

/// Keeps a directory as the panel has it. Panels have no "changed since", and their pages shift
/// when somebody is added or deleted between them; so pages overlap, nobody counts as deleted
/// before having been asked for by key, and nobody at all while a list lacks very many. Which lists
/// there are, and how users are asked for, is the product's own.
template <class Client, class Directory, class Query>
class DirectorySync {
public:
    using Key = typename Directory::Key;
    using User = typename Directory::User;
    using Report = SyncReport<Key>;

    DirectorySync(
        const Product& product,
        std::shared_ptr<Client> client,
        Directory& directory,
        SyncSettings settings
    )
        : client_(std::move(client)),
          directory_(directory),
          product_(product),
          settings_(settings) {}
    virtual ~DirectorySync() = default;
    DirectorySync(const DirectorySync&) = delete;
    DirectorySync& operator=(const DirectorySync&) = delete;

    /// Reads everybody. On an error what was read before it stays, nobody is removed.
    boost::asio::awaitable<Result<Report>> full(Deletions deletions = Deletions::guarded);
    /// Cheap, for every minute or so: those of the short lists, and the disabled that are no longer
    /// in any of them.
    boost::asio::awaitable<Result<Report>> recent();
    /// Users seen in a log and not known, or to be read again. Those that do not exist are removed.
    boost::asio::awaitable<Result<Report>> look_up(std::vector<Key> keys);

protected:
    std::shared_ptr<Client> client_;
    Directory& directory_;

private:
    // What is the product's own.

    /// The lists that are read every minute; the disabled are one of them.
    virtual std::vector<Query> short_lists() const = 0;
    virtual Query asking_for(std::vector<Key> keys) const = 0;
    /// The call that asks so, for errors: "GET /api/users?ids".
    virtual std::string_view asking_call() const = 0;
    /// What users refer to and is read before them.
    virtual boost::asio::awaitable<Result<void>> read_what_users_name() {
        co_return Result<void>();
    }

    boost::asio::awaitable<Result<std::vector<Key>>> read_all(Query query, Report& report);
    void take(const User& user, Report& report);

    const Product& product_;
    SyncSettings settings_;
};

template <class Client, class Directory, class Query>
void DirectorySync<Client, Directory, Query>::take(const User& user, Report& report) {
    switch (directory_.put(user)) {
        case Directory::Change::none:
            break;
        case Directory::Change::added:
            report.added.push_back(Directory::key_of(user));
            break;
        case Directory::Change::changed:
            report.changed.push_back(Directory::key_of(user));
            break;
    }
}

template <class Client, class Directory, class Query>
auto DirectorySync<Client, Directory, Query>::read_all(Query query, Report& report)
    -> boost::asio::awaitable<Result<std::vector<Key>>> {
    PagedList<typename Client::Page, Key> list;
    list.name = "GET /api/users";
    list.ask = [client = client_,
                query = std::move(query)](std::size_t offset, std::size_t limit) mutable {
        query.offset = offset;
        query.limit = limit;
        return client->users(query);
    };
    list.key = Directory::key_of;
    list.take = [this, &report](const User& user) { take(user, report); };
    return read_pages(product_, settings_, std::move(list));
}

template <class Client, class Directory, class Query>
auto DirectorySync<Client, Directory, Query>::full(Deletions deletions)
    -> boost::asio::awaitable<Result<Report>> {
    if (auto first = co_await read_what_users_name(); !first) {
        co_return first.error();
    }
    Report report;
    const std::vector<Key> known = directory_.keys();
    Query everybody;
    auto seen = co_await read_all(std::move(everybody), report);
    if (!seen) {
        co_return seen.error();
    }
    std::vector<Key> missing = without(known, *seen);
    const bool doubtful = is_suspicious(settings_, missing.size(), known.size());
    if (deletions == Deletions::guarded && doubtful) {
        co_return partial_list(product_, missing.size(), known.size());
    }
    auto asked = co_await look_up(std::move(missing));
    if (!asked) {
        co_return asked.error();
    }
    report.removed = std::move(asked->removed);
    co_return report;
}

template <class Client, class Directory, class Query>
auto DirectorySync<Client, Directory, Query>::recent() -> boost::asio::awaitable<Result<Report>> {
    Report report;
    std::vector<Key> no_longer = directory_.keys_with_status("disabled");
    for (Query& query : short_lists()) {
        auto listed = co_await read_all(std::move(query), report);
        if (!listed) {
            co_return listed.error();
        }
        no_longer = without(no_longer, *listed);
    }
    auto others = co_await look_up(std::move(no_longer));
    if (!others) {
        co_return others.error();
    }
    report.removed = std::move(others->removed);
    report.changed.insert(report.changed.end(), others->changed.begin(), others->changed.end());
    co_return report;
}

template <class Client, class Directory, class Query>
auto DirectorySync<Client, Directory, Query>::look_up(std::vector<Key> keys)
    -> boost::asio::awaitable<Result<Report>> {
    Report report;
    std::transform(keys.begin(), keys.end(), keys.begin(), Directory::normal);
    sort_and_dedupe(keys);
    for (std::size_t from = 0; from < keys.size(); from += settings_.ids_at_once) {
        const auto begin = keys.begin() + static_cast<std::ptrdiff_t>(from);
        const std::size_t count = std::min(settings_.ids_at_once, keys.size() - from);
        const std::vector<Key> asked(begin, begin + static_cast<std::ptrdiff_t>(count));
        Query query = asking_for(asked);
        query.limit = count;
        auto page = co_await client_->users(std::move(query));
        if (!page) {
            co_return page.error();
        }
        if (page->total != page->users.size()) {
            // Nobody is removed for a list cut short.
            co_return pages_move(product_, asking_call());
        }
        std::vector<Key> found;
        for (const User& user : page->users) {
            take(user, report);
            found.push_back(Directory::key_of(user));
        }
        sort_and_dedupe(found);
        for (const Key& key : without(asked, found)) {
            if (directory_.remove(key)) {
                report.removed.push_back(key);
            }
        }
    }
    co_return report;
}

}  // namespace fairgate::backends::panel
