#pragma once

#include "model/origin.hpp"

#include <maxminddb.h>

#include <string>

namespace fairgate::geo {

/// How the makers of a table call its fields: MaxMind `autonomous_system_number`,
/// `autonomous_system_organization`, `country.iso_code`; IPinfo and ip-location-db `asn`,
/// `as_name`, `country_code`. Learned from records, since nothing else in the file tells.
class Fields {
public:
    /// False when the record cannot be read.
    bool learn(MMDB_entry_s record);
    bool has_asn() const { return asn_ != nullptr; }
    bool has_country() const { return country_ != nullptr; }

    Asn asn(MMDB_entry_s record) const;
    std::string organisation(MMDB_entry_s record) const;
    std::string country(MMDB_entry_s record) const;

private:
    using Path = const char* const*;  ///< as the library wants it: names, then a null
    Path asn_ = nullptr;
    Path organisation_ = nullptr;
    Path country_ = nullptr;
};

}  // namespace fairgate::geo
