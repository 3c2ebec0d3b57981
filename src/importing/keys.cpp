#include "importing/keys.hpp"

#include "importing/errors.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace fairgate::importing {

namespace {

constexpr std::int64_t longest = std::int64_t{100} * 365 * 86400;  // seconds: a hundred years

std::string lower(std::string text) {
    for (char& c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
}

std::string upper(std::string text) {
    for (char& c : text) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return text;
}

bool may_be_secret(std::string_view key) {
    static constexpr std::array marks = {"pass", "token", "secret", "url", "key", "proxy", "login"};
    return std::ranges::any_of(marks, [&](const char* mark) {
        return key.find(mark) != std::string_view::npos;
    });
}

}  // namespace

void Keys::add(Draft& draft, const std::string& key, Said said) {
    const auto earlier = said_.find(key);
    if (earlier != said_.end() && earlier->second.value != said.value) {
        draft.leave_out(
            {earlier->second.where, may_be_secret(key) ? json::Value("***") : earlier->second.value
            },
            LeftOutBecause::outdone,
            said.where + " says otherwise and is stronger"
        );
    }
    said_[key] = std::move(said);
}

void Keys::add(Draft& draft, const PeerFile& file) {
    draft.read(file.shown);
    EnvFile env = read_env(file.shown, file.bytes);
    for (Error& fault : env.faults) {
        draft.fault(std::move(fault));
    }
    for (const EnvEntry& entry : env.entries) {
        const std::string where = file.shown + ":" + std::to_string(entry.line) + ": " + entry.key;
        add(draft, lower(entry.key), {where, json::Value(entry.value)});
    }
}

std::optional<Said> Keys::take(std::string_view key) {
    const auto found = said_.find(key);
    if (found == said_.end()) {
        return std::nullopt;
    }
    Said said = std::move(found->second);
    said_.erase(found);
    return said;
}

void Keys::finish(Draft& draft, std::span<const NoCounterpart> known) {
    for (const NoCounterpart& each : known) {
        const auto said = take(each.key);
        if (!said) {
            continue;
        }
        if (each.shown == NoCounterpart::Shown::nothing) {
            draft.leave_out_secret(*said, std::string(each.why));
        } else {
            draft.leave_out(*said, LeftOutBecause::no_counterpart, std::string(each.why));
        }
    }
    for (const auto& [key, said] : said_) {
        draft.unknown(said);
    }
    said_.clear();
}

std::optional<json::Value> json_in(Draft& draft, const PeerFile& file) {
    draft.read(file.shown);
    std::string_view text = file.bytes;
    if (text.starts_with("\xef\xbb\xbf")) {
        text.remove_prefix(3);
    }
    auto value = json::parse(text);
    if (!value) {
        const Error& error = value.error();
        draft.fault(errors::not_that(
            file.shown + (error.where.empty() ? "" : ": " + error.where), "JSON", error.cause
        ));
        return std::nullopt;
    }
    return *std::move(value);
}

std::optional<boost::json::object> object_in(Draft& draft, const PeerFile& file) {
    auto value = json_in(draft, file);
    if (!value) {
        return std::nullopt;
    }
    if (auto* object = value->if_object()) {
        return std::move(*object);
    }
    draft.fault(errors::wrong_value(file.shown, "a JSON object", "something else"));
    return std::nullopt;
}

void take_general(Draft& draft, Keys& keys, std::string_view key) {
    const auto said = keys.take(key);
    if (!said || is_unset(said->value)) {
        return;
    }
    if (const auto number = draft.whole(*said)) {
        draft.set(*said, "", "limits.general", raw(*number));
    }
}

void take_countries(Draft& draft, Keys& keys, std::string_view key) {
    const auto said = keys.take(key);
    if (!said || is_unset(said->value)) {
        return;
    }
    if (auto countries = draft.list(*said)) {
        std::ranges::transform(*countries, countries->begin(), upper);
        draft.set(
            *said,
            "",
            "counting.countries",
            raw(*countries),
            "nobody outside is asked: a table on this machine says countries"
        );
        if (!countries->empty()) {
            draft.advise(
                "only addresses of " + shown(said->value) +
                " will count, which needs a table of countries: fairgate doctor says whether one "
                "is installed (counting.country_file)"
            );
        }
    }
}

void take_interval(Draft& draft, Keys& keys, std::string_view key) {
    const auto said = keys.take(key);
    if (!said || is_unset(said->value)) {
        return;
    }
    if (const auto interval = duration_of(draft, *said, std::chrono::seconds(1))) {
        draft.set(
            *said,
            "s",
            "counting.interval",
            raw(*interval),
            "counts only with counting.method = \"distinct\"; Fairgate judges all the time"
        );
    }
}

void take_domain(Draft& draft, Keys& keys, std::string_view key) {
    const auto said = keys.take(key);
    if (!said || is_unset(said->value)) {
        return;
    }
    const auto text = draft.text(*said);
    if (!text) {
        return;
    }
    // These tools try https and then http, and verify nothing.
    std::string url = *text;
    const bool has_scheme = url.starts_with("http://") || url.starts_with("https://");
    url = has_scheme ? url : "https://" + url;
    while (url.ends_with('/')) {
        url.pop_back();
    }
    draft.panel_url(*said, url);
    if (url.starts_with("https://")) {
        draft.advise(
            "the panel's certificate is always verified here; if it is self-signed, say "
            "pinned_sha256, and http:// in url if the panel on this machine speaks no TLS"
        );
    }
}

std::optional<Duration> duration_of(Draft& draft, const Said& said, Duration unit) {
    const auto number = draft.whole(said);
    if (!number) {
        return std::nullopt;
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(unit).count();
    if (*number < 0 || *number > longest / std::max<std::int64_t>(seconds, 1)) {
        draft.leave_out(said, LeftOutBecause::unusable, "this is no length of time");
        return std::nullopt;
    }
    return unit * *number;
}

}  // namespace fairgate::importing
