#include "geo/installed_table.hpp"

#include <filesystem>
#include <system_error>

namespace fairgate::geo {

std::string installed_table(const std::string& executable_folder) {
    const std::string file = "/fairgate/asn.mmdb";
    for (const std::string& folder :
         {executable_folder + "/../share",
          std::string("/usr/local/share"),
          std::string("/usr/share"),
          std::string("/var/lib")}) {
        std::error_code ignored;
        const std::filesystem::path path = folder + file;
        if (std::filesystem::is_regular_file(path, ignored)) {
            return path.lexically_normal().string();
        }
    }
    return {};
}

}  // namespace fairgate::geo
