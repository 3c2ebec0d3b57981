#pragma once

#include "backends/panel/errors.hpp"
#include "base/error.hpp"

#include <boost/asio/awaitable.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Reading lists that shift while they are read: panels have no "changed since", and their pages
/// move when somebody is added or deleted between them.
namespace fairgate::backends::panel {

struct SyncSettings {
    std::size_t page = 1'000;       ///< each row makes the panel load what belongs to it
    std::size_t overlap = 20;       ///< rows read again, to notice that the list moved
    std::size_t ids_at_once = 500;  ///< keeps the address under 16 KB
    /// More missing users than this share (and than `few`) are not believed to be deleted.
    double most_deleted = 0.2;
    std::size_t few = 20;
    int most_steps_back = 200;  ///< before a list that keeps moving is given up for now
};

/// Whether a list that lacks very many of the users is to be believed.
enum class Deletions { guarded, believed };

inline bool is_suspicious(const SyncSettings& settings, std::size_t missing, std::size_t known) {
    const auto share = static_cast<std::size_t>(settings.most_deleted * static_cast<double>(known));
    return missing > std::max(share, settings.few) || (missing == known && known > 1);
}

template <class Key>
void sort_and_dedupe(std::vector<Key>& keys) {
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

/// Both sorted.
template <class Key>
std::vector<Key> without(const std::vector<Key>& keys, const std::vector<Key>& others) {
    std::vector<Key> result;
    std::set_difference(
        keys.begin(), keys.end(), others.begin(), others.end(), std::back_inserter(result)
    );
    return result;
}

/// A list as a panel gives it: how a page of it is asked for, what its users are told apart by, and
/// who takes them. `Page` has `users` and `total`.
template <class Page, class Key>
struct PagedList {
    using User = typename decltype(Page::users)::value_type;

    std::string name;  ///< for errors: "GET /api/users"
    std::function<boost::asio::awaitable<Result<Page>>(std::size_t offset, std::size_t limit)> ask;
    std::function<Key(const User&)> key;
    std::function<void(const User&)> take;
};

/// All pages, each beginning with the end of the one before. If that end is not there the list has
/// moved and the page is asked for again from further back; the product's 022 when it keeps moving.
/// Gives the keys of everybody seen, sorted.
template <class Page, class Key>
boost::asio::awaitable<Result<std::vector<Key>>> read_pages(
    const Product& product, SyncSettings settings, PagedList<Page, Key> list
) {
    std::vector<Key> seen;
    std::vector<Key> tail;
    std::size_t offset = 0;
    std::size_t back = 0;
    int steps_back = 0;
    while (true) {
        auto page = co_await list.ask(offset, settings.page);
        if (!page) {
            co_return page.error();
        }
        std::vector<Key> keys;
        for (const auto& user : page->users) {
            keys.push_back(list.key(user));
        }
        const bool joins =
            tail.empty() ||
            std::find_first_of(keys.begin(), keys.end(), tail.begin(), tail.end()) != keys.end();
        if (offset > 0 && !joins) {
            if (++steps_back > settings.most_steps_back) {
                co_return pages_move(product, list.name);
            }
            back = std::max(settings.overlap, back * 2);
            offset -= std::min(offset, back);
            continue;
        }
        back = 0;
        for (const auto& user : page->users) {
            list.take(user);
        }
        seen.insert(seen.end(), keys.begin(), keys.end());
        const std::size_t end = offset + keys.size();
        if (keys.size() < settings.page || end >= page->total) {
            break;
        }
        const std::size_t kept = std::min(settings.overlap, keys.size());
        tail.assign(keys.end() - static_cast<std::ptrdiff_t>(kept), keys.end());
        offset = end - std::min(settings.overlap, keys.size() - 1);
    }
    sort_and_dedupe(seen);
    co_return seen;
}

}  // namespace fairgate::backends::panel
