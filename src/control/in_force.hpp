#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "config/settings.hpp"
#include "model/setting.hpp"
#include "policy/exceptions.hpp"
#include "policy/limits.hpp"
#include "policy/modes.hpp"
#include "store/settings.hpp"
#include "store/store.hpp"

#include <boost/describe.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

/// What operators set in files and what they set by commands, as one. The only place that says
/// how the two go together: an entry set by a command takes the place of the file's entry for the
/// same thing, and when its time is over the file's counts again.
namespace fairgate::control {

enum class SetIn { file, command };
BOOST_DESCRIBE_ENUM(SetIn, file, command)

template <class Entry>
struct Placed {
    Entry entry;
    SetIn set_in = SetIn::file;
};

/// The entry for that key; null when nothing is set for it.
template <class Entry>
const Placed<Entry>* find_placed(
    const std::vector<Placed<Entry>>& all, const store::KeyOf<Entry>& key
) {
    const auto found = std::ranges::find_if(all, [&key](const Placed<Entry>& placed) {
        return store::key_of(placed.entry) == key;
    });
    return found == all.end() ? nullptr : &*found;
}

/// Fills in where an entry was set, by whom, when and why. A file does not say when.
template <class Row, class Entry>
void tell_origin(Row& row, const Placed<Entry>& placed) {
    row.source = placed.set_in;
    row.by = placed.entry.by;
    if (placed.set_in == SetIn::command) {
        row.at = placed.entry.at;
    }
    row.reason = placed.entry.reason;
}

/// What was set by commands.
struct ByCommand {
    std::vector<LimitSetting> limits;
    std::vector<Exemption> exemptions;
    std::vector<TrustEntry> trust;
    std::vector<ModeOverride> modes;
    std::vector<LadderSetting> ladders;
};

/// Waits for the disk.
Result<ByCommand> read_by_command(store::Store& store);

/// All that applies at `now`.
struct InForce {
    std::vector<Placed<LimitSetting>> limits;  ///< the strongest kind first
    std::vector<Placed<Exemption>> exemptions;
    std::vector<Placed<TrustEntry>> trust;
    std::vector<Placed<ModeOverride>> modes;  ///< the global one first; it is always there
    Placed<LadderSetting> ladder;
    bool use_panel_field = true;
    std::optional<TimePoint> changes_at;  ///< when the first of the entries ends: ask again then
};

InForce in_force(const config::Settings& file, const ByCommand& commands, TimePoint now);

// The same for the policy; where a backend is named, entries for another are left out.
policy::LimitBook limit_book(const InForce& in_force, std::string_view backend);
policy::Exceptions exceptions(
    const InForce& in_force, const config::FilterSettings& filter, std::string_view backend
);
policy::TrustList trust_list(const InForce& in_force, TrustEffect effect);
policy::ModeTable mode_table(const InForce& in_force);
/// In the words of the file, for what reads those.
config::LadderSettings ladder_settings(const InForce& in_force);

}  // namespace fairgate::control
