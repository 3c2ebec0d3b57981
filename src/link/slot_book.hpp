#pragma once

#include "base/clock.hpp"
#include "link/wire.hpp"
#include "model/address.hpp"
#include "model/observation.hpp"
#include "tracker/slot.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace fairgate::link {

/// The agent's side: who was active, by slot, until the hub has it.
///
/// Observations become pairs (account, address, inbound) with small numbers. Of each slot a pair is
/// reported once, at the next flush() after it was first active in it. Bytes are counted since the
/// start, told every half minute with whatever report is the newest, and all again on a new
/// connection: what is told twice is the same number. Reports stay for as long as
/// a hub that starts again needs them (`keep`, acknowledged ones too), and while the hub is away as
/// long as `most_age` and `most_bytes` allow; then the oldest go and are counted as lost.
class SlotBook {
public:
    struct Settings {
        Duration keep = std::chrono::minutes(6);       ///< a hub's window, and what was late
        Duration most_age = std::chrono::minutes(10);  ///< older ones say nothing about now
        std::size_t most_bytes = 4U << 20U;            ///< of all reports
        std::uint32_t most_pairs = 200'000;            ///< more are not taken, and counted
        std::size_t lines_a_flush = 40;                ///< of evidence
    };
    SlotBook() : SlotBook(Settings()) {}
    explicit SlotBook(Settings settings) : settings_(settings) {}

    void observe(const Observation& seen);
    /// Makes reports of what was seen since the last call, and forgets what is old.
    void flush(TimePoint now);

    /// A hub has taken us on and has the reports up to `have`; what was defined before is
    /// forgotten.
    void connected(std::uint64_t have);
    void acknowledged(std::uint64_t sequence);
    /// The next report to be sent, with what the hub has to know of its pairs. False: none waits.
    bool next(wire::Report& out);
    /// Some lines of this account are wanted, of each of its pairs and of those to come.
    void want(std::string_view account);

    std::size_t waiting() const;
    std::uint64_t acknowledged() const { return acknowledged_; }
    std::uint64_t lost() const { return lost_; }
    std::uint64_t not_taken() const { return not_taken_; }
    std::size_t pairs() const { return numbers_.size(); }
    std::size_t bytes() const { return bytes_; }

private:
    struct Pair {
        std::string account;
        std::string inbound;
        Address address;
        tracker::Slot last = 0;
        tracker::Word active = 0;
        bool in_use = false;
        bool defined = false;        ///< on this connection
        std::uint8_t lines_due = 0;  ///< how many of its next lines are sent as evidence
        bool counted = false;        ///< in counted_ or due_
        std::uint64_t up = 0;
        std::uint64_t down = 0;
    };
    struct Report {
        std::uint64_t sequence = 0;
        TimePoint made;
        tracker::Slot slot = 0;
        std::string active;
        std::vector<wire::Line> lines;
        std::size_t size = 0;
    };

    static std::string key_of(const Observation& seen);
    std::uint32_t number_of(const Observation& seen, tracker::Slot slot);
    static bool mark(Pair& pair, tracker::Slot slot);
    void note_line(std::uint32_t number, const Observation& seen);
    void note_bytes(std::uint32_t number, const Observation& seen);
    void add(TimePoint now, tracker::Slot slot, std::vector<std::uint32_t> numbers);
    void forget_reports(TimePoint now);
    void forget_pairs(tracker::Slot now);
    void define(wire::Report& out, std::uint32_t number);
    void tell_bytes(wire::Report& out);

    Settings settings_;
    std::vector<Pair> pairs_;
    std::unordered_map<std::string, std::uint32_t> numbers_;
    std::vector<std::uint32_t> free_;
    std::unordered_set<std::string> wanted_;  ///< accounts whose lines the hub asked for
    std::map<tracker::Slot, std::vector<std::uint32_t>> fresh_;  ///< since the last flush
    std::vector<wire::Line> lines_;
    std::vector<std::uint32_t> counted_;  ///< whose bytes changed since they were told
    std::vector<std::uint32_t> due_;      ///< of these, the ones to be told next
    tracker::Slot counters_slot_ = 0;
    std::deque<Report> reports_;
    std::uint64_t sequence_ = 0;  ///< of the newest report
    std::uint64_t sent_ = 0;      ///< of the newest that was given out on this connection
    std::uint64_t acknowledged_ = 0;
    std::uint64_t lost_ = 0;
    std::uint32_t lost_untold_ = 0;
    std::uint64_t not_taken_ = 0;
    std::size_t bytes_ = 0;
    tracker::Slot swept_ = 0;
};

}  // namespace fairgate::link
