#include "cli/networks.hpp"

#include "geo/installed_table.hpp"
#include "geo/mmdb_table.hpp"

namespace fairgate::cli {

Result<NetworkTables> network_tables(
    const std::string& file, const std::string& executable_folder
) {
    const std::string chosen = file.empty() ? geo::installed_table(executable_folder) : file;
    if (chosen.empty()) {
        return NetworkTables{[] { return std::make_shared<const NoNetworkTable>(); }, ""};
    }
    auto opened = geo::MmdbTable::open({chosen}, geo::Hold::mapped);
    if (!opened) {
        return opened.error();
    }
    const std::shared_ptr<const geo::MmdbTable> table = *std::move(opened);
    return NetworkTables{
        [table]() -> std::shared_ptr<const NetworkTable> { return table->thread_copy(); }, chosen
    };
}

}  // namespace fairgate::cli
