#pragma once

#include "base/json.hpp"
#include "cli/command.hpp"
#include "cli/look.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::cli {

/// The value at "limit.devices", or null.
const json::Value& value_at(const json::Value& data, std::string_view path);

/// One value as its column says.
std::string cell_text(const json::Value& value, Show show, const Look& look);

/// Rows under headings: aligned for people (the heaviest columns left out when it is too wide),
/// with tabs for programs, or CSV (RFC 4180).
std::string table_text(
    std::span<const Column> columns, const boost::json::array& rows, const Look& look
);

/// One thing, a line for each field.
std::string record_text(
    std::span<const Column> columns, const json::Value& record, const Look& look
);

/// The JSON that every command promises: schema, generated_at, data, next_cursor, warnings.
std::string envelope(
    std::string_view schema, const json::Value& data, const json::Value& answer, const Look& look
);

/// "account list" -> "fairgate.account.list/1"
std::string schema_name(std::string_view command_path);

}  // namespace fairgate::cli
