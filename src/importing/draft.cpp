#include "importing/draft.hpp"

#include "config/load.hpp"
#include "importing/errors.hpp"
#include "model/limit.hpp"
#include "model/time.hpp"

#include <algorithm>

namespace fairgate::importing {

namespace {

template <class T>
std::optional<T> kept(Draft& draft, Result<T> result) {
    if (!result) {
        draft.fault(result.error());
        return std::nullopt;
    }
    return *std::move(result);
}

/// Why Fairgate's own reader would not take this setting, or "".
std::string refusal_of(std::string_view path, const config::Raw& value) {
    const std::string text = std::string(path) + " = " + config::to_toml(value) + "\n";
    const auto read = config::load_text("import", text);
    return read.faults.empty() ? "" : read.faults.front().what;
}

}  // namespace

config::Raw raw(std::int64_t number) { return {{}, number}; }
config::Raw raw(std::string text) { return {{}, std::move(text)}; }
config::Raw raw(Duration duration) { return {{}, to_text(duration)}; }
config::Raw raw(const std::vector<std::string>& list) {
    config::RawList values;
    for (const std::string& each : list) {
        values.push_back(raw(each));
    }
    return {{}, std::move(values)};
}

std::string_view name_of(Peer peer) {
    switch (peer) {
        case Peer::pg_limiter:
            return "pg-limiter";
        case Peer::v2iplimit:
            return "v2iplimit";
        case Peer::marzban_sentry:
            return "marzban-sentry";
        case Peer::luip:
            break;
    }
    return "luip";
}

std::optional<Peer> peer_named(std::string_view name) {
    for (const Peer peer : {Peer::pg_limiter, Peer::v2iplimit, Peer::marzban_sentry, Peer::luip}) {
        if (name_of(peer) == name) {
            return peer;
        }
    }
    return std::nullopt;
}

Draft::Draft(Peer peer, Around around) : around_(std::move(around)) { plan_.peer = peer; }

void Draft::advise(std::string sentence) {
    if (std::ranges::find(plan_.advice, sentence) == plan_.advice.end()) {
        plan_.advice.push_back(std::move(sentence));
    }
}

void Draft::set(
    const Said& said,
    std::string_view unit,
    std::string_view ours,
    config::Raw value,
    std::string note
) {
    if (const std::string refusal = refusal_of(ours, value); !refusal.empty()) {
        leave_out(said, LeftOutBecause::unusable, std::string(ours) + ": " + refusal);
        return;
    }
    values_[std::string(ours)] = value;
    plan_.carried.push_back(
        {said.where,
         shown(said.value),
         std::string(unit),
         std::string(ours),
         config::to_toml(value),
         std::move(note)}
    );
}

bool Draft::takes(std::string_view ours, const config::Raw& value) {
    return refusal_of(ours, value).empty();
}

void Draft::add_pattern(
    const Said& said, std::string_view way, std::string text, std::int64_t devices
) {
    if (const std::string trouble = trouble_with_name(text); !trouble.empty()) {
        leave_out(said, LeftOutBecause::unusable, "the pattern is of no use: " + trouble);
        return;
    }
    Table table{"[[limits.patterns]]", {}};
    table.values.push_back({std::string(way), config::quoted(text), ""});
    table.values.push_back({"devices", config::to_toml(raw(devices)), ""});
    const std::string refusal = add_element(
        said,
        std::move(table),
        "limits.patterns",
        std::string(way) + " " + config::quoted(text) + ": " + std::to_string(devices)
    );
    if (!refusal.empty()) {
        leave_out(said, LeftOutBecause::unusable, refusal);
    }
}

std::string Draft::add_element(
    const Said& said, Table element, std::string_view ours, std::string shown
) {
    std::string text = element.heading + "\n";
    for (const Assignment& value : element.values) {
        text += value.key + " = " + value.value + "\n";
    }
    const auto read = config::load_text("import", text);
    if (!read.faults.empty()) {
        return read.faults.front().what;
    }
    plan_.carried.push_back(
        {said.where, importing::shown(said.value), "", std::string(ours), std::move(shown), ""}
    );
    elements_.push_back(std::move(element));
    return "";
}

void Draft::leave_out(const Said& said, LeftOutBecause because, std::string why) {
    plan_.left_out.push_back({because, said.where, shown(said.value), std::move(why)});
}

void Draft::leave_out_secret(const Said& said, std::string why) {
    if (!is_unset(said.value)) {
        plan_.left_out.push_back({LeftOutBecause::no_counterpart, said.where, "***", std::move(why)}
        );
    }
}

/// Its value is not shown: nobody knows whether it is a secret.
void Draft::unknown(const Said& said) {
    plan_.left_out.push_back(
        {LeftOutBecause::unknown, said.where, "***", "this key is not known; its value is not shown"
        }
    );
}

void Draft::unknown(const Members& members) {
    for (const Said& said : members.rest()) {
        unknown(said);
    }
}

std::optional<std::int64_t> Draft::whole(const Said& said) { return kept(*this, whole_of(said)); }
std::optional<bool> Draft::truth(const Said& said) { return kept(*this, truth_of(said)); }
std::optional<std::string> Draft::text(const Said& said) { return kept(*this, text_of(said)); }
std::optional<std::vector<std::string>> Draft::list(const Said& said) {
    return kept(*this, list_of(said));
}
std::optional<TimePoint> Draft::moment(const Said& said) { return kept(*this, moment_of(said)); }

}  // namespace fairgate::importing
