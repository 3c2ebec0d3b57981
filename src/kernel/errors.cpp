#include "kernel/errors.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace fairgate::kernel::errors {

namespace {

std::string text_of(int number) { return std::generic_category().message(number); }

Error no_capability(std::string_view doing, const std::string& place, int number) {
    return Error{
        .code = "FG-KRN-001",
        .what = "not allowed to " + std::string(doing),
        .where = place,
        .cause = text_of(number),
        .state = "nothing was changed",
        .next = "give the daemon CAP_NET_ADMIN (AmbientCapabilities=CAP_NET_ADMIN in its unit)",
    };
}

Error no_support(std::string_view doing, const std::string& place, int number) {
    return Error{
        .code = "FG-KRN-002",
        .what = "this kernel cannot " + std::string(doing),
        .where = place,
        .cause = text_of(number),
        .state = "nothing was changed",
        .next = "fairgate doctor",
    };
}

}  // namespace

Error netlink_failed(std::string_view doing, const std::string& place, int number) {
    if (number == EPERM || number == EACCES) {
        return no_capability(doing, place, number);
    }
    if (number == EPROTONOSUPPORT || number == EAFNOSUPPORT || number == EOPNOTSUPP ||
        number == ENOPROTOOPT || number == ESOCKTNOSUPPORT || number == ENOENT) {
        return no_support(doing, place, number);
    }
    return Error{
        .code = "FG-KRN-005",
        .what = "cannot " + std::string(doing),
        .where = place,
        .cause = text_of(number),
        .state = "it is not known what was done; look again",
        .next = "fairgate doctor",
    };
}

Error no_namespace(const std::string& name, int number) {
    const bool refused = number == EPERM || number == EACCES;
    return Error{
        .code = "FG-KRN-003",
        .what = "cannot look into the network of " + name,
        .cause = text_of(number),
        .state = "nothing was changed",
        .next =
            refused
                ? "give the daemon CAP_SYS_ADMIN and CAP_SYS_PTRACE as well, or run an agent inside"
                : "check that it runs, and its name",
    };
}

Error several_namespaces(const std::string& process, int one, int other) {
    return Error{
        .code = "FG-KRN-003",
        .what = "cannot look into the network of the process \"" + process + "\"",
        .cause = "processes of that name are in several networks (" + std::to_string(one) + ", " +
                 std::to_string(other) + ")",
        .state = "nothing was changed",
        .next = "name the network itself: a name in /run/netns, or a path",
    };
}

Error is_protected(const std::string& target, const std::string& rule, std::string next) {
    return Error{
        .code = "FG-KRN-004",
        .what = target + " is never blocked or cut",
        .cause = rule,
        .state = "nothing was changed",
        .next = std::move(next),
    };
}

Error unreadable(std::string_view doing, const std::string& place, std::string_view cause) {
    return Error{
        .code = "FG-KRN-006",
        .what = "cannot read the kernel's answer to: " + std::string(doing),
        .where = place,
        .cause = std::string(cause),
        .state = "the answer was thrown away",
        .next = "report it, with the output of uname -r",
    };
}

Error kept_changing(std::string_view doing, const std::string& place, int tries) {
    return Error{
        .code = "FG-KRN-007",
        .what = "cannot " + std::string(doing),
        .where = place,
        .cause = "what was listed changed meanwhile, " + std::to_string(tries) + " times",
        .state = "the answers were thrown away",
        .next = "try again",
    };
}

Error no_destroy(const std::string& place) {
    return Error{
        .code = "FG-KRN-008",
        .what = "this kernel cannot cut live connections",
        .where = place,
        .cause = "it was built without CONFIG_INET_DIAG_DESTROY",
        .state = "new connections are refused all the same; live ones go on until they end",
        .next = "use a kernel of a distribution (Debian, Ubuntu, RHEL have it)",
    };
}

Error no_conntrack(const std::string& place, int number) {
    return Error{
        .code = "FG-KRN-009",
        .what = "this kernel does not track connections",
        .where = place,
        .cause = text_of(number),
        .state = "there is no entry to delete",
        .next = "nothing, unless addresses are translated here (modprobe nf_conntrack)",
    };
}

Error not_to_destroy(const LiveSocket& socket, std::string_view cause) {
    return Error{
        .code = "FG-KRN-011",
        .what =
            "the socket of port " + std::to_string(socket.flow.local.port) + " is not one to cut",
        .where = socket.flow.peer.address.text() + " port " + std::to_string(socket.flow.peer.port),
        .cause = std::string(cause),
        .state = "it was left alone",
        .next = "name a connection of fairgate session list",
    };
}

Error no_ports() {
    return Error{
        .code = "FG-KRN-011",
        .what = "it is not said to which ports the connections are that should be cut",
        .cause =
            "without ports every connection of an address would be cut, also to other services",
        .state = "nothing was cut",
        .next = "name the ports of the inbounds",
    };
}

Error came_back(const LiveSocket& socket) {
    return Error{
        .code = "FG-KRN-010",
        .what =
            "a connection to port " + std::to_string(socket.flow.local.port) + " is there again",
        .where = socket.flow.peer.address.text() + " port " + std::to_string(socket.flow.peer.port),
        .cause = "it connected again while it was cut",
        .state = "those before it were cut",
        .next = "look whether new connections are refused: fairgate block check",
    };
}

}  // namespace fairgate::kernel::errors
