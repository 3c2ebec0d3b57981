#pragma once

#include "backends/panel/version.hpp"
#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace fairgate::backends::pasarguard {

using panel::PanelVersion;
using panel::to_text;

/// FG-PG-011 for what is no version.
Result<PanelVersion> parse_version(std::string_view text);

/// What a panel of some version understands, from 4.0 on (PasarGuard panel, release notes and
/// source of 4.0 to 5.2). Later versions are taken as the latest known: they announce that routes
/// by name go, and we use those by id.
class Dialect {
public:
    /// FG-PG-012 for a panel before 4.0.
    static Result<Dialect> of(PanelVersion version);
    /// The oldest of the generation with roles: for a panel that hides its version from us.
    static Dialect with_roles() { return Dialect(PanelVersion{5, 0, 0}); }
    static Dialect without_roles() { return Dialect(PanelVersion{4, 0, 0}); }

    PanelVersion version() const { return version_; }

    /// PUT …/disabled, which keeps every other field, next_plan above all.
    bool has_disable_switch() const { return version_ >= PanelVersion{5, 0, 0}; }
    bool has_api_keys() const { return version_ >= PanelVersion{5, 1, 0}; }
    /// Bulk disable and enable keep the next plan; before, they go through PUT and lose it.
    bool bulk_keeps_next_plan() const { return version_ >= PanelVersion{5, 0, 0}; }
    /// The e-mail in log lines is the bare id; before, "id.name".
    bool bare_email() const { return version_ >= PanelVersion{5, 0, 0}; }

    std::string user(std::int64_t id) const;
    std::string user_by_name(std::string_view name) const;
    std::string disabled(std::int64_t id) const;
    /// Online addresses on all nodes; before 5.0 the path names the user.
    std::string online(std::int64_t id, std::string_view name) const;

    bool operator==(const Dialect&) const = default;

private:
    explicit Dialect(PanelVersion version) : version_(version) {}

    PanelVersion version_;
};

}  // namespace fairgate::backends::pasarguard
