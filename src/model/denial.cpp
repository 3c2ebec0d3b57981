#include "model/denial.hpp"

namespace fairgate {

std::string to_text(const Denial& denial) {
    std::string text = denial.address.text();
    if (denial.is_whole_address()) {
        return text;
    }
    if (denial.peer_port != 0) {
        text = denial.address.is_v4() ? text : "[" + text + "]";
        text += ":" + std::to_string(denial.peer_port);
    }
    text += denial.protocol == Protocol::tcp ? " to tcp/" : " to udp/";
    return text + std::to_string(denial.local_port);
}

Result<> check(const Denial& denial) {
    Error error{
        .code = "FG-KRN-022",
        .what = "a connection is named by both of its ports",
        .where = denial.address.text() + " port " + std::to_string(denial.peer_port),
        .state = "nothing was changed",
        .next = "name the port of this machine as well, or only the address"
    };
    if (denial.peer_port != 0 && denial.local_port == 0) {
        return error;
    }
    if (denial.is_whole_address() && denial.protocol != Protocol::tcp) {
        error.what = "a whole address is refused for TCP and UDP alike";
        error.where = denial.address.text();
        error.next = "name the port of this machine, or no protocol";
        return error;
    }
    return {};
}

}  // namespace fairgate
