#pragma once

#include "config/raw.hpp"
#include "importing/plan.hpp"
#include "importing/said.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fairgate::importing {

/// What is known of the machine that a plan is made for.
struct Around {
    TimePoint now;
    std::map<std::string, std::string> backends;  ///< configured already: name -> URL
    std::set<std::string> kept;                   ///< of these, the ones that no import has written
};

/// A plan while it is being made. Of people, what is said later is stronger. A value that
/// Fairgate's own table of settings refuses is left out with the table's words.
class Draft {
public:
    Draft(Peer peer, Around around);

    TimePoint now() const { return around_.now; }
    void read(const std::string& file) { plan_.files.push_back(file); }
    void fault(Error error) { plan_.faults.push_back(std::move(error)); }
    void advise(std::string sentence);

    /// A setting of Fairgate: "limits.general".
    void set(
        const Said& said,
        std::string_view unit,
        std::string_view ours,
        config::Raw value,
        std::string note = {}
    );
    /// Whether this version has such a setting and takes the value.
    static bool takes(std::string_view ours, const config::Raw& value);
    /// One more element of `[[limits.patterns]]`.
    void add_pattern(
        const Said& said, std::string_view way, std::string text, std::int64_t devices
    );
    /// One more element of an array of tables; `shown` is what it says, for people. Why it is not
    /// taken, or "".
    std::string add_element(
        const Said& said, Table element, std::string_view ours, std::string shown
    );
    void leave_out(const Said& said, LeftOutBecause because, std::string why);
    /// Not carried over, and not to be shown.
    void leave_out_secret(const Said& said, std::string why);
    void unknown(const Said& said);
    /// All that were not taken.
    void unknown(const Members& members);

    // People. A number below 1 is no limit, unless it is the one that means "unlimited" there.
    enum class Negative { unlimited, unusable };
    void limit(const Said& said, const std::string& account, Negative negative, LimitSetting more);
    void exempt(const Said& said, Exemption exemption);
    void punish(Punishment punishment);
    void remember(PastViolation violation);

    // The panel, in parts.
    void panel_type(std::string type) { panel_.type = std::move(type); }
    void panel_url(const Said& said, std::string url);
    void panel_username(const Said& said);
    void panel_password(const Said& said);
    void panel_setting(
        const Said& said,
        std::string_view unit,
        std::string_view key,
        config::Raw value,
        std::string note = {}
    );

    // Values; a fault and nothing when they are of the wrong kind.
    std::optional<std::int64_t> whole(const Said& said);
    std::optional<bool> truth(const Said& said);
    std::optional<std::string> text(const Said& said);
    std::optional<std::vector<std::string>> list(const Said& said);
    std::optional<TimePoint> moment(const Said& said);

    Plan finish();

private:
    struct PanelValue {
        Said said;
        std::string unit;
        config::Raw value;
        std::string note;
    };
    struct Panel {
        std::string type;
        std::map<std::string, PanelValue> values;  ///< by our key
        std::optional<Said> password;
    };

    void finish_panel();
    void leave_panel_out(const std::string& why);
    void finish_tables();
    void finish_people();
    void check_whole();
    void fault_of_whole(const Error& fault);

    Around around_;
    Plan plan_;
    Panel panel_;
    std::map<std::string, config::Raw> values_;  ///< by path
    std::vector<Table> elements_;
    std::map<std::string, LimitSetting> limits_;
    std::map<std::string, Exemption> exemptions_;
    std::map<std::string, Punishment> punishments_;
};

/// Raw values, short.
config::Raw raw(std::int64_t number);
config::Raw raw(std::string text);
config::Raw raw(const std::vector<std::string>& list);
/// "90s", "15m".
config::Raw raw(Duration duration);

}  // namespace fairgate::importing
