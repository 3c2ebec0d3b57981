#pragma once

#include "base/clock.hpp"
#include "model/account.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Phrases that use cases share.
namespace fairgate::control {

/// The text as one word of a command line: 'a b', when it needs the quotes.
std::string as_argument(std::string_view text);

/// "ali", or "main/ali" when the backend is said too.
std::string to_text(const AccountKey& key);

/// "2", "unlimited"
std::string devices_text(int devices);

/// A time inside a sentence: RFC 3339 to the second. Programs find exact times in members of their
/// own.
std::string at_text(TimePoint time);
/// " until 2026-12-01T00:00:00Z", or nothing.
std::string until_text(const std::optional<TimePoint>& until);

/// A command with its --reason, if there is one.
std::string with_reason(std::string command, std::string_view reason);

/// "1 account", "3 accounts"
std::string counted(std::size_t number, std::string_view noun);

}  // namespace fairgate::control
