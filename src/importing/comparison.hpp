#pragma once

#include "importing/plan.hpp"

#include <boost/describe.hpp>

#include <string>
#include <vector>

namespace fairgate::importing {

enum class Subject { setting, secret, limit, exemption, block, violations };
BOOST_DESCRIBE_ENUM(Subject, setting, secret, limit, exemption, block, violations)

/// created, changed: by this import. same: as it is already. kept: Fairgate's own is left alone,
/// because somebody has set it here. impossible: Fairgate cannot take it over; the note says why.
enum class Standing { created, changed, same, kept, impossible };
BOOST_DESCRIBE_ENUM(Standing, created, changed, same, kept, impossible)

/// What an import does to one thing.
struct Difference {
    Subject subject = Subject::setting;
    std::string what;  ///< "ladder.window", "ali"
    Standing standing = Standing::created;
    std::string before;  ///< as it is here now; empty: not set
    std::string after;
    std::string note;

    bool operator==(const Difference&) const = default;
};
BOOST_DESCRIBE_STRUCT(Difference, (), (subject, what, standing, before, after, note))

/// What an import comes to.
struct Comparison {
    std::vector<Difference> differences;
    std::vector<std::string> written;  ///< files; empty: nothing was written, or this was a look

    bool changes_something() const;
};

}  // namespace fairgate::importing
