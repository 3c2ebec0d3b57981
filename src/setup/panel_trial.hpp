#pragma once

#include "base/error.hpp"
#include "config/secret.hpp"
#include "config/settings.hpp"
#include "setup/reach.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::setup {

/// A login as it was answered.
struct PanelLogin {
    std::string url;
    std::string pinned_sha256;
    std::string username;
    config::Secret password;
    config::Secret api_key;  ///< instead of both
};

/// What came of trying it.
struct PanelTested {
    config::BackendType type = config::BackendType::pasarguard;
    std::string product;  ///< "PasarGuard 5.2.1"
    std::size_t nodes = 0;
    std::size_t users = 0;
    std::vector<std::string> addresses;  ///< of its nodes: names or addresses
    bool reads_logs = false;             ///< at least one stream opens, or there is no node yet
    std::optional<Error> failed;         ///< the first step that did not pass
    std::optional<Error> no_logs;        ///< all passed, but no log may be read
};

/// Logs in once, asks what Fairgate needs and changes nothing. Which product it is, is told by its
/// answers. Blocks for some seconds, at most for `answer` and a `log` for each node.
PanelTested test_panel(const PanelLogin& login, const TestSettings& settings, const Tell& tell);

/// "PasarGuard 5.2.1 · 3 nodes · 1 284 users"
std::string in_words(const PanelTested& tested);

/// 1284 -> "1 284"
std::string with_blanks(std::size_t number);

}  // namespace fairgate::setup
