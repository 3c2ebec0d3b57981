#pragma once

#include "base/error.hpp"

#include <boost/describe.hpp>

#include <initializer_list>
#include <string>
#include <vector>

namespace fairgate::backends::panel {

/// good: works. warning: works, with something to know. bad: does not, and so nothing that needs
/// it. skipped: could not be tried because of an earlier one.
enum class ProbeOutcome { good, warning, bad, skipped };
BOOST_DESCRIBE_ENUM(ProbeOutcome, good, warning, bad, skipped)

/// One line of a connection test.
struct ProbeStep {
    /// reach, tls, login, version, users, write, nodes; log for each node, core for each core
    std::string name;
    ProbeOutcome outcome = ProbeOutcome::good;
    std::string text;  ///< what was found
    std::string code;  ///< of the error, or of the warning: the product's 040 to 049
    std::string next;  ///< what to do about it
};
BOOST_DESCRIBE_STRUCT(ProbeStep, (), (name, outcome, text, code, next))

/// How steps are made.
namespace steps {

using Steps = std::vector<ProbeStep>;

ProbeStep good(std::string name, std::string text);
ProbeStep bad(std::string name, const Error& error);
/// About one of several: `which` stands before what was found.
ProbeStep bad_of(const std::string& which, std::string name, const Error& error);
ProbeStep warning(std::string name, std::string text, std::string code, std::string next);
void skip(Steps& steps, std::initializer_list<const char*> names);

/// Nothing of the panel itself was reached.
bool is_about_the_way_there(const Error& error);
/// The certificate: not trusted, for another name, not the pinned one, or no TLS at all.
bool is_about_tls(const Error& error);

}  // namespace steps

}  // namespace fairgate::backends::panel
