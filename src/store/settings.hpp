#pragma once

#include "base/error.hpp"
#include "model/setting.hpp"

#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace fairgate::store {

/// How far a source had been read when what it told was counted.
struct SourcePosition {
    std::string source;                  ///< Source::name()
    std::string position;                ///< the source's own JSON: file identity and offset, …
    std::optional<TimePoint> last_line;  ///< the time of the newest line before it
    TimePoint saved;

    bool operator==(const SourcePosition&) const = default;
};
BOOST_DESCRIBE_STRUCT(SourcePosition, (), (source, position, last_line, saved))

/// What makes two entries the same one: setting the second replaces the first.
inline auto key_of(const LimitSetting& e) { return std::tuple(e.origin, e.backend, e.match); }
inline auto key_of(const Exemption& e) { return e.account; }
inline auto key_of(const TrustEntry& e) { return to_text(e.scope); }
inline auto key_of(const ModeOverride& e) { return std::tuple(e.scope, e.backend, e.match); }
inline auto key_of(const LadderSetting& e) { return e.rule; }
inline auto key_of(const RotatingNetwork& e) { return to_text(e.scope); }
inline auto key_of(const SourcePosition& e) { return e.source; }

template <class Entry>
using KeyOf = decltype(key_of(std::declval<Entry>()));

/// A small table of entries that are read as a whole: limits, exemptions, trust, modes, …
template <class Entry>
class SettingStore {
public:
    virtual ~SettingStore() = default;

    virtual Result<void> set(const Entry& entry) = 0;
    /// The entry that was there.
    virtual Result<std::optional<Entry>> remove(const KeyOf<Entry>& key) = 0;
    virtual Result<std::optional<Entry>> find(const KeyOf<Entry>& key) = 0;
    /// Ordered by key, those whose time is over included.
    virtual Result<std::vector<Entry>> all() = 0;
};

}  // namespace fairgate::store
