#include "sim/marzban/values.hpp"

#include <algorithm>
#include <array>

namespace fairgate::sim::marzban {

std::string_view version_of(Release release) {
    switch (release) {
        case Release::v0_4:
            return "0.4.9";
        case Release::v0_6:
            return "0.6.0";
        case Release::v0_7:
            return "0.7.0";
        case Release::v0_8:
            return "0.8.4";
    }
    return "";
}

std::string_view to_text(UserStatus status) {
    switch (status) {
        case UserStatus::active:
            return "active";
        case UserStatus::disabled:
            return "disabled";
        case UserStatus::limited:
            return "limited";
        case UserStatus::expired:
            return "expired";
        case UserStatus::on_hold:
            return "on_hold";
    }
    return "";
}

std::optional<UserStatus> parse_status(std::string_view text) {
    for (const UserStatus status :
         {UserStatus::active,
          UserStatus::disabled,
          UserStatus::limited,
          UserStatus::expired,
          UserStatus::on_hold}) {
        if (to_text(status) == text) {
            return status;
        }
    }
    return std::nullopt;
}

std::string_view to_text(ResetStrategy strategy) {
    switch (strategy) {
        case ResetStrategy::no_reset:
            return "no_reset";
        case ResetStrategy::day:
            return "day";
        case ResetStrategy::week:
            return "week";
        case ResetStrategy::month:
            return "month";
        case ResetStrategy::year:
            return "year";
    }
    return "";
}

std::optional<ResetStrategy> parse_strategy(std::string_view text) {
    for (const ResetStrategy strategy :
         {ResetStrategy::no_reset,
          ResetStrategy::day,
          ResetStrategy::week,
          ResetStrategy::month,
          ResetStrategy::year}) {
        if (to_text(strategy) == text) {
            return strategy;
        }
    }
    return std::nullopt;
}

bool is_protocol(std::string_view text) {
    constexpr std::array<std::string_view, 4> known{"vmess", "vless", "trojan", "shadowsocks"};
    return std::find(known.begin(), known.end(), text) != known.end();
}

std::int64_t unix_seconds(TimePoint time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace fairgate::sim::marzban
