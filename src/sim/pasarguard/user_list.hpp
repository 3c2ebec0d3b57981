#pragma once

#include "sim/pasarguard/api.hpp"

namespace fairgate::sim::pasarguard {

/// GET /api/users: filters, sort and pages. No sort: no order at all, another one each time.
/// limit absent or 0: everything. `total` counts what the filters leave, before paging.
Answer<http::Response> list_users(World& world, const Call& call);

/// GET /api/users/simple: ids and names. `all=true` is cut at 10 000 without a word.
Answer<http::Response> list_users_simply(World& world, const Call& call);

}  // namespace fairgate::sim::pasarguard
