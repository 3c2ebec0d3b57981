#pragma once

#include "replay/replay.hpp"
#include "tracker/tracker.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::replay {

/// One policy over the accounts of one shard: tracks, judges at the end of every slot.
class Judge {
public:
    Judge(const ReplayPolicy& policy, std::shared_ptr<const NetworkTable> networks);

    /// Takes in marks of one stretch of time; `seen` of each is at least `base`.
    void apply(std::span<const tracker::Mark> marks, tracker::Slot base);
    /// The end of the log: judges what is left up to `slot`.
    void finish(tracker::Slot slot);
    /// The log's time went back: what was seen before says nothing about what follows.
    void start_over();
    void follow(const std::string& account) { followed_ = account; }

    tracker::Tracker& tracker() { return tracker_; }
    std::vector<ReplayViolation> take_violations();
    std::vector<TimelineEntry>& timeline() { return timeline_; }
    /// Marks of countries that are not counted.
    std::uint64_t left_out() const { return left_out_; }
    std::size_t violations() const { return closed_.size() + watch_.open().size(); }
    std::map<std::string, std::string>& passed_by() { return passed_by_; }

private:
    void advance(tracker::Slot to);
    void judge_slot(tracker::Slot slot, bool changed_too);
    void judge(AccountId account, tracker::Slot slot);
    void close(AccountId account, std::optional<tracker::Slot> slot);
    void note_origins(AccountId account, int limit, tracker::Slot slot);
    void note_timeline(tracker::Slot slot);
    int limit_of(std::string_view account, TimePoint at);
    bool is_left_out(const tracker::Mark& mark);
    int watch_from(std::string_view account);

    const ReplayPolicy& policy_;
    std::shared_ptr<const NetworkTable> networks_;
    boost::unordered_flat_map<std::uint64_t, bool> is_counted_;  ///< by network, of countries
    std::uint64_t left_out_ = 0;
    tracker::Tracker tracker_;
    policy::ViolationWatch watch_;
    tracker::Slot current_ = std::numeric_limits<tracker::Slot>::min();
    std::vector<tracker::OriginActivity> buffer_;
    std::vector<tracker::Mark> trusted_free_;  ///< marks without the never-counted ones
    struct Origins {
        std::vector<std::string> all;
        std::vector<std::string> late;
    };
    boost::unordered_flat_map<std::uint32_t, Origins> origins_;
    std::vector<ReplayViolation> closed_;
    std::map<std::string, std::string> passed_by_;
    std::string followed_;
    std::vector<TimelineEntry> timeline_;
};

}  // namespace fairgate::replay
