#include "link/errors.hpp"

#include "link/frame_reader.hpp"

#include <string>

namespace fairgate::link {

Error token_refused() {
    Error error;
    error.code = "FG-AGT-001";
    error.what = "the hub does not take this token";
    error.cause = "it was used before, is over, or was never given out";
    error.state = "this machine did not join";
    error.next = "on the hub: fairgate node join NAME";
    return error;
}

Error not_a_node(std::string_view node) {
    Error error;
    error.code = "FG-AGT-002";
    error.what = "the hub does not know this node any more";
    error.where = node;
    error.cause = "its certificate was revoked, or the node joined again with another";
    error.state = "nothing is reported from here";
    error.next = "on the hub: fairgate node join " + std::string(node);
    return error;
}

Error no_common_version(std::string_view theirs, unsigned oldest, unsigned newest) {
    Error error;
    error.code = "FG-AGT-003";
    error.what = "agent and hub are too far apart to understand each other";
    error.cause = "the other side is Fairgate " + std::string(theirs) +
                  "; this one speaks versions " + std::to_string(oldest) + " to " +
                  std::to_string(newest) + " of the protocol";
    error.state = "nothing is reported from this node";
    error.next = "install the same version on both: fairgate version";
    return error;
}

Error frame_too_large(std::string_view place, std::size_t size) {
    Error error;
    error.code = "FG-AGT-004";
    error.what = "a message is larger than agent and hub may send";
    error.where = place;
    error.cause = std::to_string(size) + " bytes; the most is " + std::to_string(most_frame);
    error.state = "the connection was closed; nothing of the message was used";
    return error;
}

Error bad_frame(std::string_view place, std::string_view why) {
    Error error;
    error.code = "FG-AGT-005";
    error.what = "a message between agent and hub makes no sense";
    error.where = place;
    error.cause = why;
    error.state = "the connection was closed; nothing of the message was used";
    error.next = "compare fairgate version on both machines";
    return error;
}

Error out_of_turn(std::string_view place, std::string_view what) {
    Error error;
    error.code = "FG-AGT-006";
    error.what = "a message between agent and hub came when it may not";
    error.where = place;
    error.cause = what;
    error.state = "the connection was closed";
    return error;
}

Error connection_lost(std::string_view place, std::string_view why) {
    Error error;
    error.code = "FG-AGT-007";
    error.what = "no connection between agent and hub";
    error.where = place;
    error.cause = why;
    error.state = "what is seen meanwhile is kept for ten minutes";
    error.next = "fairgate node list";
    return error;
}

Error not_the_hub(std::string_view place) {
    Error error;
    error.code = "FG-AGT-008";
    error.what = "what answers there is not the hub that this node belongs to";
    error.where = place;
    error.cause = "its certificate is not signed by the authority that the token named";
    error.state = "nothing was sent";
    error.next = "check the address; something may stand between. Else join again";
    return error;
}

Error no_answer(std::string_view node, std::string_view why) {
    Error error;
    error.code = "FG-NOD-010";
    error.what = "node " + std::string(node) + " did not tell of its connections";
    error.cause = why;
    error.state = "its connections are not among those shown, and none of them was cut";
    error.next = "fairgate node show " + std::string(node);
    return error;
}

Error fell_behind(std::string_view place) {
    Error error;
    error.code = "FG-AGT-009";
    error.what = "the other side does not take what it is sent";
    error.where = place;
    error.state = "the connection was closed";
    return error;
}

}  // namespace fairgate::link
