#pragma once

#include "core/process.hpp"

#include <cstddef>
#include <cstdint>
#include <poll.h>
#include <string>
#include <thread>

/// A VLESS client of one connection, and what it talks to. Source: Xray-core proxy/vless/encoding.
namespace fairgate::core_test {

/// Sends back what comes, on a port of its own.
class Echo {
public:
    Echo() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const sockaddr_in address = loopback(port);
        const int on = 1;
        ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(fd_, 16) != 0) {
            std::abort();
        }
        thread_ = std::thread([fd = fd_] { serve(fd); });
    }
    ~Echo() {
        ::shutdown(fd_, SHUT_RDWR);
        thread_.join();
        ::close(fd_);
    }
    Echo(const Echo&) = delete;
    Echo& operator=(const Echo&) = delete;

    std::uint16_t port = free_port();

private:
    static void serve(int listener) {
        std::vector<std::thread> talks;
        for (int fd = ::accept(listener, nullptr, nullptr); fd >= 0;
             fd = ::accept(listener, nullptr, nullptr)) {
            talks.emplace_back([fd] {
                std::string buffer(65536, '\0');
                for (ssize_t size = 1; size > 0;) {
                    size = ::recv(fd, buffer.data(), buffer.size(), 0);
                    if (size > 0) {
                        (void
                        )::send(fd, buffer.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
                    }
                }
                ::close(fd);
            });
        }
        for (std::thread& talk : talks) {
            talk.join();
        }
    }

    int fd_;
    std::thread thread_;
};

/// One connection of an account through a core.
class Visit {
public:
    /// `digit` makes the id: '1' is 11111111-1111-1111-1111-111111111111.
    Visit(std::uint16_t core, char digit, std::uint16_t target)
        : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const sockaddr_in address = loopback(core);
        if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            return;
        }
        std::string head(1, '\0');  // version
        head.append(16, static_cast<char>((digit - '0') * 17));
        head += std::string("\0\1", 2);  // no addons, TCP
        head += static_cast<char>(target >> 8U);
        head += static_cast<char>(target & 0xFFU);
        head += std::string("\1\x7F\0\0\1", 5);  // 127.0.0.1
        (void)::send(fd_, head.data(), head.size(), MSG_NOSIGNAL);
    }
    ~Visit() { ::close(fd_); }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    /// Whether what is said comes back.
    bool talks() {
        const std::string said = "hello";
        if (::send(fd_, said.data(), said.size(), MSG_NOSIGNAL) < 0) {
            return false;
        }
        const std::string answer = head_read_ ? said : std::string(2, '\0') + said;
        std::string heard;
        while (heard.size() < answer.size()) {
            pollfd wait{fd_, POLLIN, 0};
            std::string piece(64, '\0');
            if (::poll(&wait, 1, 3'000) != 1) {
                return false;
            }
            const ssize_t size = ::recv(fd_, piece.data(), piece.size(), 0);
            if (size <= 0) {
                return false;
            }
            heard.append(piece, 0, static_cast<std::size_t>(size));
        }
        head_read_ = true;
        return heard == answer;
    }

private:
    int fd_;
    bool head_read_ = false;
};

}  // namespace fairgate::core_test
