#pragma once

#include "base/error.hpp"
#include "importing/applying/people.hpp"

#include <string>

namespace fairgate::importing::applying {

/// Takes an account that the other tool has disabled over as a measure in force, so that it is
/// given back when it is due: at once if that is past. The journal knows the state to give back
/// only as far as the other tool kept it; the rest the panel itself resolves.
Result<Difference> put_punishment(
    store::Store& store, const Plan& plan, const Punishment& punishment, TimePoint now, Run run
);

/// Under which the store remembers what was taken over of an account.
std::string memory_key(Peer peer, const std::string& what, const std::string& account);

}  // namespace fairgate::importing::applying
