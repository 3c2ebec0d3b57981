#pragma once

#include "importing/draft.hpp"
#include "importing/env_file.hpp"
#include "importing/peer_files.hpp"
#include "importing/said.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace fairgate::importing {

/// A key of theirs that has no counterpart here, and why.
struct NoCounterpart {
    enum class Shown { value, nothing };
    std::string_view key;
    std::string_view why;
    Shown shown = Shown::value;
};

/// What several files of one tool say, by one name for each key, and which of it was used. What is
/// added later is stronger; what it outdoes is told to the draft as left out.
class Keys {
public:
    void add(Draft& draft, const std::string& key, Said said);
    /// Each line of an .env file, its keys in lower case. Faults go to the draft.
    void add(Draft& draft, const PeerFile& file);

    std::optional<Said> take(std::string_view key);
    /// The rest: what is known to have no counterpart, and what is not known at all.
    void finish(Draft& draft, std::span<const NoCounterpart> known);

private:
    std::map<std::string, Said, std::less<>> said_;
};

/// A JSON file's object. A fault and nothing when it is none. FG-IMP-003.
std::optional<boost::json::object> object_in(Draft& draft, const PeerFile& file);
/// The same of any JSON.
std::optional<json::Value> json_in(Draft& draft, const PeerFile& file);

// Keys that several tools have.
void take_general(Draft& draft, Keys& keys, std::string_view key);
/// A country ("IR"), or several with commas; "None" is all.
void take_countries(Draft& draft, Keys& keys, std::string_view key);
/// Seconds between two checks.
void take_interval(Draft& draft, Keys& keys, std::string_view key);
/// "panel.example.com:8443", with or without https:// before it.
void take_domain(Draft& draft, Keys& keys, std::string_view key);
/// A time in which their tool counts in units of this; nothing when it is not said. The note is for
/// people. Numbers below 0, or too large to be a time, are left out.
std::optional<Duration> duration_of(Draft& draft, const Said& said, Duration unit);

}  // namespace fairgate::importing
