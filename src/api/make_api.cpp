#include "api/api.hpp"
#include "api/respond.hpp"
#include "http/server.hpp"

#include <utility>
#include <vector>

namespace fairgate::api {

namespace asio = boost::asio;

namespace {

asio::awaitable<void> answer(std::shared_ptr<Responder> responder, http::Exchange& exchange) {
    co_await responder->answer(exchange);
}

class HttpApi final : public Api {
public:
    HttpApi(asio::any_io_executor executor, ApiSettings& settings, Parts parts)
        : events_(parts.desk.events),
          responder_(std::make_shared<Responder>(
              std::move(executor),
              parts,
              Guard(std::move(settings.tokens), reach_of(settings.listen))
          )) {}

    Result<void> listen(const asio::any_io_executor& executor, const ApiSettings& settings) {
        std::vector<http::ServerSettings> places;
        if (!settings.socket.empty()) {
            places.emplace_back().listen = "unix:" + settings.socket;
        }
        if (!settings.listen.empty()) {
            auto& place = places.emplace_back();
            place.listen = settings.listen;
            place.certificate_file = settings.certificate_file;
            place.key_file = settings.key_file;
        }
        for (http::ServerSettings& place : places) {
            place.on_failure = settings.on_failure;
            const bool tcp = !place.listen.starts_with("unix:");
            auto server = http::make_server(
                executor,
                std::move(place),
                [responder = responder_](http::Exchange& exchange) {
                    return answer(responder, exchange);
                }
            );
            if (!server) {
                return server.error();
            }
            listening_on_ = tcp ? (*server)->listening_on() : listening_on_;
            servers_.push_back(*std::move(server));
        }
        return {};
    }

    std::string listening_on() const override { return listening_on_; }

    void set_tokens(control::TokenTable tokens) override {
        responder_->set_tokens(std::move(tokens));
    }

    asio::awaitable<void> drain(std::chrono::milliseconds patience) override {
        events_.close();
        for (const auto& server : servers_) {
            co_await server->drain(patience);
        }
    }

private:
    control::EventLog& events_;
    std::shared_ptr<Responder> responder_;
    std::string listening_on_;
    std::vector<std::unique_ptr<http::Server>> servers_;  // last: their handlers use the responder
};

}  // namespace

Result<std::unique_ptr<Api>> make_api(
    asio::any_io_executor executor, ApiSettings settings, Parts parts
) {
    auto api = std::make_unique<HttpApi>(executor, settings, parts);
    if (auto done = api->listen(executor, settings); !done) {
        return done.error();
    }
    return std::unique_ptr<Api>(std::move(api));
}

}  // namespace fairgate::api
