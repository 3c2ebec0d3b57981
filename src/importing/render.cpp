#include "importing/render.hpp"

#include "config/raw.hpp"
#include "model/limit.hpp"
#include "model/time.hpp"

namespace fairgate::importing {

namespace {

std::string text_of(const Table& table, const SecretPlace& place) {
    std::string text = "\n" + table.heading + "\n";
    for (const Assignment& value : table.values) {
        const std::string written =
            value.secret.empty() ? value.value : config::quoted(place(value.secret));
        text += value.key + " = " + written + "\n";
    }
    return text;
}

std::string limits_text(const Plan& plan) {
    std::string text = plan.limits.empty() ? "" : "\n[limits.accounts]\n";
    for (const LimitSetting& limit : plan.limits) {
        const std::string devices =
            limit.devices == unlimited ? "\"unlimited\"" : std::to_string(limit.devices);
        text += config::written_key(limit.match) + " = " + devices + "\n";
    }
    return text;
}

std::string exemptions_text(const Plan& plan) {
    std::string text;
    for (const Exemption& exemption : plan.exemptions) {
        text += "\n[[exempt.accounts]]\nname = " + config::quoted(exemption.account.name) + "\n";
        if (exemption.until) {
            text += "until = " + to_rfc3339(*exemption.until) + "\n";
        }
        if (!exemption.reason.empty()) {
            text += "reason = " + config::quoted(exemption.reason) + "\n";
        }
    }
    return text;
}

}  // namespace

std::string file_name(Peer peer) { return "imported-" + std::string(name_of(peer)) + ".toml"; }

std::string to_toml(const Plan& plan, const SecretPlace& place, Extent extent) {
    std::string text =
        "# Made by: fairgate import " + std::string(name_of(plan.peer)) +
        "\n# Another import writes it anew. docs/import.md says what came from where.\n";
    for (const Table& table : plan.tables) {
        text += text_of(table, place);
    }
    if (extent == Extent::accounts_too) {
        text += limits_text(plan) + exemptions_text(plan);
    }
    return text;
}

std::string to_toml(const Plan& plan, const std::string& folder, Extent extent) {
    const auto in_folder = [&](const std::string& name) { return folder + "/" + name; };
    return to_toml(plan, in_folder, extent);
}

}  // namespace fairgate::importing
