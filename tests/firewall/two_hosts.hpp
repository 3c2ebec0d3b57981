#pragma once

#include "model/address.hpp"
#include "model/flow.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace fairgate::firewall_test {

/// A descriptor that is closed with its owner.
class Socket {
public:
    explicit Socket(int number = -1) : number_(number) {}
    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&& other) noexcept;
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket();
    int get() const { return number_; }

private:
    int number_;
};

/// What becomes of an attempt to reach the server.
enum class Outcome { reached, refused, silence };

/// This process as a server in a network of its own, with a link to a second network that has
/// several customers' addresses; its mounts are its own too, so that /etc can be replaced.
/// Documentation addresses only.
class TwoHosts {
public:
    static constexpr std::uint16_t port = 8443;
    static constexpr std::uint16_t other_port = 9443;
    static constexpr std::uint16_t ssh_port = 22;

    /// Before any thread. The reason why such a thing cannot be made here, if it cannot.
    static std::optional<std::string> enter();

    TwoHosts();
    TwoHosts(const TwoHosts&) = delete;
    TwoHosts& operator=(const TwoHosts&) = delete;
    ~TwoHosts();

    static Address server(const Address& customer);

    Outcome connect(const Address& customer, std::uint16_t to = port, std::uint16_t from = 0);
    Outcome send_udp(const Address& customer, std::uint16_t to = port, std::uint16_t from = 0);
    /// An open connection: the customer's end, and the server's.
    struct Pair {
        Socket customer;
        Socket server;
    };
    Pair open(const Address& customer);
    /// Whether what the customer writes arrives.
    bool passes(const Pair& pair);

private:
    void on_customer(const std::function<void()>& work);
    void live_as_customer();
    void drain();

    std::thread customer_;
    std::mutex mutex_;
    std::condition_variable changed_;
    const std::function<void()>* work_ = nullptr;
    pid_t customer_thread_ = 0;
    bool over_ = false;
    std::vector<Socket> listening_;
    Socket udp_;
};

/// Runs it, and ends the test program when it fails.
std::string must_run(std::vector<std::string> arguments, std::string input = {});

/// Copies a folder and puts the copy in its place, for this process alone.
void replace_by_copy(const std::string& folder);
void replace_by_empty(const std::string& folder);

}  // namespace fairgate::firewall_test
