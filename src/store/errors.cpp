#include "store/errors.hpp"

namespace fairgate::store::errors {

Error no_such(const std::string& id) {
    return Error{.code = std::string(not_found), .what = "there is no " + id};
}

}  // namespace fairgate::store::errors
