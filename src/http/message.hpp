#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::http {

struct Header {
    std::string name;
    std::string value;
};

/// Whether two header names (or other tokens) are the same without regard to ASCII case.
bool same_name(std::string_view a, std::string_view b);

/// Header fields in the order they were sent. Names compare without case (RFC 9110 5.1).
class Headers {
public:
    Headers() = default;
    Headers(std::initializer_list<Header> fields) : fields_(fields) {}

    /// The first field of that name, or nothing.
    std::optional<std::string_view> get(std::string_view name) const;
    void set(std::string name, std::string value);  ///< replaces all of that name
    void add(std::string name, std::string value);
    const std::vector<Header>& all() const { return fields_; }

private:
    std::vector<Header> fields_;
};

struct Request {
    std::string method = "GET";
    std::string target = "/";  ///< path and query, percent-encoded
    Headers headers;
    std::string body;
};

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
};

/// One Server-Sent Event (WHATWG HTML 9.2). A comment line, such as a ping, has `comment` only.
struct Event {
    std::string id;
    std::string type;  ///< empty: "message"
    std::string data;
    std::optional<std::string> comment;
};

}  // namespace fairgate::http
