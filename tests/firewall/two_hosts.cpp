#include "two_hosts.hpp"

#include "base/run_program.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace fairgate::firewall_test {

namespace {

constexpr int patience = 300;  // ms: the link is inside this kernel

sockaddr_in6 name_of(const Address& address, std::uint16_t port) {
    sockaddr_in6 name{};
    name.sin6_family = AF_INET6;
    name.sin6_port = htons(port);
    std::memcpy(&name.sin6_addr, address.bytes().data(), address.bytes().size());
    return name;
}

template <class Call>
int with_name(Call call, int socket, const Address& address, std::uint16_t port) {
    const sockaddr_in6 name = name_of(address, port);
    // NOLINTNEXTLINE(*-reinterpret-cast): how sockets name addresses
    return call(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name);
}

/// A socket that speaks both families, as a customer's or on all of the server's addresses.
Socket make(int type, const Address& address, std::uint16_t port) {
    Socket made(::socket(AF_INET6, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int no = 0;
    const int yes = 1;
    ::setsockopt(made.get(), IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
    ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (with_name(::bind, made.get(), address, port) != 0) {
        std::perror("bind");
        ::_exit(1);
    }
    return made;
}

bool wait_for(int socket, short what) {
    pollfd looked_at{socket, what, 0};
    return ::poll(&looked_at, 1, patience) > 0;
}

}  // namespace

Socket::Socket(Socket&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
Socket& Socket::operator=(Socket&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}
Socket::~Socket() {
    if (number_ >= 0) {
        ::close(number_);
    }
}

std::string must_run(std::vector<std::string> arguments, std::string input) {
    const std::string name = arguments.front() + " " + arguments.back();
    const auto end = run_program({.arguments = std::move(arguments), .input = std::move(input)});
    if (!end || end->status != 0) {
        std::fprintf(
            stderr,
            "%s: %s\n",
            name.c_str(),
            end ? end->errors.c_str() : to_line(end.error()).c_str()
        );
        ::_exit(1);
    }
    return end->output;
}

void replace_by_copy(const std::string& folder) {
    std::string place = "/run/copy-XXXXXX";
    if (::mkdtemp(place.data()) == nullptr) {
        ::_exit(1);
    }
    must_run({"cp", "-a", folder + "/.", place});
    must_run({"mount", "--bind", place, folder});
}

void replace_by_empty(const std::string& folder) {
    must_run({"mount", "-t", "tmpfs", "tmpfs", folder});
}

std::optional<std::string> TwoHosts::enter() {
    if (::unshare(CLONE_NEWNET | CLONE_NEWNS) != 0) {
        return std::string("cannot make namespaces: ") + std::generic_category().message(errno);
    }
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
        return std::string("cannot make mounts private: ") + std::generic_category().message(errno);
    }
    replace_by_empty("/run");  // locks and sockets of ufw, iptables and fail2ban
    return std::nullopt;
}

TwoHosts::TwoHosts() {
    customer_ = std::thread([this] { live_as_customer(); });
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return customer_thread_ != 0; });
    }
    must_run({"ip", "link", "set", "lo", "up"});
    must_run(
        {"ip",
         "link",
         "add",
         "fgs",
         "type",
         "veth",
         "peer",
         "name",
         "fgc",
         "netns",
         std::to_string(customer_thread_)}
    );
    must_run(
        {"ip", "-batch", "-"},
        "addr add 198.51.100.1/24 dev fgs\n"
        "addr add 2001:db8:1::1/64 dev fgs nodad\nlink set fgs up\n"
    );
    on_customer([] {
        must_run(
            {"ip", "-batch", "-"},
            "link set lo up\naddr add 198.51.100.2/24 dev fgc\n"
            "addr add 198.51.100.3/24 dev fgc\n"
            "addr add 2001:db8:1::2/64 dev fgc nodad\n"
            "addr add 2001:db8:1::3/64 dev fgc nodad\nlink set fgc up\n"
        );
    });
    for (const auto each : {port, other_port, ssh_port}) {
        listening_.push_back(make(SOCK_STREAM, Address(), each));
        ::listen(listening_.back().get(), 64);
    }
    udp_ = make(SOCK_DGRAM, Address(), port);
}

