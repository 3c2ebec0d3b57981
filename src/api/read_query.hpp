#pragma once

#include "api/schema.hpp"
#include "base/json.hpp"
#include "http/uri.hpp"
#include "model/json.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

namespace fairgate::api {

/// FG-API-400: a parameter that is not known, is said twice, or is not what it should be.
Error wrong_parameter(std::string_view name, std::string_view why);

namespace detail {

/// The text as the JSON value that a member of type T is read from.
template <class T>
json::Value parameter_value(const std::string& text) {
    if constexpr (json::detail::is_optional<T>) {
        return parameter_value<typename T::value_type>(text);
    } else if constexpr (std::is_same_v<T, bool>) {
        return text == "true" || text == "false" ? json::Value(text == "true") : json::Value(text);
    } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, DeviceNumber>) {
        std::int64_t number = 0;
        const char* end = text.data() + text.size();
        const auto [at, failed] = std::from_chars(text.data(), end, number);
        return failed == std::errc{} && at == end ? json::Value(number) : json::Value(text);
    } else {
        return json::Value(text);
    }
}

}  // namespace detail

/// The parameters of a request as a described struct. Those named in `others` are read elsewhere.
template <class T>
Result<T> read_query(const http::Query& query, std::initializer_list<std::string_view> others) {
    boost::json::object object;
    for (const auto& [name, text] : query.all()) {
        bool known = std::find(others.begin(), others.end(), name) != others.end();
        if (known) {
            continue;
        }
        boost::mp11::mp_for_each<json::detail::Members<T>>(
            [&, &key = name, &value = text](auto member) {
                using Member = std::remove_cvref_t<decltype(std::declval<T>().*member.pointer)>;
                if (json::detail::member_name(member.name) == key) {
                    known = true;
                    object[key] = detail::parameter_value<Member>(value);
                }
            }
        );
        if (!known) {
            return wrong_parameter(name, "there is no such parameter here");
        }
        if (query.get_all(name).size() > 1) {
            return wrong_parameter(name, "it is said more than once");
        }
    }
    std::string_view missing;
    boost::mp11::mp_for_each<json::detail::Members<T>>([&](auto member) {
        using Member = std::remove_cvref_t<decltype(std::declval<T>().*member.pointer)>;
        const std::string_view name = json::detail::member_name(member.name);
        if (!detail::may_be_missing<Member> && !object.contains(name)) {
            missing = name;
        }
    });
    if (!missing.empty()) {
        return wrong_parameter(missing, "it must be said");
    }
    auto read = json::from_json<T>(object, json::Unknown::refuse);
    if (!read) {
        const std::string& pointer = read.error().where;
        return wrong_parameter(pointer.empty() ? pointer : pointer.substr(1), read.error().what);
    }
    return read;
}

}  // namespace fairgate::api
