#pragma once

#include "base/error.hpp"
#include "daemon/unit.hpp"
#include "store/store.hpp"

#include <list>
#include <map>
#include <memory>
#include <string>

namespace fairgate::daemon {

/// What is kept of who came first, by backend: a restart must not change who holds a slot, and logs
/// are read again for some minutes only. Empty where nothing counts so.
std::map<std::string, std::string> comings_as_text(const std::list<std::unique_ptr<Unit>>& units);

/// Waits for the disk, as the next.
Result<void> save_comings(store::Store& store, const std::map<std::string, std::string>& texts);
Result<std::map<std::string, std::string>> read_comings(
    store::Store& store, const std::list<std::unique_ptr<Unit>>& units
);

/// Puts them back; what cannot be read is as if it had never been kept.
void take_up_comings(
    const std::map<std::string, std::string>& texts, std::list<std::unique_ptr<Unit>>& units
);

}  // namespace fairgate::daemon
