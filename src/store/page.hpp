#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace fairgate::store {

enum class Direction { newest_first, oldest_first };

/// Where a list goes on. Ids grow with time, so a page stays what it was while new rows come.
struct Cursor {
    Direction direction = Direction::newest_first;
    std::int64_t from = 0;  ///< the id behind which it goes on; 0: from the beginning
    int limit = 50;         ///< rows; held between 1 and 1000
};

constexpr int page_limit(const Cursor& cursor) { return std::clamp(cursor.limit, 1, 1000); }

template <class Row>
struct Page {
    std::vector<Row> rows;
    std::optional<std::int64_t> next;  ///< Cursor::from of the next page; none: this was the last
};

}  // namespace fairgate::store
