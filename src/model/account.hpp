#pragma once

#include "base/strong.hpp"

#include <boost/describe.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fairgate {

/// A dense number for an account inside one tracker; means nothing outside it.
using AccountId = Strong<std::uint32_t, struct AccountIdTag>;

/// One customer's credential: the backend that holds it and its name there.
struct AccountKey {
    std::string backend;  ///< the name the operator gave it in the configuration: "main"
    std::string name;     ///< panel user, core e-mail, MTProto secret's name, SSH login

    auto operator<=>(const AccountKey&) const = default;
};
BOOST_DESCRIBE_STRUCT(AccountKey, (), (backend, name))

/// What a backend tells of an account; what limits and filters are chosen by.
struct AccountFacts {
    AccountKey key;
    std::string backend_id;           ///< the backend's own id, "7"; empty if it has none
    std::string status;               ///< in the backend's words: active, disabled, limited, …
    bool enabled = true;              ///< false: the backend itself refuses it now
    std::vector<std::string> groups;  ///< names
    std::string owner;                ///< the reseller or administrator it belongs to
    std::optional<int> device_limit;  ///< the panel's own field, if it has one
    std::string note;  ///< what an administrator wrote beside it; never shown, and so not described

    bool operator==(const AccountFacts&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    AccountFacts, (), (key, backend_id, status, enabled, groups, owner, device_limit)
)

}  // namespace fairgate
