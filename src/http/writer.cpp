#include "http/codec.hpp"

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace fairgate::http {

namespace {

/// Fields that say how the message is framed are ours to write.
bool is_framing(std::string_view name) {
    return same_name(name, "Content-Length") || same_name(name, "Transfer-Encoding") ||
           same_name(name, "Connection") || same_name(name, "Keep-Alive");
}

void put(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool is_token(std::string_view text) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";  // RFC 9110 5.6.2
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               others.find(c) != std::string_view::npos;
    });
}

bool is_sendable(const Header& field) {
    return is_token(field.name) && std::none_of(field.value.begin(), field.value.end(), [](char c) {
               return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
           });
}

std::string head_of(const Request& request, const std::string& prefix, const std::string& host) {
    std::string out;
    out.append(request.method).append(" ").append(prefix).append(request.target);
    out.append(" HTTP/1.1\r\n");
    if (!request.headers.get("Host")) {
        put(out, "Host", host);
    }
    if (!request.headers.get("User-Agent")) {
        put(out, "User-Agent", "fairgate");
    }
    for (const Header& field : request.headers.all()) {
        if (!is_framing(field.name)) {
            put(out, field.name, field.value);
        }
    }
    if (request.headers.get("Upgrade")) {
        put(out, "Connection", "Upgrade");  // RFC 9110 7.8
    }
    const bool body_is_usual =
        request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    if (!request.body.empty() || body_is_usual) {
        put(out, "Content-Length", std::to_string(request.body.size()));
    }
    return out.append("\r\n");
}

std::string head_of(
    const Response& response, Framing framing, std::string_view date, std::string_view connection
) {
    const auto status = static_cast<unsigned>(response.status);
    std::string out = "HTTP/1.1 " + std::to_string(status) + " ";
    out.append(boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status)));
    out.append("\r\n");
    if (!response.headers.get("Date")) {
        put(out, "Date", date);
    }
    for (const Header& field : response.headers.all()) {
        // A value with a line break would be a field, or a whole response, of a stranger's making.
        if (!is_framing(field.name) && is_sendable(field)) {
            put(out, field.name, field.value);
        }
    }
    if (framing == Framing::length) {
        put(out, "Content-Length", std::to_string(response.body.size()));
    } else if (framing == Framing::chunked) {
        put(out, "Transfer-Encoding", "chunked");
    }
    if (!connection.empty()) {
        put(out, "Connection", connection);
    }
    return out.append("\r\n");
}

std::string chunk_head(std::size_t size) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
    return std::string(digits.data(), end).append("\r\n");
}

}  // namespace fairgate::http
