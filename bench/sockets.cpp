// bench-sockets PAIRS ROUNDS: a network of its own with so many connections (two sockets each), and
// how long it takes to list them, as `ss -tinH` does, and to cut a hundred of them. JSON on stdout.
//
// Two processes hold the ends, because each may have 20,000 files. After each cut the clients that
// were reset connect again, so that every round finds as many.
#include "kernel/sockets.hpp"

#include "kernel/cut.hpp"
#include "kernel/netlink_socket.hpp"
#include "kernel/operator_sessions.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <random>
#include <sched.h>
#include <span>
#include <string>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

using namespace fairgate;
using namespace fairgate::kernel;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::uint32_t server_bits = 0xc6336401;  // 198.51.100.1
constexpr std::uint32_t client_bits = 0xcb007107;  // 203.0.113.7
constexpr std::uint16_t port = 443;
constexpr std::size_t cut_at_once = 100;

[[noreturn]] void fail(const std::string& what) {
    const std::string why = std::generic_category().message(errno);
    std::fprintf(stderr, "bench-sockets: %s: %s\n", what.c_str(), why.c_str());
    _exit(1);
}

void require(bool holds, const std::string& what) {
    if (!holds) {
        fail(what);
    }
}

void add_address(std::uint32_t bits) {
    auto netlink = NetlinkSocket::open(NetworkNamespace::own(), NETLINK_ROUTE);
    ifaddrmsg header{};
    header.ifa_family = AF_INET;
    header.ifa_prefixlen = 32;
    header.ifa_index = if_nametoindex("lo");
    RequestWriter request;
    request.begin(RTM_NEWADDR, NLM_F_CREATE | NLM_F_ACK, netlink->next_sequence());
    request.put(header);
    request.attribute(IFA_LOCAL, htonl(bits));
    request.end();
    require(netlink->list(request, "add", [](const NetlinkMessage&) {}).has_value(), "address");
}

void make_network() {
    require(unshare(CLONE_NEWNET) == 0, "a network namespace (needs root)");
    const Descriptor socket(::socket(AF_INET, SOCK_DGRAM, 0));
    ifreq request{};
    std::memcpy(request.ifr_name, "lo", 3);
    request.ifr_flags = IFF_UP;
    require(ioctl(socket.get(), SIOCSIFFLAGS, &request) == 0, "lo");
    add_address(server_bits);
    add_address(client_bits);
    const rlimit files{.rlim_cur = 20000, .rlim_max = 20000};
    require(setrlimit(RLIMIT_NOFILE, &files) == 0, "20,000 files");
}

sockaddr_in socket_address(std::uint32_t bits, std::uint16_t at) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(at);
    result.sin_addr.s_addr = htonl(bits);
    return result;
}

