#include "control/violations.hpp"

#include "control/cursor.hpp"
#include "control/errors.hpp"
#include "model/ids.hpp"

#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kind = "violations";

ViolationRow row_of(const Violation& violation) {
    ViolationRow row;
    row.id = fairgate::to_text(violation.id);
    row.account = violation.account.name;
    row.backend = violation.account.backend;
    row.devices = violation.devices;
    row.limit = violation.limit;
    row.opened = violation.opened;
    row.closed = violation.closed;
    row.seconds_over = violation.seconds_over;
    row.origins = violation.origins;
    row.confidence = violation.confidence;
    return row;
}

}  // namespace

asio::awaitable<Result<Listed<ViolationRow>>> list_violations(
    Records records, ViolationSearch search
) {
    const auto cursor = store_cursor(search.cursor, kind, search.limit);
    if (!cursor) {
        co_return cursor.error();
    }
    store::ViolationFilter filter;
    filter.backend = search.backend;
    filter.account = search.account;
    filter.since = search.since;
    filter.state = search.open ? store::ViolationState::open : store::ViolationState::any;
    auto reading = [filter = std::move(filter), cursor = *cursor](store::Store& store) {
        return store.violations().list(filter, cursor);
    };
    const auto page = co_await records.with(std::move(reading));
    if (!page) {
        co_return page.error();
    }
    Listed<ViolationRow> list;
    for (const Violation& violation : page->rows) {
        list.rows.push_back(row_of(violation));
    }
    list.next_cursor = next_cursor(page->next, kind);
    co_return list;
}

asio::awaitable<Result<ViolationRow>> show_violation(Records records, std::string id) {
    const auto parsed = parse_id<ViolationId>(id);
    if (!parsed) {
        co_return errors::wrong_value(
            "/id", id + " is no violation", "they look like vio_7: fairgate violation list"
        );
    }
    auto reading = [id = *parsed](store::Store& store) { return store.violations().get(id); };
    const auto violation = co_await records.with(std::move(reading));
    co_return violation ? Result<ViolationRow>(row_of(*violation))
                        : Result<ViolationRow>(violation.error());
}

}  // namespace fairgate::control