TwoHosts::~TwoHosts() {
    // By hand: the kernel removes a network and its end of the cable some time after it is left.
    must_run({"ip", "link", "del", "fgs"});
    {
        const std::scoped_lock lock(mutex_);
        over_ = true;
    }
    changed_.notify_all();
    customer_.join();
}

Address TwoHosts::server(const Address& customer) {
    return *Address::parse(customer.is_v4() ? "198.51.100.1" : "2001:db8:1::1");
}

void TwoHosts::live_as_customer() {
    const bool apart = ::unshare(CLONE_NEWNET) == 0;
    std::unique_lock lock(mutex_);
    customer_thread_ = apart ? ::gettid() : -1;
    changed_.notify_all();
    while (true) {
        changed_.wait(lock, [this] { return work_ != nullptr || over_; });
        if (over_) {
            return;
        }
        (*work_)();
        work_ = nullptr;
        changed_.notify_all();
    }
}

void TwoHosts::on_customer(const std::function<void()>& work) {
    std::unique_lock lock(mutex_);
    work_ = &work;
    changed_.notify_all();
    changed_.wait(lock, [this] { return work_ == nullptr; });
}

void TwoHosts::drain() {
    for (const Socket& each : listening_) {
        while (true) {
            const Socket accepted(::accept(each.get(), nullptr, nullptr));
            if (accepted.get() < 0) {
                break;
            }
        }
    }
}

Outcome TwoHosts::connect(const Address& customer, std::uint16_t to, std::uint16_t from) {
    Outcome outcome = Outcome::silence;
    on_customer([&] {
        const Socket socket = make(SOCK_STREAM, customer, from);
        const linger at_once{1, 0};  // so that the port is free for the next attempt
        ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        with_name(::connect, socket.get(), server(customer), to);
        if (wait_for(socket.get(), POLLOUT)) {
            int failed = 0;
            socklen_t size = sizeof failed;
            ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &failed, &size);
            outcome = failed == 0 ? Outcome::reached : Outcome::refused;
        }
    });
    drain();
    return outcome;
}

Outcome TwoHosts::send_udp(const Address& customer, std::uint16_t to, std::uint16_t from) {
    on_customer([&] {
        const Socket socket = make(SOCK_DGRAM, customer, from);
        with_name(::connect, socket.get(), server(customer), to);
        static_cast<void>(::send(socket.get(), "x", 1, 0));
    });
    std::array<char, 16> got{};
    const bool arrived =
        wait_for(udp_.get(), POLLIN) && ::recv(udp_.get(), got.data(), got.size(), 0) == 1;
    return arrived ? Outcome::reached : Outcome::silence;
}

TwoHosts::Pair TwoHosts::open(const Address& customer) {
    Pair pair;
    on_customer([&] {
        pair.customer = make(SOCK_STREAM, customer, 0);
        with_name(::connect, pair.customer.get(), server(customer), port);
        wait_for(pair.customer.get(), POLLOUT);
    });
    wait_for(listening_.front().get(), POLLIN);
    pair.server = Socket(::accept4(listening_.front().get(), nullptr, nullptr, SOCK_NONBLOCK));
    return pair;
}

bool TwoHosts::passes(const Pair& pair) {
    static_cast<void>(::send(pair.customer.get(), "x", 1, MSG_NOSIGNAL));
    std::array<char, 16> got{};
    return wait_for(pair.server.get(), POLLIN) &&
           ::recv(pair.server.get(), got.data(), got.size(), 0) > 0;
}

}  // namespace fairgate::firewall_test
