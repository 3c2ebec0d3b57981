#pragma once

#include "importing/plan.hpp"

#include <span>
#include <string>
#include <string_view>

namespace fairgate::importing {

/// A folder in which a tool keeps its files where nobody moved them.
struct UsualPlace {
    Peer peer;
    std::string_view path;  ///< "~/…": in the home of whoever cloned it
    /// Its settings, which show that it was set up; none where it keeps only data.
    std::string_view settings = {};
};

/// Where installers put things; tools without one are cloned where their readers are told to.
std::span<const UsualPlace> usual_places();

/// `home` without a slash at its end.
std::string path_of(const UsualPlace& place, std::string_view home);

}  // namespace fairgate::importing
