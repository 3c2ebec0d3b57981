#pragma once

#include "base/clock.hpp"
#include "http/message.hpp"
#include "http/uri.hpp"
#include "sim/panel/answer.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::sim::panel {

/// One request, taken apart.
struct Call {
    std::string method;
    std::string path;  ///< decoded, without the query
    http::Query query;
    std::map<std::string, std::string, std::less<>> arguments;  ///< of the route's {…}
    http::Headers headers;
    std::string body;
    TimePoint now{};

    std::optional<std::string> parameter(std::string_view name) const;
    std::vector<std::string> parameters(std::string_view name) const;
    /// 422 when it is there and no whole number.
    Answer<std::optional<std::int64_t>> number(std::string_view name) const;
    Answer<std::vector<std::int64_t>> numbers(std::string_view name) const;
    /// 422 when the route's argument is no whole number.
    Answer<std::int64_t> argument_number(std::string_view name) const;
    /// 422 as these panels word it when the body is no JSON object.
    Answer<boost::json::object> json_body() const;
};

Call take_apart(const http::Request& request, TimePoint now);

struct LoginForm {
    std::string username;
    std::string password;
};
/// The body of POST /api/admin/token: a form; 422 for anything else.
Answer<LoginForm> login_form(const Call& call);

http::Response json_response(int status, const boost::json::value& body);
http::Response refusal_response(const Refusal& refusal);

}  // namespace fairgate::sim::panel
