#pragma once

#include "base/error.hpp"
#include "enforcement/executor.hpp"

#include <boost/describe.hpp>

#include <string>

namespace fairgate::control {

/// What somebody may do, each with all before it. write: limits, exemptions, trust, decisions,
/// modes. admin: sources, reload, repair.
enum class Scope { read, write, admin };
BOOST_DESCRIBE_ENUM(Scope, read, write, admin)

/// Who asks or orders something, by which way.
struct Asker {
    std::string who;  ///< "root", "token grafana"
    std::string via;  ///< api, cli, web, bot
    Scope scope = Scope::read;
    std::string request_id;
};

/// FG-AUTH-003 when the asker's scope is not enough.
Result<void> require(const Asker& asker, Scope needed);

/// The asker as enforcement notes it.
enforcement::OrderedBy ordered_by(const Asker& asker, std::string reason);

/// dry: says what would be done, and does nothing.
enum class Run { for_real, dry };

}  // namespace fairgate::control
