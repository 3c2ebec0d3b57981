#include "backends/pasarguard/directory_sync.hpp"

#include "backends/pasarguard/errors.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace fairgate::backends::pasarguard {

namespace asio = boost::asio;

namespace {

std::vector<std::int64_t> without(
    const std::vector<std::int64_t>& ids, const std::vector<std::int64_t>& others
) {
    std::vector<std::int64_t> result;
    std::set_difference(
        ids.begin(), ids.end(), others.begin(), others.end(), std::back_inserter(result)
    );
    return result;
}

void sort_and_dedupe(std::vector<std::int64_t>& ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

/// Whether the page holds one of the users that the last one ended with, so that nobody can have
/// slipped through between the two.
bool joins(const std::vector<PanelUser>& users, const std::vector<std::int64_t>& tail) {
    return tail.empty() || std::any_of(users.begin(), users.end(), [&tail](const PanelUser& user) {
               return std::find(tail.begin(), tail.end(), user.id) != tail.end();
           });
}

std::vector<std::int64_t> last_ids(const std::vector<PanelUser>& users, std::size_t most) {
    std::vector<std::int64_t> ids;
    for (std::size_t i = users.size() - std::min(most, users.size()); i < users.size(); ++i) {
        ids.push_back(users[i].id);
    }
    return ids;
}

}  // namespace

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

/// All pages of a query, each beginning with the end of the one before. If that end is not there
/// the list has moved and the page is asked for again from further back.
asio::awaitable<Result<std::vector<std::int64_t>>> DirectorySync::read_all(
    UserQuery query, SyncReport& report
) {
    std::vector<std::int64_t> seen;
    std::vector<std::int64_t> tail;
    std::size_t back = 0;
    int steps_back = 0;
    query.limit = settings_.page;
    while (true) {
        auto page = co_await client_->users(query);
        if (!page) {
            co_return page.error();
        }
        if (query.offset > 0 && !joins(page->users, tail)) {
            if (++steps_back > settings_.most_steps_back) {
                co_return pages_move("GET /api/users");
            }
            back = std::max(settings_.overlap, back * 2);
            query.offset -= std::min(query.offset, back);
            continue;
        }
        back = 0;
        for (const PanelUser& user : page->users) {
            take(user, report);
            seen.push_back(user.id);
        }
        const std::size_t end = query.offset + page->users.size();
        if (page->users.size() < settings_.page || end >= page->total) {
            break;
        }
        tail = last_ids(page->users, settings_.overlap);
        query.offset = end - std::min(settings_.overlap, page->users.size() - 1);
    }
    sort_and_dedupe(seen);
    co_return seen;
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
    if (deletions == Deletions::guarded && is_suspicious(missing.size(), known.size())) {
        co_return partial_list(missing.size(), known.size());
    }
    auto asked = co_await look_up(std::move(missing));
    if (!asked) {
        co_return asked.error();
    }
    report.removed = std::move(asked->removed);
    co_return report;
}

bool DirectorySync::is_suspicious(std::size_t missing, std::size_t known) const {
    const auto share =
        static_cast<std::size_t>(settings_.most_deleted * static_cast<double>(known));
    return missing > std::max(share, settings_.few) || (missing == known && known > 1);
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
