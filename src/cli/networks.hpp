#pragma once

#include "base/error.hpp"
#include "model/origin.hpp"

#include <functional>
#include <memory>
#include <string>

namespace fairgate::cli {

/// Makes a table of networks for each thread that asks: of the file, of the one that is installed,
/// or one that knows nothing. FG-GEO-* for a file that cannot be used.
struct NetworkTables {
    std::function<std::shared_ptr<const NetworkTable>()> make;
    std::string file;  ///< empty: there is none
};
/// `countries` is one more file, of countries; empty: none.
Result<NetworkTables> network_tables(
    const std::string& file, const std::string& countries, const std::string& executable_folder
);

}  // namespace fairgate::cli
