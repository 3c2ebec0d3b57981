#pragma once

#include "base/error.hpp"
#include "model/decision.hpp"
#include "model/measure.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <exception>
#include <memory>
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

/// The journal as coroutines see it: the calls wait for the disk, on the store's own thread. What
/// comes while the disk is busy goes to it together the next time: waiting for the disk is what a
/// step costs (6 ms where this was written), and a hundred steps need not wait one after the other.
/// Used from one executor, `here`.
class Journal {
public:
    Journal(
        store::Store& store,
        boost::asio::any_io_executor here,
        boost::asio::any_io_executor store_thread
    )
        : store_(store),
          store_thread_(std::move(store_thread)),
          written_(here, boost::asio::steady_timer::time_point::max()) {}

    /// The measure with its ids. What this answered is on the disk; after an error nothing is; when
    /// it was cancelled nobody knows, as after a crash.
    boost::asio::awaitable<Result<Measure>> write(JournalEntry entry);
    /// Stores a decision that changes no measure.
    boost::asio::awaitable<Result<DecisionId>> note(Decision decision);
    boost::asio::awaitable<Result<std::vector<Measure>>> unfinished();
    boost::asio::awaitable<Result<Measure>> get(MeasureId id);

private:
    struct Waiting {
        JournalEntry entry;
        std::optional<Result<Measure>> result;
        std::exception_ptr failure;
    };
    using Batch = std::vector<std::shared_ptr<Waiting>>;

    boost::asio::awaitable<void> write_waiting();
    static std::vector<Result<Measure>> write_together(store::Store& store, const Batch& batch);

    store::Store& store_;
    boost::asio::any_io_executor store_thread_;
    Batch waiting_;
    bool writing_ = false;
    boost::asio::steady_timer written_;  // never expires: cancelled when something was written
};

}  // namespace fairgate::enforcement
