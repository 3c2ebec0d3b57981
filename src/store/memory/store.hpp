#pragma once

#include "store/store.hpp"

#include <memory>

namespace fairgate::store::memory {

/// A store that forgets everything with the process: for tests and the demo. It keeps the same
/// promises as the others but for the disk.
std::unique_ptr<Store> make_store();

}  // namespace fairgate::store::memory
