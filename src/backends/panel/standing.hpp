#pragma once

namespace fairgate::backends::panel {

/// How a part of a user stands to what we know of it.
enum class Standing {
    as_before,  ///< as we found it (or someone has put it back)
    as_after,   ///< as we left it, or on the way there
    otherwise,  ///< someone else has changed it
};

template <class Image>
Standing status_standing(const Image& before, const Image& after, const Image& now) {
    if (now.status == before.status) {
        return Standing::as_before;
    }
    return now.status == after.status ? Standing::as_after : Standing::otherwise;
}

}  // namespace fairgate::backends::panel
