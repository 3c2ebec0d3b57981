#pragma once

#include "base/error.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace fairgate::grpc {

/// How a server ended a call (gRPC "Statuscodes.md").
enum class Status : std::uint8_t {
    ok = 0,
    cancelled = 1,
    unknown = 2,
    invalid_argument = 3,
    deadline_exceeded = 4,
    not_found = 5,
    already_exists = 6,
    permission_denied = 7,
    resource_exhausted = 8,
    failed_precondition = 9,
    aborted = 10,
    out_of_range = 11,
    unimplemented = 12,
    internal = 13,
    unavailable = 14,
    data_loss = 15,
    unauthenticated = 16
};
BOOST_DESCRIBE_ENUM(
    Status,
    ok,
    cancelled,
    unknown,
    invalid_argument,
    deadline_exceeded,
    not_found,
    already_exists,
    permission_denied,
    resource_exhausted,
    failed_precondition,
    aborted,
    out_of_range,
    unimplemented,
    internal,
    unavailable,
    data_loss,
    unauthenticated
)

/// What a server answered: a message when `status` is ok, else its reason.
struct Answer {
    Status status = Status::ok;
    std::string text;     ///< grpc-message, decoded; as the server wrote it
    std::string message;  ///< the serialized message
};

/// Of grpc-status; a number that is none of these is `unknown`, as the specification wants it.
Status status_of(std::string_view number);

/// "UNIMPLEMENTED", as the specification writes it.
std::string name_of(Status status);

}  // namespace fairgate::grpc
