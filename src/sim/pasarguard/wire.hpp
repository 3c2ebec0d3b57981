#pragma once

#include "sim/pasarguard/panel_state.hpp"
#include "sim/pasarguard/values.hpp"

#include <boost/json/object.hpp>

#include <string>

/// The simulated panel's JSON, as its release writes and reads it (PasarGuard panel, app/models).
namespace fairgate::sim::pasarguard {

/// RFC 3339; without a zone before 5.2, where it means UTC.
std::string time_text(TimePoint time, Release release);

boost::json::object to_json(const NextPlan& plan);
/// All keys, proxy secrets included: what reads it must not keep or show them.
boost::json::object to_json(const User& user, PanelState& panel);
boost::json::object to_json(const Group& group, PanelState& panel);
boost::json::object to_json(const Node& node, const PanelState& panel);
boost::json::object to_json(const Admin& admin, const PanelState& panel);
/// The core configuration: log level, masking and whether online addresses are kept.
struct CoreConfig {
    std::string loglevel = "info";
    std::string mask_address;  ///< "quarter", …; empty: not masked
    bool stats_user_online = true;
};
boost::json::object to_json(const CoreConfig& core, const PanelState& panel);

/// A PUT body. null is the same as absent, but for hwid_limit.
Answer<UserPatch> read_patch(const boost::json::object& body);

/// A list of whole numbers, or 422; absent is empty.
Answer<std::vector<std::int64_t>> read_ids(const boost::json::object& body, std::string_view field);

}  // namespace fairgate::sim::pasarguard
