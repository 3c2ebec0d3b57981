#pragma once

#include <string>

namespace fairgate::geo {

/// The ASN table that came with this installation (scripts/asn-table makes it): the first that is
/// there of <executable's folder>/../share/fairgate/asn.mmdb, and the same below /usr/local/share,
/// /usr/share and /var/lib. Empty if there is none.
std::string installed_table(const std::string& executable_folder);

}  // namespace fairgate::geo
