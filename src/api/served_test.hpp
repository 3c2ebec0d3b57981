#pragma once

#include "api/api.hpp"
#include "control/fake_daemon_test.hpp"
#include "http/client.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>

/// The API on a Unix socket and on loopback, in front of a made-up daemon.
namespace fairgate::api {

using namespace std::chrono_literals;

inline std::string token_of(std::string_view id) {
    return "fg_" + std::string(id) + "_0123456789abcdef0123456789abcdef";
}

class Served {
public:
    Served() {
        daemon.live.make_healthy();
        folder_ =
            std::filesystem::temp_directory_path() / ("fairgate-api-" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder_);
        ApiSettings settings;
        settings.socket = folder_ / "api.sock";
        settings.listen = "127.0.0.1:0";
        const std::string tokens = token_of("reader") + " read\n" + token_of("writer") +
                                   " write\n" + token_of("boss") + "\n";
        settings.tokens = control::TokenTable::parse(tokens, "tokens").value();
        settings.on_failure = [this](const Error& error) { failures.push_back(error); };
        const Parts parts{daemon.desk(), daemon.taps};
        api = make_api(daemon.io.get_executor(), std::move(settings), parts).value();
        local_ = client("unix:" + (folder_ / "api.sock").string());
        remote_ = client("http://" + api->listening_on());
    }
    ~Served() { std::filesystem::remove_all(folder_); }
    Served(const Served&) = delete;
    Served& operator=(const Served&) = delete;

    /// Asks over the socket, as the CLI does. `target` is below /api/v1.
    http::Response ask(std::string method, std::string target, std::string body = {}) {
        return send(local(), request(std::move(method), "/api/v1" + target, std::move(body)));
    }
    /// The body of an answer that must be 200.
    json::Value data(std::string method, std::string target, std::string body = {}) {
        const http::Response response = ask(std::move(method), std::move(target), std::move(body));
        return response.status == 200 ? json::parse(response.body).value()
                                      : json::Value(response.body);
    }

    static http::Request request(std::string method, std::string target, std::string body = {}) {
        http::Request made;
        made.method = std::move(method);
        made.target = std::move(target);
        made.body = std::move(body);
        if (!made.body.empty()) {
            made.headers.set("Content-Type", "application/json");
        }
        return made;
    }
    http::Response send(http::Client& through, http::Request asked) {
        return run(daemon.io, [&through, asked] { return through.send(asked); }).value();
    }
    http::Response remote_ask(
        const std::string& token, std::string method, std::string target, std::string body = {}
    ) {
        http::Request asked = request(std::move(method), "/api/v1" + target, std::move(body));
        asked.headers.set("Authorization", "Bearer " + token);
        return send(remote(), std::move(asked));
    }
    http::Client& local() { return *local_; }
    http::Client& remote() { return *remote_; }

    control::FakeDaemon daemon;
    std::vector<Error> failures;
    std::unique_ptr<Api> api;

private:
    std::unique_ptr<http::Client> client(std::string base) {
        http::ClientSettings settings;
        settings.base = std::move(base);
        return http::make_client(daemon.io.get_executor(), std::move(settings)).value();
    }

    std::filesystem::path folder_;
    std::unique_ptr<http::Client> local_;
    std::unique_ptr<http::Client> remote_;
};

inline std::string text_at(const json::Value& value, std::string_view pointer) {
    boost::system::error_code failed;
    const auto* found = value.find_pointer(pointer, failed);
    if (found == nullptr) {
        return "nothing at " + std::string(pointer) + " of " + json::serialize(value);
    }
    return found->is_string() ? std::string(found->as_string()) : json::serialize(*found);
}

}  // namespace fairgate::api
