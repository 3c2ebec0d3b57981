#include "cli/networks.hpp"

namespace fairgate::cli {

Result<NetworkTables> network_tables(const std::string& file) {
    if (!file.empty()) {
        return Error{
            .code = "FG-CLI-014",
            .what = "this program was built without tables of networks",
            .where = file
        };
    }
    return NetworkTables{[] { return std::make_shared<const NoNetworkTable>(); }, ""};
}

}  // namespace fairgate::cli
