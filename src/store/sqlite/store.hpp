#pragma once

#include "base/error.hpp"
#include "store/store.hpp"

#include <chrono>
#include <filesystem>
#include <memory>

namespace fairgate::store::sqlite {

/// exclusive: for the daemon; a second one is refused (FG-STO-009). shared: for looking into it
/// while a daemon may be running.
enum class Ownership { exclusive, shared };

struct Settings {
    std::filesystem::path path;
    Ownership ownership = Ownership::exclusive;
    std::chrono::milliseconds patience{5000};  ///< how long a call waits for another process
};

/// Opens the database, makes it if it is not there, and brings its tables up to date; before that
/// a copy is left beside it ("fairgate.db.before-3"). Errors: FG-STO-001 to -009 and -014; what is
/// there has then not been changed.
Result<std::unique_ptr<Store>> open(const Settings& settings);

}  // namespace fairgate::store::sqlite
