#include "importing/late_comers.hpp"

#include <array>
#include <utility>

namespace fairgate::importing {

namespace {

void take_duration(
    Draft& draft, Keys& keys, std::string_view key, const LateComers& late, std::string_view ours
) {
    const auto said = keys.take(key);
    if (!said || is_unset(said->value)) {
        return;
    }
    if (const auto time = duration_of(draft, *said, late.unit)) {
        draft.set(*said, late.unit_name, ours, raw(*time));
    }
}

}  // namespace

void take_late_comers(Draft& draft, Keys& keys, const LateComers& late) {
    draft.set(
        {"how it works", json::Value("first come, first served")},
        "",
        "counting.method",
        raw(std::string("first_come")),
        "who came first stays, and neighbours at the same address are spared"
    );
    take_duration(draft, keys, late.ban_key, late, "first_come.ban_time");
    take_duration(draft, keys, late.lifetime_key, late, "first_come.lifetime");
}

void take_firewall(Draft& draft, Keys& keys, std::string_view key, std::string_view usual) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> known = {{
        {"ufw", "ufw"},
        {"iptables", "iptables"},
        {"fail2ban", "fail2ban"},
    }};
    const auto written = key.empty() ? std::nullopt : keys.take(key);
    const Said said = written.value_or(Said{"how it works", json::Value(usual)});
    std::string word = shown(said.value);
    for (char& c : word) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    for (const auto& [theirs, ours] : known) {
        if (word == theirs) {
            const std::string note =
                ours == usual ? "" : "it said so and used " + std::string(usual) + " all the same";
            draft.set(said, "", "firewall.driver", raw(std::string(ours)), note);
            return;
        }
    }
    draft.leave_out(said, LeftOutBecause::unusable, "it is no firewall that Fairgate knows");
}

void take_panel(Draft& draft, Keys& keys, const PanelKeys& names) {
    draft.panel_type("marzban");
    const auto host = keys.take(names.host);
    const auto port = keys.take(names.port);
    const auto tls = keys.take(names.tls);
    if (host && !is_unset(host->value)) {
        const bool encrypted = tls && draft.truth(*tls).value_or(false);
        const auto number =
            port && !is_unset(port->value) ? draft.whole(*port) : std::optional<std::int64_t>();
        const std::string name = draft.text(*host).value_or("");
        const std::string url = std::string(encrypted ? "https://" : "http://") + name +
                                (number ? ":" + std::to_string(*number) : "");
        draft.panel_url(*host, url);
    }
    if (const auto name = keys.take(names.username); name && !is_unset(name->value)) {
        draft.panel_username(*name);
    }
    if (const auto password = keys.take(names.password)) {
        draft.panel_password(*password);
    }
}

}  // namespace fairgate::importing
