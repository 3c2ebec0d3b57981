#include "backends/marzban/directory_sync.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::backends::marzban {

namespace asio = boost::asio;
using panel::sort_and_dedupe;
using panel::without;

SyncSettings gentle_pages() {
    SyncSettings settings;
    settings.page = 500;
    settings.ids_at_once = 100;
    return settings;
}

void DirectorySync::take(const PanelUser& user, SyncReport& report) {
    switch (directory_.put(user)) {
        case Directory::Change::none:
            break;
        case Directory::Change::added:
            report.added.push_back(folded(user.username));
            break;
        case Directory::Change::changed:
            report.changed.push_back(folded(user.username));
            break;
    }
}

asio::awaitable<Result<std::vector<std::string>>> DirectorySync::read_all(
    UserQuery query, SyncReport& report
) {
    panel::PagedList<UserPage, std::string> list;
    list.name = "GET /api/users";
    list.ask = [client = client_,
                query = std::move(query)](std::size_t offset, std::size_t limit) mutable {
        query.offset = offset;
        query.limit = limit;
        return client->users(query);
    };
    list.key = [](const PanelUser& user) { return folded(user.username); };
    list.take = [this, &report](const PanelUser& user) { take(user, report); };
    return panel::read_pages(product, settings_, std::move(list));
}

asio::awaitable<Result<SyncReport>> DirectorySync::full(Deletions deletions) {
    SyncReport report;
    const std::vector<std::string> known = directory_.keys();
    UserQuery everybody;
    auto seen = co_await read_all(std::move(everybody), report);
    if (!seen) {
        co_return seen.error();
    }
    std::vector<std::string> missing = without(known, *seen);
    const bool doubtful = panel::is_suspicious(settings_, missing.size(), known.size());
    if (deletions == Deletions::guarded && doubtful) {
        co_return panel::partial_list(product, missing.size(), known.size());
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
    const std::vector<std::string> were_disabled = directory_.keys_with_status("disabled");
    UserQuery disabled;
    disabled.status = "disabled";
    auto are_disabled = co_await read_all(std::move(disabled), report);
    if (!are_disabled) {
        co_return are_disabled.error();
    }
    auto others = co_await look_up(without(were_disabled, *are_disabled));
    if (!others) {
        co_return others.error();
    }
    report.removed = std::move(others->removed);
    report.changed.insert(report.changed.end(), others->changed.begin(), others->changed.end());
    co_return report;
}

asio::awaitable<Result<SyncReport>> DirectorySync::look_up(std::vector<std::string> names) {
    SyncReport report;
    std::transform(names.begin(), names.end(), names.begin(), folded);
    sort_and_dedupe(names);
    for (std::size_t from = 0; from < names.size(); from += settings_.ids_at_once) {
        const auto begin = names.begin() + static_cast<std::ptrdiff_t>(from);
        const std::size_t count = std::min(settings_.ids_at_once, names.size() - from);
        UserQuery query;
        query.names.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
        query.limit = count;
        auto page = co_await client_->users(query);
        if (!page) {
            co_return page.error();
        }
        if (page->total != page->users.size()) {
            // Nobody is removed for a list cut short.
            co_return panel::pages_move(product, "GET /api/users?username");
        }
        std::vector<std::string> found;
        for (const PanelUser& user : page->users) {
            take(user, report);
            found.push_back(folded(user.username));
        }
        sort_and_dedupe(found);
        for (const std::string& name : without(query.names, found)) {
            if (directory_.remove(name)) {
                report.removed.push_back(name);
            }
        }
    }
    co_return report;
}

}  // namespace fairgate::backends::marzban
