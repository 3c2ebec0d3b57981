#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "daemon/unit.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <list>
#include <map>
#include <memory>
#include <string>

namespace fairgate::daemon {

/// Who the accounts were when they were last read, by backend. Asking a panel of a hundred thousand
/// takes it a minute or more, in which no line of a log could be told whose it is; so a run begins
/// with what the last one knew, and asks meanwhile. Of backends that have been asked after `since`.
std::map<std::string, std::string> accounts_as_text(
    const std::list<std::unique_ptr<Unit>>& units, TimePoint since
);

/// Waits for the disk.
Result<void> save_accounts(store::Store& store, const std::map<std::string, std::string>& texts);

/// At a start: what the last run knew of accounts, who they are and who came first. What is too old
/// or cannot be read is as if it had never been kept.
boost::asio::awaitable<Result<void>> recall(
    boost::asio::any_io_executor store_thread,
    store::Store& store,
    std::list<std::unique_ptr<Unit>>& units,
    TimePoint now
);

}  // namespace fairgate::daemon
