#pragma once

#include "base/error.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::setup {

/// open: not answered yet. passed: answered and tested. skipped: left as it is.
enum class Standing : std::uint8_t { open, passed, skipped };
BOOST_DESCRIBE_ENUM(Standing, open, passed, skipped)

/// What the login is made with. The secret itself is in a file of its own (SecretFile).
enum class LoginBy : std::uint8_t { password, api_key };
BOOST_DESCRIBE_ENUM(LoginBy, password, api_key)

struct PanelAnswer {
    Standing standing = Standing::open;
    std::string name;  ///< of the [[backend]]
    std::string type;  ///< "pasarguard", "marzban"
    std::string url;
    std::string pinned_sha256;
    std::string username;
    LoginBy by = LoginBy::password;
    std::string found;                   ///< "PasarGuard 5.2.1 · 3 nodes · 1 284 users"
    std::vector<std::string> addresses;  ///< of the panel and its nodes
    bool reads_logs = true;
};
BOOST_DESCRIBE_STRUCT(
    PanelAnswer,
    (),
    (standing, name, type, url, pinned_sha256, username, by, found, addresses, reads_logs)
)

struct CoreAnswer {
    Standing standing = Standing::open;
    std::string name;
    std::string api;
    std::string config;
    std::vector<std::string> inbounds;
    std::string found;
};
BOOST_DESCRIBE_STRUCT(CoreAnswer, (), (standing, name, api, config, inbounds, found))

struct LogAnswer {
    Standing standing = Standing::open;
    std::string name;  ///< of the [[source]]
    std::string path;
};
BOOST_DESCRIBE_STRUCT(LogAnswer, (), (standing, name, path))

struct LimitAnswer {
    Standing standing = Standing::open;
    std::optional<int> general;  ///< none: nobody is limited
};
BOOST_DESCRIBE_STRUCT(LimitAnswer, (), (standing, general))

struct ProtectAnswer {
    Standing standing = Standing::open;
    std::vector<std::string> addresses;
};
BOOST_DESCRIBE_STRUCT(ProtectAnswer, (), (standing, addresses))

struct FirewallAnswer {
    Standing standing = Standing::open;
    std::string driver;
};
BOOST_DESCRIBE_STRUCT(FirewallAnswer, (), (standing, driver))

/// All that was answered so far, as it is kept between two runs. No secret is in it.
struct Answers {
    int form = 1;  ///< of this record; another is not taken up
    PanelAnswer panel;
    CoreAnswer core;
    LogAnswer log;
    LimitAnswer limit;
    ProtectAnswer protect;
    FirewallAnswer firewall;

    bool any() const;
};
BOOST_DESCRIBE_STRUCT(Answers, (), (form, panel, core, log, limit, protect, firewall))

/// Where a configuration's unfinished answers are kept, and its secret: beside it, mode 0600.
std::string answers_path(const std::string& configuration);
std::string secret_path(const std::string& configuration);

/// Nothing when there are none, or none that can be taken up.
std::optional<Answers> kept_answers(const std::string& configuration);
/// FG-SET-007
Result<void> keep_answers(const std::string& configuration, const Answers& answers);
/// Removes answers and secret.
void forget_answers(const std::string& configuration);

}  // namespace fairgate::setup