const sockaddr* as_sockaddr(const sockaddr_in& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

/// Accepts, and lets go of what was reset.
[[noreturn]] void serve(int listener) {
    const int poller = epoll_create1(0);
    epoll_event event{.events = EPOLLIN, .data = {.fd = listener}};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    std::array<epoll_event, 256> events{};
    for (;;) {
        const int count = epoll_wait(poller, events.data(), events.size(), -1);
        for (int i = 0; i < count; ++i) {
            const int fd = events[static_cast<std::size_t>(i)].data.fd;
            if (fd != listener) {
                close(fd);
                continue;
            }
            for (int made = 0; (made = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
                epoll_event ended{.events = EPOLLIN | EPOLLRDHUP, .data = {.fd = made}};
                epoll_ctl(poller, EPOLL_CTL_ADD, made, &ended);
            }
        }
    }
}

int connect_one() {
    const int made = socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in from = socket_address(client_bits, 0);
    const sockaddr_in to = socket_address(server_bits, port);
    const int on = 1;
    setsockopt(made, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    require(bind(made, as_sockaddr(from), sizeof from) == 0, "bind");
    require(connect(made, as_sockaddr(to), sizeof to) == 0, "connect");
    return made;
}

/// Keeps so many connections; for each byte that comes looks after them and answers.
[[noreturn]] void be_clients(int orders, std::size_t pairs) {
    std::vector<pollfd> all(pairs);
    for (auto& one : all) {
        one = {.fd = connect_one(), .events = POLLIN, .revents = 0};
    }
    char byte = 'k';
    require(write(orders, &byte, 1) == 1, "answer");
    while (read(orders, &byte, 1) == 1) {
        poll(all.data(), all.size(), 0);
        for (auto& one : all) {
            if (one.revents != 0) {
                close(one.fd);
                one = {.fd = connect_one(), .events = POLLIN, .revents = 0};
            }
        }
        require(write(orders, &byte, 1) == 1, "answer");
    }
    _exit(0);
}

struct Took {
    double wall = 0;
    double cpu = 0;
};

double cpu_of(int whose) {
    rusage usage{};
    getrusage(whose, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

template <class Work>
Took measure(int whose, Work work) {
    const double cpu = cpu_of(whose);
    const auto begin = Clock::now();
    work();
    const std::chrono::duration<double> wall = Clock::now() - begin;
    return {.wall = wall.count(), .cpu = cpu_of(whose) - cpu};
}

Took less(const Took& one, const Took& other) {
    return one.cpu != 0 && one.cpu < other.cpu ? one : other;
}

void run_ss() {
    const pid_t child = fork();
    if (child == 0) {
        const int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDOUT_FILENO);
        execlp("ss", "ss", "-tinH", nullptr);
        _exit(127);
    }
    int status = 0;
    require(waitpid(child, &status, 0) == child && status == 0, "ss -tinH");
}

std::size_t list(SocketDiag& sockets, const SocketFilter& filter, Detail detail) {
    std::size_t count = 0;
    const auto done = sockets.list(filter, detail, [&](const LiveSocket&) { ++count; });
    require(done.has_value(), "list");
    return count;
}

/// Waits until the server has accepted all and nothing is left of those that ended.
void settle(SocketDiag& sockets, std::size_t pairs) {
    for (int tries = 0; tries < 1000; ++tries) {
        if (list(sockets, SocketFilter(mask_of(TcpState::established)), Detail::identity) ==
            2 * pairs) {
            return;
        }
        usleep(10'000);
    }
    fail("the connections do not settle");
}

std::vector<Endpoint> some_peers(SocketDiag& sockets, std::mt19937& random) {
    std::vector<Endpoint> all;
    const auto listed = sockets.list(
        SocketFilter().local_ports({port}),
        Detail::identity,
        [&](const LiveSocket& socket) { all.push_back(socket.flow.peer); }
    );
    require(listed.has_value(), "list");
    std::shuffle(all.begin(), all.end(), random);
    all.resize(cut_at_once);
    return all;
}

void print_listing(const char* name, const Took& took, std::size_t count) {
    std::printf(
        "\"%s\":{\"sockets\":%zu,\"wall_ms\":%.2f,\"cpu_ms\":%.2f},",
        name,
        count,
        1000 * took.wall,
        1000 * took.cpu
    );
}

void compare_listings(SocketDiag& sockets, int rounds) {
    Took all{.wall = 9, .cpu = 9};
    Took inbound = all;
    Took ss = all;
    std::size_t count = 0;
    std::size_t count_inbound = 0;
    for (int round = 0; round < rounds; ++round) {
        all = less(
            measure(RUSAGE_SELF, [&] { count = list(sockets, SocketFilter(), Detail::bytes); }), all
        );
        inbound = less(
            measure(
                RUSAGE_SELF,
                [&] {
                    count_inbound =
                        list(sockets, SocketFilter().local_ports({port}), Detail::bytes);
                }
            ),
            inbound
        );
        ss = less(measure(RUSAGE_CHILDREN, run_ss), ss);
    }
    print_listing("all", all, count);
    print_listing("inbound", inbound, count_inbound);
    print_listing("ss", ss, count);
}

void cut_again_and_again(SocketDiag& sockets, int orders, std::size_t pairs, int rounds) {
    std::mt19937 random(1);
    std::vector<double> took;
    for (int round = 0; round < rounds; ++round) {
        const CutOrder order{.peers = some_peers(sockets, random), .local_ports = {port}};
        const auto begin = Clock::now();
        ProtectedTargets targets;
        const auto known = add_what_is_here(targets, NetworkNamespace::own(), "");
        require(known.has_value(), "what is protected");
        // In this network the customers' address is one of the machine's own.
        const auto report = cut_connections(sockets, order, ProtectedTargets{});
        took.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
        require(report && report->cut == cut_at_once && report->left.empty(), "cut 100, left 0");
        char byte = 'r';
        require(write(orders, &byte, 1) == 1 && read(orders, &byte, 1) == 1, "reconnect");
        settle(sockets, pairs);
    }
    std::sort(took.begin(), took.end());
    const auto at = [&](double part) {
        return took[static_cast<std::size_t>(part * static_cast<double>(took.size() - 1))];
    };
    std::printf(
        "\"cut\":{\"rounds\":%zu,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f}}\n",
        took.size(),
        at(0.5),
        at(0.99),
        took.back()
    );
}

}  // namespace

int main(int count, char** words) {
    const std::size_t pairs = count > 1 ? std::stoul(words[1]) : 10'000;
    const int rounds = count > 2 ? std::stoi(words[2]) : 100;
    make_network();
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const sockaddr_in here = socket_address(server_bits, port);
    require(bind(listener, as_sockaddr(here), sizeof here) == 0, "bind");
    require(listen(listener, 4096) == 0, "listen");
    std::array<int, 2> orders{};
    require(socketpair(AF_UNIX, SOCK_STREAM, 0, orders.data()) == 0, "socketpair");
    std::array<pid_t, 2> helpers{};
    for (std::size_t which = 0; which < helpers.size(); ++which) {
        helpers[which] = fork();
        if (helpers[which] == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            which == 0 ? serve(listener) : be_clients(orders[1], pairs);
        }
    }
    close(listener);
    close(orders[1]);
    char ready = 0;
    require(read(orders[0], &ready, 1) == 1, "clients");
    auto sockets = SocketDiag::open(NetworkNamespace::own());
    require(sockets.has_value(), "sock_diag");
    settle(*sockets, pairs);
    std::printf("{");
    compare_listings(*sockets, std::max(3, rounds / 10));
    cut_again_and_again(*sockets, orders[0], pairs, rounds);
    for (const pid_t helper : helpers) {
        kill(helper, SIGKILL);
        waitpid(helper, nullptr, 0);
    }
    return 0;
}
