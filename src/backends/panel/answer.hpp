#pragma once

#include "backends/panel/errors.hpp"
#include "base/error.hpp"
#include "base/json.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace fairgate::backends::panel {

/// `value.name`, or nothing when there is no such member or `value` is no object (or nothing).
const json::Value* member(const json::Value* value, std::string_view name);

/// The product's 010 when `body` is not JSON or not of this shape; `call` says what was asked.
Result<json::Value> read_body(const Product& product, std::string_view body, std::string_view call);

/// 010 made of what from_json() says.
Error misread(const Product& product, std::string_view call, const Error& why);

template <class T>
Result<T> read_as(const Product& product, const json::Value& value, std::string_view call) {
    auto read = json::from_json<T>(value, json::Unknown::ignore);
    return read ? std::move(read) : Result<T>(misread(product, call, read.error()));
}

/// What an administrator wrote beside a user is kept up to here (panels allow 500 characters).
inline constexpr std::size_t longest_note = 500;

/// `detail` of an error answer in one line of at most 200 characters: text, or an object or list
/// of messages; else the beginning of the body. Control characters become spaces.
std::string detail_of(std::string_view body);

}  // namespace fairgate::backends::panel
