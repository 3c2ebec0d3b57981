#include "grpc/errors.hpp"

namespace fairgate::grpc {

namespace {

constexpr std::size_t longest_cause = 200;

/// What a server wrote, in a form that may be shown: short, and without control bytes.
std::string shown(std::string_view text) {
    std::string result(text.substr(0, longest_cause));
    for (char& byte : result) {
        if (static_cast<unsigned char>(byte) < 0x20U || byte == 0x7F) {
            byte = '?';
        }
    }
    return result;
}

std::string at(std::string_view place, std::string_view method) {
    return std::string(place) + std::string(method);
}

}  // namespace

Error not_grpc(std::string_view place, std::string_view why) {
    return Error{
        .code = "FG-GRPC-001",
        .what = "what answers there does not speak gRPC",
        .where = std::string(place),
        .cause = shown(why),
        .next = "check the address and the port of the API"
    };
}

Error closed_early(std::string_view place, std::string_view method, std::string_view why) {
    return Error{
        .code = "FG-GRPC-002",
        .what = "the connection ended before the answer was whole",
        .where = at(place, method),
        .cause = shown(why),
        .next = "look whether the server was restarted"
    };
}

Error no_answer(std::string_view place, std::string_view method, std::chrono::milliseconds waited) {
    return Error{
        .code = "FG-GRPC-003",
        .what = "no answer within " + std::to_string(waited.count()) + " ms",
        .where = at(place, method),
        .next = "look at the load of that machine"
    };
}

Error too_large(std::string_view place, std::string_view method, std::size_t limit) {
    return Error{
        .code = "FG-GRPC-004",
        .what = "the answer is larger than " + std::to_string(limit) + " bytes",
        .where = at(place, method),
        .next = "check the address and the port of the API"
    };
}

Error malformed(std::string_view place, std::string_view method, std::string_view why) {
    return Error{
        .code = "FG-GRPC-005",
        .what = "the answer cannot be read",
        .where = at(place, method),
        .cause = shown(why),
        .next = "this is a fault of ours or a server newer than we know; report it"
    };
}

Error refused(std::string_view place, std::string_view method, const Answer& answer) {
    Error error;
    error.where = at(place, method);
    error.cause = name_of(answer.status) + ": " + shown(answer.text);
    if (answer.status == Status::unimplemented) {
        error.code = "FG-GRPC-007";
        error.what = "the server does not know this call";
        error.next = "it is older than this call, or the service is not switched on";
    } else if (answer.status == Status::unauthenticated ||
               answer.status == Status::permission_denied) {
        error.code = "FG-GRPC-008";
        error.what = "the server does not permit this call";
        error.next = "check what stands before the API and asks for a login";
    } else {
        error.code = "FG-GRPC-006";
        error.what = "the server refused the call";
        error.next = "look at the server's log";
    }
    return error;
}

}  // namespace fairgate::grpc
