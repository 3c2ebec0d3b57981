#pragma once

#include "base/clock.hpp"
#include "core/process.hpp"
#include "http/self_signed.hpp"

#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

namespace fairgate::core_test {

/// The program of a core; nothing when it is not on this machine.
inline std::optional<std::string> v2ray_program() {
    const std::string path = "/usr/bin/v2ray";
    return ::access(path.c_str(), X_OK) == 0 ? std::optional(path) : std::nullopt;
}

/// Xray as scripts/xray built it; nothing when it did not.
inline std::optional<std::string> xray_program() {
    const char* const cache =
        std::getenv("XDG_CACHE_HOME");             // NOLINT(concurrency-mt-unsafe): one thread
    const char* const home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): one thread
    const std::string base =
        cache != nullptr ? cache : std::string(home != nullptr ? home : "/root") + "/.cache";
    const std::string path = base + "/fairgate/xray";
    return ::access(path.c_str(), X_OK) == 0 ? std::optional(path) : std::nullopt;
}

/// A real core with an API, three accounts on two inbounds and a free outbound.
class RealCore {
public:
    enum class Api { plain, tls };
    explicit RealCore(std::string program, Api api = Api::plain)
        : program_(std::move(program)), tls_(api == Api::tls) {
        if (tls_) {
            write_certificate();
        }
        write_config(config());
        start();
    }

    std::string api() const {
        return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(api_port_);
    }
    std::uint16_t api_port() const { return api_port_; }
    std::uint16_t vless_port() const { return vless_port_; }
    std::uint16_t trojan_port() const { return trojan_port_; }
    bool alive() const { return process_ && process_->alive(); }
    std::string output() const {
        std::ifstream file(output_file());
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }
    std::string config_file() const { return folder_.file("config.json"); }
    std::string access_log() const { return folder_.file("access.log"); }

    void stop() { process_.reset(); }
    void start() {
        ++starts_;
        process_ = std::make_unique<Process>(
            is_v2ray_4() ? std::vector<std::string>{program_, "-config", config_file()}
                         : std::vector<std::string>{program_, "run", "-c", config_file()},
            output_file()
        );
        // It listens before it is ready to serve.
        for (int i = 0; i < 1000 && process_->alive() && !says_started(); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }
    void write_config(const std::string& text) const {
        std::ofstream(config_file(), std::ios::trunc) << text;
    }

    std::string config() const {
        return R"({
  "log": {"access": ")" +
               access_log() + R"(", "loglevel": "warning"},
  "stats": {},
  "api": {"tag": "api", "services": ["HandlerService", "StatsService"]},
  "policy": {"levels": {"0": {"statsUserUplink": true, "statsUserDownlink": true}}},
  "inbounds": [
    {"tag": "api-in", "listen": "127.0.0.1", "port": )" +
               std::to_string(api_port_) + R"(,
     "protocol": "dokodemo-door", "settings": {"address": "127.0.0.1"})" +
               stream_settings() + R"(},
    {"tag": "vless-in", "listen": "127.0.0.1", "port": )" +
               std::to_string(vless_port_) + R"(,
     "protocol": "vless", "settings": {"decryption": "none", "clients": [
       {"id": "11111111-1111-1111-1111-111111111111", "email": "Alice"},
       {"id": "22222222-2222-2222-2222-222222222222", "email": "bob"}]}},
    {"tag": "trojan-in", "listen": "127.0.0.1", "port": )" +
               std::to_string(trojan_port_) + R"(,
     "protocol": "trojan", "settings": {"clients": [
       {"password": "secret-of-alice", "email": "Alice"},
       {"password": "secret-of-carol", "email": "carol"}]}},
    {"tag": "vmess-in", "listen": "127.0.0.1", "port": )" +
               std::to_string(vmess_port_) + R"(,
     "protocol": "vmess", "settings": {"clients": [
       {"id": "33333333-3333-3333-3333-333333333333", "alterId": 0, "email": "dave"}]}}
  ],
  "outbounds": [{"tag": "direct", "protocol": "freedom"}],
  "routing": {"rules": [{"type": "field", "inboundTag": ["api-in"], "outboundTag": "api"}]}
})";
    }

private:
    void write_certificate() const {
        const auto identity = http::make_self_signed(
            {"127.0.0.1"},
            SystemClock().now() - std::chrono::hours(1),
            SystemClock().now() + std::chrono::hours(1)
        );
        std::ofstream(folder_.file("api.pem")) << identity.value().certificate;
        std::ofstream(folder_.file("api.key")) << identity.value().key;
    }
    std::string stream_settings() const {
        return !tls_ ? ""
                     : R"(, "streamSettings": {"security": "tls", "tlsSettings": {"certificates": [
       {"certificateFile": ")" +
                           folder_.file("api.pem") + R"(", "keyFile": ")" +
                           folder_.file("api.key") + R"("}]}})";
    }
    std::string output_file() const { return folder_.file("output-" + std::to_string(starts_)); }
    bool says_started() const { return output().find(" started") != std::string::npos; }
    bool is_v2ray_4() const { return program_.ends_with("v2ray"); }

    std::string program_;
    bool tls_;
    Folder folder_;
    int starts_ = 0;
    std::uint16_t api_port_ = free_port();
    std::uint16_t vless_port_ = free_port();
    std::uint16_t trojan_port_ = free_port();
    std::uint16_t vmess_port_ = free_port();
    std::unique_ptr<Process> process_;
};

}  // namespace fairgate::core_test
