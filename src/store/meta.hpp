#pragma once

#include "base/error.hpp"

#include <optional>
#include <string>

namespace fairgate::store {

/// Single values that belong nowhere else: the installation's id, when enforcing began, …
class MetaStore {
public:
    virtual ~MetaStore() = default;

    virtual Result<std::optional<std::string>> get(const std::string& key) = 0;
    virtual Result<void> set(const std::string& key, const std::string& value) = 0;
    virtual Result<void> erase(const std::string& key) = 0;
};

}  // namespace fairgate::store
