#pragma once

#include "sim/marzban/panel_state.hpp"
#include "sim/marzban/values.hpp"

#include <boost/json/object.hpp>

#include <string>

/// The simulated panel's JSON, as its release writes and reads it (Marzban v0.8.4, app/models).
namespace fairgate::sim::marzban {

/// UTC without a zone; a fraction only when there is one.
std::string naive_time(TimePoint time);

boost::json::object to_json(const NextPlan& plan);
/// All keys, proxy secrets and share links included: what reads it must not keep or show them.
/// There is no id.
boost::json::object to_json(const User& user, PanelState& panel);
boost::json::object to_json(const Admin& admin);
boost::json::object to_json(const Core& node);
/// The Xray configuration.
boost::json::object to_json(const CoreConfig& config, const std::vector<Inbound>& inbounds);
/// By protocol.
boost::json::object to_json(const std::vector<Inbound>& inbounds);

/// A PUT or POST body. null is the same as absent, but for status and data_limit_reset_strategy:
/// those are refused 422.
Answer<UserPatch> read_patch(const boost::json::object& body);

}  // namespace fairgate::sim::marzban
