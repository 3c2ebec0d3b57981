#include "base/error.hpp"

namespace fairgate {

std::string to_line(const Error& error) {
    std::string line = error.code + ": " + error.what;
    for (const std::string* part : {&error.where, &error.cause}) {
        if (!part->empty()) {
            line += ": " + *part;
        }
    }
    return line;
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw Fatal(error);
}

}  // namespace fairgate
