#include "backends/pasarguard/directory_sync.hpp"

#include "backends/pasarguard/errors.hpp"

#include <utility>

namespace fairgate::backends::pasarguard {

namespace asio = boost::asio;

using panel::sort_and_dedupe;
using panel::without;

void DirectorySync::take(const PanelUser& user, SyncReport& report) {
    switch (directory_.put(user)) {
        case Directory::Change::none:
            break;
        case Directory::Change::added:
            report.added.push_back(user.id);
            break;
        case Directory::Change::changed:
            report.changed.push_back(user.id);
            break;
    }
}

asio::awaitable<Result<std::vector<std::int64_t>>> DirectorySync::read_all(
    UserQuery query, SyncReport& report
) {
    panel::PagedList<UserPage, std::int64_t> list;
    list.name = "GET /api/users";
    list.ask = [client = client_,
                query = std::move(query)](std::size_t offset, std::size_t limit) mutable {
        query.offset = offset;
        query.limit = limit;
        return client->users(query);
    };
    list.key = [](const PanelUser& user) { return user.id; };
    list.take = [this, &report](const PanelUser& user) { take(user, report); };
    return panel::read_pages(product, settings_, std::move(list));
}

asio::awaitable<Result<SyncReport>> DirectorySync::full(Deletions deletions) {
    if (auto groups = co_await client_->groups()) {
        directory_.set_groups(*groups);
    } else if (!is_forbidden(groups.error())) {
        co_return groups.error();
    }
    SyncReport report;
    const std::vector<std::int64_t> known = directory_.ids();
    UserQuery everybody;
    auto seen = co_await read_all(std::move(everybody), report);
    if (!seen) {
        co_return seen.error();
    }
    std::vector<std::int64_t> missing = without(known, *seen);
    if (deletions == Deletions::guarded &&
        panel::is_suspicious(settings_, missing.size(), known.size())) {
        co_return partial_list(missing.size(), known.size());
    }
    auto asked = co_await look_up(std::move(missing));
    if (!asked) {
        co_return asked.error();
    }
    report.removed = std::move(asked->removed);
    co_return report;
}

asio::awaitable<Result<SyncReport>> DirectorySync::recent() {
    SyncReport report;
    const std::vector<std::int64_t> were_disabled = directory_.ids_with_status("disabled");
    UserQuery disabled;
    disabled.status = "disabled";
    auto are_disabled = co_await read_all(std::move(disabled), report);
    if (!are_disabled) {
        co_return are_disabled.error();
    }
    UserQuery online;
    online.only_online = true;
    auto are_online = co_await read_all(std::move(online), report);
    if (!are_online) {
        co_return are_online.error();
    }
    auto others = co_await look_up(without(without(were_disabled, *are_disabled), *are_online));
    if (!others) {
        co_return others.error();
    }
    report.removed = std::move(others->removed);
    report.changed.insert(report.changed.end(), others->changed.begin(), others->changed.end());
    co_return report;
}

asio::awaitable<Result<SyncReport>> DirectorySync::look_up(std::vector<std::int64_t> ids) {
    SyncReport report;
    sort_and_dedupe(ids);
    for (std::size_t from = 0; from < ids.size(); from += settings_.ids_at_once) {
        const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(from);
        const std::size_t count = std::min(settings_.ids_at_once, ids.size() - from);
        UserQuery query;
        query.ids.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
        query.limit = count;
        auto page = co_await client_->users(query);
        if (!page) {
            co_return page.error();
        }
        if (page->total != page->users.size()) {
            co_return pages_move("GET /api/users?ids");  // nobody is removed for a list cut short
        }
        std::vector<std::int64_t> found;
        for (const PanelUser& user : page->users) {
            take(user, report);
            found.push_back(user.id);
        }
        sort_and_dedupe(found);
        for (const std::int64_t id : without(query.ids, found)) {
            if (directory_.remove(id)) {
                report.removed.push_back(id);
            }
        }
    }
    co_return report;
}

}  // namespace fairgate::backends::pasarguard
