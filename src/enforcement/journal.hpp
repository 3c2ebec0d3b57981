#pragma once

#include "base/error.hpp"
#include "model/decision.hpp"
#include "model/measure.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace fairgate::enforcement {

/// new_due: the decision ends when the measure is due from now on.
enum class Extent { as_it_was, new_due };

/// What happens to one measure at one moment, all of it or nothing.
struct JournalEntry {
    Measure measure;   ///< as it is from now on; id 0: a new one
    std::string what;  ///< the line of its history; empty: none
    TimePoint now;
    std::optional<Decision> decision;      ///< stored with it; the measure then carries it out
    std::optional<DecisionId> superseded;  ///< a decision that this one takes the place of
    std::optional<DecisionState> decision_state;  ///< if the measure's decision is still in force
    Extent extent = Extent::as_it_was;
    std::optional<store::AuditEntry> audit;
};

/// The journal as coroutines see it: the calls wait for the disk, on the store's own thread.
class Journal {
public:
    Journal(store::Store& store, boost::asio::any_io_executor store_thread)
        : store_(store), store_thread_(std::move(store_thread)) {}

    /// The measure with its ids. What this answered is on the disk; after an error nothing is.
    boost::asio::awaitable<Result<Measure>> write(JournalEntry entry);
    /// Stores a decision that changes no measure.
    boost::asio::awaitable<Result<DecisionId>> note(Decision decision);
    boost::asio::awaitable<Result<std::vector<Measure>>> unfinished();
    boost::asio::awaitable<Result<Measure>> get(MeasureId id);

private:
    store::Store& store_;
    boost::asio::any_io_executor store_thread_;
};

}  // namespace fairgate::enforcement
