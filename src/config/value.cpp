#include "config/value.hpp"

#include "config/suggest.hpp"
#include "model/time.hpp"

#include <charconv>
#include <cstdint>
#include <limits>

namespace fairgate::config {

namespace {

Complaint complaint_of(std::string code, const Raw& raw, std::string expected, std::string label) {
    return {
        .code = std::move(code),
        .what = "expected " + std::move(expected) + ", got " + to_toml(raw),
        .label = std::move(label),
        .place = raw.place
    };
}

Complaint malformed(const Raw& raw, std::string expected, std::string label = {}) {
    return complaint_of("FG-CFG-008", raw, std::move(expected), std::move(label));
}

std::string bounds(const Row& row) {
    if (row.most.empty()) {
        return row.least.empty() ? "" : "at least " + std::string(row.least);
    }
    return std::string(row.least) + " to " + std::string(row.most);
}

Complaint out_of_range(const Raw& raw, const Row& row) {
    const std::string instead = row.instead.empty() ? "" : " or " + quoted(row.instead);
    return complaint_of("FG-CFG-006", raw, bounds(row) + instead, bounds(row));
}

/// A bound of the table. The table is checked by a test, so a bound always reads.
double bound(std::string_view text, double otherwise) {
    if (text.empty()) {
        return otherwise;
    }
    double value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

bool within(double value, const Row& row) {
    constexpr double infinite = std::numeric_limits<double>::infinity();
    return value >= bound(row.least, -infinite) && value <= bound(row.most, infinite);
}

bool within(Duration value, const Row& row) {
    const auto least = row.least.empty() ? Duration{0} : parse_duration(row.least).value();
    const auto most = row.most.empty() ? Duration::max() : parse_duration(row.most).value();
    return value >= least && value <= most;
}

std::string expected_number(const Row& row, std::string_view kind) {
    return std::string(kind) + (row.instead.empty() ? "" : " or " + quoted(row.instead));
}

/// The duration that a bare number may have meant.
std::string duration_label(const Raw& raw) {
    const auto* number = std::get_if<std::int64_t>(&raw.value);
    return number == nullptr ? ""
                             : "write the unit: \"" + std::to_string(*number) + "s\" or \"" +
                                   std::to_string(*number) + "m\"?";
}

}  // namespace

Complaint wrong_type(const Raw& raw, const Row& row) {
    const std::string expected = row.binding.list ? "a list" : "one value";
    Complaint complaint{
        .code = "FG-CFG-005",
        .what = "expected " + expected + ", got " + std::string(kind_name(raw)),
        .place = raw.place
    };
    if (row.binding.list) {
        complaint.label = "write [ " + to_toml(raw) + " ]";
    }
    return complaint;
}

std::optional<Complaint> read(bool& out, const Raw& raw, const Row&) {
    const auto* flag = std::get_if<bool>(&raw.value);
    if (flag == nullptr) {
        return complaint_of("FG-CFG-005", raw, "true or false", {});
    }
    out = *flag;
    return std::nullopt;
}

std::optional<Complaint> read(int& out, const Raw& raw, const Row& row) {
    const auto* text = std::get_if<std::string>(&raw.value);
    if (text != nullptr && !row.instead.empty() && *text == row.instead) {
        out = unlimited;
        return std::nullopt;
    }
    const auto* number = std::get_if<std::int64_t>(&raw.value);
    if (number == nullptr) {
        return complaint_of("FG-CFG-005", raw, expected_number(row, "a whole number"), {});
    }
    if (!within(static_cast<double>(*number), row) || *number > std::numeric_limits<int>::max() ||
        *number < std::numeric_limits<int>::min()) {
        return out_of_range(raw, row);
    }
    out = static_cast<int>(*number);
    return std::nullopt;
}

std::optional<Complaint> read(double& out, const Raw& raw, const Row& row) {
    double value = 0;
    if (const auto* whole = std::get_if<std::int64_t>(&raw.value)) {
        value = static_cast<double>(*whole);
    } else if (const auto* number = std::get_if<double>(&raw.value)) {
        value = *number;
    } else {
        return complaint_of("FG-CFG-005", raw, "a number", {});
    }
    if (!within(value, row)) {  // also what is not a number at all
        return out_of_range(raw, row);
    }
    out = value;
    return std::nullopt;
}

std::optional<Complaint> read(std::string& out, const Raw& raw, const Row& row) {
    const auto* text = std::get_if<std::string>(&raw.value);
    if (text == nullptr) {
        return complaint_of("FG-CFG-005", raw, "text in quotes", {});
    }
    if (text->find('\0') != std::string::npos || text->find('\n') != std::string::npos) {
        return malformed(raw, "text of one line");
    }
    if (text->empty() && row.need == Need::required) {
        return malformed(raw, "a value that is not empty");
    }
    out = *text;
    return std::nullopt;
}

std::optional<Complaint> read(Secret& out, const Raw& raw, const Row&) {
    const auto* text = std::get_if<std::string>(&raw.value);
    if (text == nullptr || text->empty()) {
        return Complaint{
            .code = "FG-CFG-005",
            .what = "expected text in quotes, got something else",
            .place = raw.place
        };
    }
    out = Secret(*text);
    return std::nullopt;
}

std::optional<Complaint> read(Duration& out, const Raw& raw, const Row& row) {
    const auto* text = std::get_if<std::string>(&raw.value);
    if (text == nullptr) {
        return complaint_of("FG-CFG-005", raw, "a duration such as \"10m\"", duration_label(raw));
    }
    const auto duration = parse_duration(*text);
    if (!duration) {
        return malformed(raw, "a duration such as \"10m\"", "90s, 15m, 2h, 7d or 1h30m");
    }
    if (!within(*duration, row)) {
        return out_of_range(raw, row);
    }
    out = *duration;
    return std::nullopt;
}

std::optional<Complaint> read(TimePoint& out, const Raw& raw, const Row&) {
    if (const auto* time = std::get_if<TimePoint>(&raw.value)) {
        out = *time;
        return std::nullopt;
    }
    const auto* text = std::get_if<std::string>(&raw.value);
    const auto time = parse_rfc3339(text == nullptr ? "" : *text);
    if (!time) {
        return malformed(raw, "a time", "2026-12-01 or 2026-12-01T08:30:00Z");
    }
    out = *time;
    return std::nullopt;
}

std::optional<Complaint> read(LadderStep& out, const Raw& raw, const Row&) {
    constexpr Duration shortest = 10s;
    constexpr Duration longest = std::chrono::days(365);
    const auto* text = std::get_if<std::string>(&raw.value);
    if (text != nullptr && *text == "warn") {
        out = {LadderStep::Kind::warn, {}};
        return std::nullopt;
    }
    if (text != nullptr && *text == "forever") {
        out = {LadderStep::Kind::until_released, {}};
        return std::nullopt;
    }
    if (text != nullptr && *text == "revoke") {
        out = {LadderStep::Kind::revoke, {}};
        return std::nullopt;
    }
    const auto duration = parse_duration(text == nullptr ? "" : *text);
    if (!duration) {
        return malformed(
            raw,
            "a step: \"warn\", a duration such as \"10m\", \"forever\" or \"revoke\"",
            duration_label(raw)
        );
    }
    if (*duration < shortest || *duration > longest) {
        return complaint_of("FG-CFG-006", raw, "a block of 10s to 365d", "10s to 365d");
    }
    out = {LadderStep::Kind::block, *duration};
    return std::nullopt;
}

std::optional<Complaint> read(NetworkScope& out, const Raw& raw, const Row&) {
    const auto* text = std::get_if<std::string>(&raw.value);
    const auto scope = text == nullptr ? std::nullopt : parse_network_scope(*text);
    if (scope) {
        out = *scope;
        return std::nullopt;
    }
    return malformed(
        raw,
        "an address, a network or an AS number",
        R"("198.51.100.7", "2001:db8::/32" or "AS64500"; names are not looked up)"
    );
}

std::optional<std::size_t> read_choice(
    const Raw& raw, const Row& row, std::optional<Complaint>& complaint
) {
    const auto* text = std::get_if<std::string>(&raw.value);
    const std::vector<std::string> names(row.binding.choices.begin(), row.binding.choices.end());
    for (std::size_t i = 0; text != nullptr && i < names.size(); ++i) {
        if (names[i] == *text) {
            return i;
        }
    }
    std::string all;
    for (const std::string& name : names) {
        all += (all.empty() ? "" : ", ") + quoted(name);
    }
    const std::string label = text == nullptr ? "" : did_you_mean(*text, names);
    complaint = complaint_of(
        "FG-CFG-007",
        raw,
        (names.size() > 1 ? "one of " : "") + all,
        label.empty() ? "" : label.substr(1)
    );
    return std::nullopt;
}

Raw write(bool value) { return {{}, value}; }
Raw write(int value) {
    return value == unlimited ? Raw{{}, std::string("unlimited")}
                              : Raw{{}, static_cast<std::int64_t>(value)};
}
Raw write(double value) { return {{}, value}; }
Raw write(const std::string& value) { return {{}, value}; }
Raw write(const Secret& value) { return {{}, std::string(value.empty() ? "" : "***")}; }
Raw write(Duration value) { return {{}, to_text(value)}; }
Raw write(TimePoint value) { return {{}, value}; }
Raw write(const LadderStep& value) {
    switch (value.kind) {
        case LadderStep::Kind::warn:
            return {{}, std::string("warn")};
        case LadderStep::Kind::until_released:
            return {{}, std::string("forever")};
        case LadderStep::Kind::revoke:
            return {{}, std::string("revoke")};
        case LadderStep::Kind::block:
            break;
    }
    return {{}, to_text(value.length)};
}
Raw write(const NetworkScope& value) { return {{}, to_text(value)}; }

}  // namespace fairgate::config
