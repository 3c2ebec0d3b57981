#include "http/uri.hpp"

#include "http/errors.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace fairgate::http {

namespace {

bool is_unreserved(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::optional<std::string> form_decode(std::string_view text) {
    std::string spaced(text);
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    return percent_decode(spaced);
}

Result<Base> parse_socket_base(std::string_view text) {
    Base base;
    base.scheme = Base::Scheme::unix_socket;
    base.host = text.substr(std::string_view("unix:").size());
    base.host_field = "localhost";
    if (!base.host.starts_with('/')) {
        return bad_address(text, "the path of a socket starts with '/', as in unix:/run/x.sock");
    }
    return base;
}

/// 0 for what is no port.
std::uint16_t port_in(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
    return failure == std::errc{} && end == text.data() + text.size() ? port : std::uint16_t{0};
}

}  // namespace

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 0x0FU];
    }
    return out;
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low < 0) {
            return std::nullopt;
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::optional<Query> Query::parse(std::string_view text) {
    Query query;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view part = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (part.empty()) {
            continue;
        }
        const std::size_t equals = std::min(part.find('='), part.size());
        auto name = form_decode(part.substr(0, equals));
        auto value = form_decode(part.substr(std::min(equals + 1, part.size())));
        if (!name || !value) {
            return std::nullopt;
        }
        query.add(std::move(*name), std::move(*value));
    }
    return query;
}

void Query::add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
}

std::optional<std::string_view> Query::get(std::string_view name) const {
    for (const auto& [key, value] : fields_) {
        if (key == name) {
            return value;
        }
    }
    return std::nullopt;
}

std::vector<std::string_view> Query::get_all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [key, value] : fields_) {
        if (key == name) {
            values.emplace_back(value);
        }
    }
    return values;
}

std::string Query::text() const {
    std::string out;
    for (const auto& [name, value] : fields_) {
        out += out.empty() ? "" : "&";
        out += percent_encode(name) + "=" + percent_encode(value);
    }
    return out;
}

Target split_target(std::string_view target) {
    target = target.substr(0, target.find('#'));
    const std::size_t mark = std::min(target.find('?'), target.size());
    return {target.substr(0, mark), target.substr(std::min(mark + 1, target.size()))};
}

std::string Base::text() const {
    switch (scheme) {
        case Scheme::unix_socket:
            return "unix:" + host;
        case Scheme::http:
            return "http://" + host_field;
        case Scheme::https:
            return "https://" + host_field;
    }
    return {};
}

Result<Base> parse_base(std::string_view text) {
    if (text.starts_with("unix:")) {
        return parse_socket_base(text);
    }
    const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
    const bool is_https = text.starts_with("https://");
    if (!is_https && !text.starts_with("http://")) {
        return bad_address(text, "it starts with https://, http:// or unix:");
    }
    if (parsed.has_error() || parsed->host().empty()) {
        return bad_address(
            text, "write it as https://panel.example.com:8443 (other alphabets in their xn-- form)"
        );
    }
    if (parsed->has_userinfo()) {
        return bad_address(
            "", "it holds a user name or password; give those in their own settings"
        );
    }
    if (parsed->has_query() || parsed->has_fragment()) {
        return bad_address(text, "leave out what follows '?' or '#'");
    }
    // Boost 1.81's port_number() of 99999 is 34463.
    const std::uint16_t port = parsed->has_port() ? port_in(std::string(parsed->port())) : 0;
    if (parsed->has_port() && port == 0) {
        return bad_address(text, "its port is not a number from 1 to 65535");
    }
    Base base;
    base.scheme = is_https ? Base::Scheme::https : Base::Scheme::http;
    base.host = parsed->host_address();
    base.port = port != 0 ? port : static_cast<std::uint16_t>(is_https ? 443 : 80);
    base.path = std::string(parsed->encoded_path());
    while (base.path.ends_with('/')) {
        base.path.pop_back();
    }
    base.host_field = std::string(parsed->encoded_host_and_port());
    return base;
}

}  // namespace fairgate::http
