#include "api/openapi.hpp"

#include "api/route.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace fairgate::api {

namespace {

boost::json::object parameter(std::string_view place, std::string_view name, json::Value schema) {
    boost::json::object made{{"name", name}, {"in", place}};
    made.emplace("required", place == "path");
    made.emplace("schema", std::move(schema));
    return made;
}

/// "get_accounts_account_limit"
std::string operation_id(const Route& route) {
    std::string id;
    for (const char c : to_text(route.method)) {
        id += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    for (const char c : route.path) {
        if (c == '/') {
            id += '_';
        } else if (c != '{' && c != '}') {
            id += c;
        }
    }
    std::ranges::replace(id, '.', '_');
    return id;
}

std::string tag_of(const Route& route) {
    const std::string_view path = route.path.substr(1);
    return std::string(path.substr(0, path.find('/')));
}

void add_path_parameters(const Route& route, boost::json::array& into) {
    for (std::size_t at = route.path.find('{'); at != std::string_view::npos;
         at = route.path.find('{', at + 1)) {
        const std::size_t end = route.path.find('}', at);
        into.push_back(
            parameter("path", route.path.substr(at + 1, end - at - 1), detail::typed("string"))
        );
    }
}

/// The parameters of a query are the members of its struct, which is no component of its own.
void add_query_parameters(const Route& route, boost::json::array& into) {
    if (route.query_schema != nullptr) {
        Schemas query;
        const json::Value reference = route.query_schema(query);
        const std::string_view path = reference.at("$ref").as_string();
        const std::string_view name = path.substr(path.rfind('/') + 1);
        for (const auto& [key, schema] : query.components().at(name).at("properties").as_object()) {
            into.push_back(parameter("query", key, schema));
        }
    }
    if (route.method != Method::get) {
        into.push_back(parameter("query", "dry_run", detail::typed("boolean")));
        into.push_back(parameter("query", "accept_risk", detail::typed("string")));
    }
}

boost::json::object content(std::string_view type, json::Value schema) {
    boost::json::object media;
    media.emplace("schema", std::move(schema));
    boost::json::object made;
    made.emplace(type, std::move(media));
    return made;
}

boost::json::object responses(const Route& route, Schemas& schemas) {
    boost::json::object ok{{"description", "done"}};
    if (route.answer_schema != nullptr) {
        ok.emplace("content", content("application/json", route.answer_schema(schemas)));
    } else {
        ok.emplace("content", content("text/event-stream", detail::typed("string")));
    }
    boost::json::object failed{{"description", "refused or failed; code says why"}};
    const boost::json::object reference{{"$ref", "#/components/schemas/Problem"}};
    failed.emplace("content", content("application/problem+json", reference));
    boost::json::object all;
    all.emplace("200", std::move(ok));
    all.emplace("default", std::move(failed));
    return all;
}

boost::json::object operation(const Route& route, Schemas& schemas) {
    boost::json::object made{
        {"operationId", operation_id(route)},
        {"summary", route.summary},
        {"tags", boost::json::array{tag_of(route)}}
    };
    made.emplace("x-fairgate-scope", json::to_json(route.scope));
    boost::json::array parameters;
    add_path_parameters(route, parameters);
    add_query_parameters(route, parameters);
    if (!parameters.empty()) {
        made.emplace("parameters", std::move(parameters));
    }
    if (route.body_schema != nullptr) {
        boost::json::object body{{"required", true}};
        body.emplace("content", content("application/json", route.body_schema(schemas)));
        made.emplace("requestBody", std::move(body));
    }
    made.emplace("responses", responses(route, schemas));
    return made;
}

json::Value problem_schema() {
    boost::json::object properties;
    for (const char* name :
         {"type", "title", "detail", "instance", "code", "where", "state", "hint"}) {
        properties.emplace(name, detail::typed("string"));
    }
    properties.emplace("status", detail::typed("integer"));
    properties.emplace("changed", detail::typed("boolean"));
    properties.emplace("retry_after", detail::typed("integer"));
    boost::json::object fault{{"type", "object"}};
    boost::json::object members;
    for (const char* name : {"pointer", "code", "detail"}) {
        members.emplace(name, detail::typed("string"));
    }
    fault.emplace("properties", std::move(members));
    boost::json::object errors{{"type", "array"}};
    errors.emplace("items", std::move(fault));
    properties.emplace("errors", std::move(errors));
    boost::json::object schema{
        {"type", "object"},
        {"required", boost::json::array{"type", "title", "status", "code", "instance", "changed"}}
    };
    schema.emplace("properties", std::move(properties));
    return schema;
}

constexpr std::string_view about =
    "The API of Fairgate's daemon, on its Unix socket and, with a token, over TCP. Times are RFC "
    "3339 in UTC, seconds and bytes whole numbers; what is not known is null, what is empty []. "
    "Every write takes dry_run=true and then only says what it would do. Lists go on with the "
    "cursor of their page. GET has an ETag; PUT and DELETE take it as If-Match; POST takes an "
    "Idempotency-Key. Within v1 members are only added.";

}  // namespace

std::string openapi(std::span<const Route> routes) {
    Schemas schemas;
    boost::json::object paths;
    for (const Route& route : routes) {
        const std::string path = "/api/v1" + std::string(route.path);
        if (!paths.contains(path)) {
            paths.emplace(path, boost::json::object());
        }
        std::string method(to_text(route.method));
        std::ranges::transform(method, method.begin(), [](unsigned char c) {
            return static_cast<char>(std::tolower(c));
        });
        paths.at(path).as_object().emplace(method, operation(route, schemas));
    }
    boost::json::object components;
    boost::json::object all = schemas.components();
    all.emplace("Problem", problem_schema());
    components.emplace("schemas", std::move(all));
    const boost::json::object bearer{{"type", "http"}, {"scheme", "bearer"}};
    components.emplace("securitySchemes", boost::json::object{{"token", bearer}});
    const boost::json::object info{{"title", "Fairgate"}, {"version", "1"}, {"description", about}};
    boost::json::object document{{"openapi", "3.1.0"}, {"info", info}};
    const boost::json::object token{{"token", boost::json::array()}};
    document.emplace("security", boost::json::array{token});
    document.emplace("paths", std::move(paths));
    document.emplace("components", std::move(components));
    return json::serialize(document, json::Layout::indented) + "\n";
}

std::string openapi() { return openapi(routes()); }

}  // namespace fairgate::api
