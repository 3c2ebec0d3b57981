#include "sim/panel/call.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>

namespace fairgate::sim::panel {

namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

constexpr std::string_view not_a_number =
    "Input should be a valid integer, unable to parse string as an integer";

}  // namespace

std::optional<std::string> Call::parameter(std::string_view name) const {
    const auto value = query.get(name);
    return value ? std::optional(std::string(*value)) : std::nullopt;
}

std::vector<std::string> Call::parameters(std::string_view name) const {
    std::vector<std::string> result;
    for (const std::string_view value : query.get_all(name)) {
        result.emplace_back(value);
    }
    return result;
}

Answer<std::optional<std::int64_t>> Call::number(std::string_view name) const {
    const auto text = parameter(name);
    if (!text) {
        return std::optional<std::int64_t>();
    }
    const auto number = whole_number(*text);
    if (!number) {
        return invalid_field(name, not_a_number);
    }
    return number;
}

Answer<std::vector<std::int64_t>> Call::numbers(std::string_view name) const {
    std::vector<std::int64_t> result;
    for (const std::string& text : parameters(name)) {
        const auto number = whole_number(text);
        if (!number) {
            return invalid_field(name, not_a_number);
        }
        result.push_back(*number);
    }
    return result;
}

Answer<std::int64_t> Call::argument_number(std::string_view name) const {
    const auto found = arguments.find(name);
    const auto number =
        found == arguments.end() ? std::nullopt : whole_number(std::string_view(found->second));
    if (!number) {
        return invalid_field(name, not_a_number);
    }
    return *number;
}

Answer<boost::json::object> Call::json_body() const {
    if (body.empty()) {
        return invalid_field("body", "Field required");
    }
    boost::system::error_code failed;
    boost::json::value value = boost::json::parse(body, failed);
    if (failed) {
        return invalid_field("0", "JSON decode error");
    }
    if (!value.is_object()) {
        return invalid_field("body", "Input should be a valid dictionary");
    }
    return std::move(value.get_object());
}

Call take_apart(const http::Request& request, TimePoint now) {
    const http::Target target = http::split_target(request.target);
    Call call;
    call.method = request.method;
    call.path = http::percent_decode(target.path).value_or("");
    call.query = http::Query::parse(target.query).value_or(http::Query());
    call.headers = request.headers;
    call.body = request.body;
    call.now = now;
    return call;
}

http::Response json_response(int status, const boost::json::value& body) {
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json");
    response.body = boost::json::serialize(body);
    return response;
}

http::Response refusal_response(const Refusal& refusal) {
    boost::json::object body;
    body["detail"] = refusal.detail;
    http::Response response = json_response(refusal.status, body);
    if (refusal.status == 401) {
        response.headers.set("WWW-Authenticate", "Bearer");
    }
    return response;
}

Answer<LoginForm> login_form(const Call& call) {
    const std::string_view type = call.headers.get("Content-Type").value_or("");
    std::optional<std::string> username;
    std::optional<std::string> password;
    if (type.starts_with("application/x-www-form-urlencoded")) {
        const auto form = http::Query::parse(call.body).value_or(http::Query());
        for (const auto& [key, value] : form.all()) {
            if (key == "username") {
                username = value;
            } else if (key == "password") {
                password = value;
            } else if (key == "grant_type" && value != "password") {
                return invalid_field("grant_type", "String should match pattern '^password$'");
            }
        }
    }
    if (!username || !password) {
        return invalid_field(username ? "password" : "username", "Field required");
    }
    return LoginForm{*username, *password};
}

}  // namespace fairgate::sim::panel
