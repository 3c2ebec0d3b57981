#include "sim/panel/answer.hpp"

#include <stdexcept>
#include <string>

namespace fairgate::sim::panel {

void throw_exception_from_error(const Refusal& refusal, const boost::source_location&) {
    throw std::logic_error("refused with status " + std::to_string(refusal.status));
}

Refusal invalid_field(std::string_view field, std::string_view message) {
    boost::json::object detail;
    detail[field] = message;
    return Refusal{422, std::move(detail)};
}

}  // namespace fairgate::sim::panel
