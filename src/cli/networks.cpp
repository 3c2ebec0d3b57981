#include "cli/networks.hpp"

#include "geo/installed_table.hpp"
#include "geo/mmdb_table.hpp"

namespace fairgate::cli {

Result<NetworkTables> network_tables(
    const std::string& file, const std::string& countries, const std::string& executable_folder
) {
    const std::string chosen = file.empty() ? geo::installed_table(executable_folder) : file;
    std::vector<std::string> files;
    for (const std::string& one : {chosen, countries}) {
        if (!one.empty()) {
            files.push_back(one);
        }
    }
    if (files.empty()) {
        return NetworkTables{[] { return std::make_shared<const NoNetworkTable>(); }, ""};
    }
    auto opened = geo::MmdbTable::open(files, geo::Hold::mapped);
    if (!opened) {
        return opened.error();
    }
    const std::shared_ptr<const geo::MmdbTable> table = *std::move(opened);
    return NetworkTables{
        [table]() -> std::shared_ptr<const NetworkTable> { return table->thread_copy(); }, chosen
    };
}

}  // namespace fairgate::cli
