#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace fairgate::sim::panel {

/// The rows of one page; a limit of 0 is everything. Orders only as much as the page needs: 100 000
/// users are read in pages.
template <class Row, class Order>
std::vector<Row> page_of(
    std::vector<Row> rows,
    const std::optional<Order>& order,
    std::int64_t offset,
    std::int64_t limit
) {
    const auto size = static_cast<std::int64_t>(rows.size());
    const auto from = rows.begin() + std::clamp<std::int64_t>(offset, 0, size);
    const auto to =
        limit == 0 ? rows.end() : from + std::min<std::int64_t>(limit, rows.end() - from);
    if (order) {
        if (from != rows.begin() && from != rows.end()) {
            std::nth_element(rows.begin(), from, rows.end(), *order);
        }
        std::partial_sort(from, to, rows.end(), *order);
    }
    return {from, to};
}

}  // namespace fairgate::sim::panel
