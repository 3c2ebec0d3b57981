#include "control/violations.hpp"

#include "control/accounts.hpp"
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

/// What is open is written down when it closes; how long it has lasted is known only here.
void bring_up_to_date(const Live& live, std::vector<ViolationRow>& rows) {
    const std::vector<Violation> open = live.open_violations();
    for (ViolationRow& row : rows) {
        for (const Violation& violation : open) {
            if (!row.closed && row.id == fairgate::to_text(violation.id)) {
                row.seconds_over = violation.seconds_over;
            }
        }
    }
}

}  // namespace

asio::awaitable<Result<Listed<ViolationRow>>> list_violations(
    const Live& live, Records records, ViolationSearch search
) {
    const auto cursor = store_cursor(search.cursor, kind, search.limit);
    if (!cursor) {
        co_return cursor.error();
    }
    const AccountKey about = key_of_name(live, search.account, search.backend);
    store::ViolationFilter filter;
    filter.backend = about.backend;
    filter.account = about.name;
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
    bring_up_to_date(live, list.rows);
    list.next_cursor = next_cursor(page->next, kind);
    co_return list;
}

asio::awaitable<Result<ViolationRow>> show_violation(
    const Live& live, Records records, std::string id
) {
    const auto parsed = parse_id<ViolationId>(id);
    if (!parsed) {
        co_return errors::wrong_value(
            "/id", id + " is no violation", "they look like vio_7: fairgate violation list"
        );
    }
    auto reading = [id = *parsed](store::Store& store) { return store.violations().get(id); };
    const auto violation = co_await records.with(std::move(reading));
    if (!violation) {
        Error error = violation.error();
        error.next = "fairgate violation list";
        co_return error;
    }
    std::vector<ViolationRow> rows{row_of(*violation)};
    bring_up_to_date(live, rows);
    co_return rows.front();
}

}  // namespace fairgate::control
