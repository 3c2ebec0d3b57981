#include "grpc/answer.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <charconv>

namespace fairgate::grpc {

Status status_of(std::string_view number) {
    constexpr int last = 16;
    int value = -1;
    const char* const end = number.data() + number.size();
    const auto [stopped, error] =
        std::from_chars(number.data(), number.data() + number.size(), value);
    const bool known = error == std::errc{} && stopped == end && value >= 0 && value <= last;
    return known ? static_cast<Status>(value) : Status::unknown;
}

std::string name_of(Status status) {
    std::string name = boost::describe::enum_to_string(status, "unknown");
    for (char& letter : name) {
        if (letter >= 'a' && letter <= 'z') {
            letter = static_cast<char>(letter - 'a' + 'A');
        }
    }
    return name;
}

}  // namespace fairgate::grpc
