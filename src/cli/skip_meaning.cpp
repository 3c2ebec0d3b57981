#include "cli/skip_meaning.hpp"

namespace fairgate::cli {

std::string_view meaning(logs::Skip skip) {
    using logs::Skip;
    switch (skip) {
        case Skip::none:
            return "";
        case Skip::other:
            return "no access line: start-up text, half a line, or a time, address or port that is "
                   "none";
        case Skip::error_log:
            return "a line of the error log";
        case Skip::dns:
            return "the core's own DNS look-up";
        case Skip::dns_log:
            return "an answer of the core's DNS client";
        case Skip::rejected:
            return "refused by the core; it belongs to no account";
        case Skip::no_email:
            return "it names no account";
        case Skip::masked:
            return "the core hides addresses (log.maskAddress): devices cannot be counted";
        case Skip::unspecified_source:
            return "its source is no address of a client (0.0.0.0 or ::)";
        case Skip::unix_source:
            return "it came over a Unix socket: the client's address is not known";
        case Skip::loopback_source:
            return "it came from this machine: a local proxy hides its clients";
        case Skip::blackholed:
            return "it went to an outbound that leads nowhere";
        case Skip::tainted:
            return "it follows text that a client may have forged";
        case Skip::cdn:
            return "it is the address of the CDN in front of the inbound, and not the client's";
        case Skip::too_long:
            return "it is longer than 64 KiB";
    }
    return "";
}

}  // namespace fairgate::cli
