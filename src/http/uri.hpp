#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fairgate::http {

/// Everything but letters, digits and "-._~" as %XX (RFC 3986 2.3): safe as a path segment, as a
/// name or value of a query, and in a form.
std::string percent_encode(std::string_view text);

/// Nothing when a '%' is not followed by two hexadecimal digits. '+' stays '+'.
std::optional<std::string> percent_decode(std::string_view text);

/// Names and values of a query or a form, in order, decoded.
class Query {
public:
    /// Of "a=1&b=%20+x": '+' is a space, empty parts are passed over, a part without '=' has an
    /// empty value. Nothing when an escape is broken.
    static std::optional<Query> parse(std::string_view text);

    void add(std::string name, std::string value);
    /// The first value of that name.
    std::optional<std::string_view> get(std::string_view name) const;
    std::vector<std::string_view> get_all(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }
    /// "a=1&b=%20": for a target after '?', or a body of application/x-www-form-urlencoded.
    std::string text() const;

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

/// The two parts of a request's target, still encoded: "/a/b?c=d" is "/a/b" and "c=d".
struct Target {
    std::string_view path;
    std::string_view query;
};
Target split_target(std::string_view target);

/// Where a client sends its requests.
struct Base {
    enum class Scheme { http, https, unix_socket };

    Scheme scheme = Scheme::http;
    std::string host;  ///< a name or an address without brackets; the path of a socket
    std::uint16_t port = 0;
    std::string path;        ///< put before every target; no '/' at its end
    std::string host_field;  ///< what the Host field says

    /// The address without path, for messages: "https://panel.example.com:8443".
    std::string text() const;
};

/// "https://host[:port][/path]", "http://…", "unix:/path". FG-NET-001 says what is wrong with it;
/// a user name or password inside is refused and not repeated.
Result<Base> parse_base(std::string_view text);

}  // namespace fairgate::http
