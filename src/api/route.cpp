#include "api/route.hpp"

#include <utility>

namespace fairgate::api {

std::string_view to_text(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::del:
            break;
    }
    return "DELETE";
}

Error missing_member(std::string_view name) {
    return {
        .code = "FG-API-422",
        .what = "\"" + std::string(name) + "\" must be said",
        .where = "/" + std::string(name),
        .state = "Nothing was changed."
    };
}

Error wrong_parameter(std::string_view name, std::string_view why) {
    return {
        .code = "FG-API-400",
        .what = "the parameter \"" + std::string(name) + "\" is wrong",
        .where = "?" + std::string(name),
        .cause = std::string(why),
        .state = "Nothing was changed."
    };
}

namespace detail {

json::Value envelope(json::Value data) {
    boost::json::object object;
    object.emplace("data", std::move(data));
    return object;
}

json::Value list_envelope(
    json::Value rows,
    const std::optional<std::string>& next,
    const std::string& summary,
    const std::vector<std::string>& warnings
) {
    boost::json::object page;
    page.emplace("next_cursor", json::to_json(next));
    boost::json::object object;
    object.emplace("data", std::move(rows));
    object.emplace("page", std::move(page));
    object.emplace("summary", summary);
    object.emplace("warnings", json::to_json(warnings));
    return object;
}

json::Value envelope_schema(json::Value data) {
    boost::json::object properties;
    properties.emplace("data", std::move(data));
    return boost::json::object{
        {"type", "object"},
        {"properties", std::move(properties)},
        {"required", boost::json::array{"data"}}
    };
}

json::Value list_envelope_schema(json::Value row) {
    boost::json::object data{{"type", "array"}};
    data.emplace("items", std::move(row));
    const boost::json::object page{
        {"type", "object"},
        {"properties", boost::json::object{{"next_cursor", or_null(typed("string"))}}},
        {"required", boost::json::array{"next_cursor"}}
    };
    const boost::json::object warnings{{"type", "array"}, {"items", typed("string")}};
    boost::json::object properties;
    properties.emplace("data", std::move(data));
    properties.emplace("page", page);
    properties.emplace("summary", typed("string"));
    properties.emplace("warnings", warnings);
    return boost::json::object{
        {"type", "object"},
        {"properties", std::move(properties)},
        {"required", boost::json::array{"data", "page", "summary", "warnings"}}
    };
}

}  // namespace detail

}  // namespace fairgate::api
