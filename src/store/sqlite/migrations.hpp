#pragma once

#include "base/error.hpp"
#include "store/sqlite/database.hpp"

#include <span>
#include <string_view>

namespace fairgate::store::sqlite {

/// One step of the tables' history. Once released it is never changed, only followed by another.
struct Migration {
    int version = 0;  ///< 1, 2, 3, …
    std::string_view name;
    std::string_view sql;
};

/// All that this program knows.
std::span<const Migration> migrations();

/// Brings the tables up to the last of `known`. Refuses a database that is not Fairgate's
/// (FG-STO-014), that a newer program has changed (FG-STO-002), or whose history differs from
/// `known` (FG-STO-008). Before it changes tables that hold something it leaves a copy beside them.
Result<void> migrate(Database& database, std::span<const Migration> known);

}  // namespace fairgate::store::sqlite
