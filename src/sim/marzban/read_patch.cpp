#include "model/time.hpp"
#include "sim/marzban/wire.hpp"

#include <boost/json/array.hpp>

#include <utility>

// What a PUT or POST body says of a user (Marzban v0.8.4, app/models/user.py).
namespace fairgate::sim::marzban {

namespace json = boost::json;

namespace {

/// What is there and not null.
const json::value* given(const json::object& body, std::string_view field) {
    const json::value* value = body.if_contains(field);
    return value == nullptr || value->is_null() ? nullptr : value;
}

Answer<std::optional<std::int64_t>> read_number(const json::object& body, std::string_view field) {
    const json::value* value = given(body, field);
    if (value == nullptr) {
        return std::optional<std::int64_t>();
    }
    boost::system::error_code failed;
    const auto number = value->to_number<std::int64_t>(failed);
    if (failed) {
        return invalid_field(field, "Input should be a valid integer");
    }
    return std::optional(number);
}

Answer<> read_numbers(const json::object& body, UserPatch& patch) {
    for (auto [field, member] :
         {std::pair{"data_limit", &patch.data_limit},
          std::pair{"expire", &patch.expire},
          std::pair{"on_hold_expire_duration", &patch.on_hold_expire_duration}}) {
        auto number = read_number(body, field);
        if (!number) {
            return number.error();
        }
        *member = *number;
    }
    if (patch.data_limit.value_or(0) < 0) {
        return invalid_field("data_limit", "Input should be greater than or equal to 0");
    }
    return {};
}

/// Both are enums that may be absent and may not be null.
Answer<> read_enums(const json::object& body, UserPatch& patch) {
    if (const json::value* status = body.if_contains("status")) {
        patch.status = status->is_string() ? parse_status(status->get_string()) : std::nullopt;
        if (!patch.status) {
            return invalid_field("status", "Input should be 'active', 'disabled' or 'on_hold'");
        }
    }
    if (const json::value* strategy = body.if_contains("data_limit_reset_strategy")) {
        patch.reset_strategy =
            strategy->is_string() ? parse_strategy(strategy->get_string()) : std::nullopt;
        if (!patch.reset_strategy) {
            return invalid_field(
                "data_limit_reset_strategy",
                "Input should be 'no_reset', 'day', 'week', 'month' or 'year'"
            );
        }
    }
    return {};
}

Answer<> read_plan(const json::object& body, UserPatch& patch) {
    const json::value* value = given(body, "next_plan");
    if (value == nullptr) {
        return {};
    }
    if (!value->is_object()) {
        return invalid_field("next_plan", "Input should be a valid dictionary");
    }
    const json::object& given_plan = value->get_object();
    NextPlan plan;
    for (auto [field, member] :
         {std::pair{"data_limit", &plan.data_limit}, std::pair{"expire", &plan.expire}}) {
        auto number = read_number(given_plan, field);
        if (!number) {
            return number.error();
        }
        *member = *number;
    }
    for (auto [field, member] :
         {std::pair{"add_remaining_traffic", &plan.add_remaining_traffic},
          std::pair{"fire_on_either", &plan.fire_on_either}}) {
        const json::value* flag = given(given_plan, field);
        *member = flag != nullptr && flag->is_bool() && flag->get_bool();
    }
    patch.next_plan = plan;
    return {};
}

Answer<> read_proxies(const json::object& body, UserPatch& patch) {
    const json::value* value = given(body, "proxies");
    if (value == nullptr) {
        return {};
    }
    if (!value->is_object()) {
        return invalid_field("proxies", "Input should be a valid dictionary");
    }
    for (const auto& each : value->get_object()) {
        if (!is_protocol(each.key()) || !each.value().is_object()) {
            return invalid_field("proxies", "Input should be a known protocol with its settings");
        }
        std::string secret;
        for (const char* field : {"id", "password"}) {
            const json::value* text = given(each.value().get_object(), field);
            secret += text != nullptr && text->is_string() ? text->get_string().c_str() : "";
        }
        patch.proxies.emplace(each.key(), std::move(secret));
    }
    return {};
}

Answer<> read_inbounds(const json::object& body, UserPatch& patch) {
    const json::value* value = given(body, "inbounds");
    if (value == nullptr) {
        return {};
    }
    if (!value->is_object()) {
        return invalid_field("inbounds", "Input should be a valid dictionary");
    }
    for (const auto& each : value->get_object()) {
        if (!is_protocol(each.key()) || !each.value().is_array()) {
            return invalid_field("inbounds", "Input should be a known protocol with a list");
        }
        auto& tags = patch.inbounds[std::string(each.key())];
        for (const json::value& tag : each.value().get_array()) {
            if (!tag.is_string()) {
                return invalid_field("inbounds", "Input should be a valid string");
            }
            tags.emplace_back(tag.get_string());
        }
    }
    return {};
}

Answer<> read_rest(const json::object& body, UserPatch& patch) {
    if (const json::value* note = given(body, "note")) {
        if (!note->is_string()) {
            return invalid_field("note", "Input should be a valid string");
        }
        patch.note = std::string(note->get_string());
    }
    if (const json::value* timeout = given(body, "on_hold_timeout")) {
        auto time = timeout->is_string() ? parse_rfc3339(timeout->get_string())
                                         : Result<TimePoint>(Error());
        if (!time) {
            return invalid_field("on_hold_timeout", "Input should be a valid datetime");
        }
        patch.on_hold_timeout = *time;
    }
    return {};
}

}  // namespace

Answer<UserPatch> read_patch(const json::object& body) {
    UserPatch patch;
    for (auto read :
         {read_enums, read_numbers, read_plan, read_proxies, read_inbounds, read_rest}) {
        if (auto done = (*read)(body, patch); !done) {
            return done.error();
        }
    }
    return patch;
}

}  // namespace fairgate::sim::marzban
