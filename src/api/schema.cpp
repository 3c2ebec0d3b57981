#include "api/schema.hpp"

#include <utility>

namespace fairgate::api::detail {

json::Value or_null(json::Value schema) {
    auto& object = schema.as_object();
    auto* type = object.if_contains("type");
    if (type != nullptr && type->is_string() && !object.contains("enum")) {
        *type = boost::json::array{*type, "null"};
        return schema;
    }
    boost::json::array either;
    either.emplace_back(std::move(schema));
    either.emplace_back(typed("null"));
    return boost::json::object{{"anyOf", std::move(either)}};
}

json::Value device_number() {
    const boost::json::object number{{"type", "integer"}, {"minimum", 0}};
    const boost::json::object word{{"enum", boost::json::array{"unlimited", "as named"}}};
    return boost::json::object{{"oneOf", boost::json::array{number, word}}};
}

json::Value limit_rule() {
    const boost::json::object properties{
        {"origin", of_enum<LimitOrigin>()}, {"rule", typed("string")}, {"devices", device_number()}
    };
    return boost::json::object{
        {"type", "object"},
        {"properties", properties},
        {"required", boost::json::array{"origin", "rule", "devices"}}
    };
}

}  // namespace fairgate::api::detail
