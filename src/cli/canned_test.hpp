#pragma once

#include "cli/run.hpp"

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

/// A command line run inside a test: a daemon that answers from a table, and text for a terminal.
namespace fairgate::cli {

class CannedApi final : public Api {
public:
    struct Answers {
        std::map<std::string, std::string> bodies;  ///< by "GET /accounts"
        std::map<std::string, Error> errors;
        struct Stream {
            std::vector<http::Event> events;
            std::optional<Error> error;
        };
        std::vector<Stream> streams;     ///< one after the other; then the token is refused
        std::optional<TimePoint> time;   ///< of the daemon's clock
        std::vector<std::string> asked;  ///< "PUT /limits/general {"devices":2}"
    };

    explicit CannedApi(Answers* answers) : answers_(answers) {}

    Result<json::Value> ask(http::Request request) override {
        const std::string line = request.method + " " + request.target;
        answers_->asked.push_back(line + (request.body.empty() ? "" : " " + request.body));
        const auto error = answers_->errors.find(line);
        if (error != answers_->errors.end()) {
            return error->second;
        }
        const auto body = answers_->bodies.find(line);
        return body == answers_->bodies.end()
                   ? Result<json::Value>(json::Value(boost::json::object{}))
                   : json::parse(body->second);
    }

    std::optional<TimePoint> daemon_time() const override { return answers_->time; }

    Result<void> follow(http::Request request, const Listener& listener) override {
        const std::string after(request.headers.get("Last-Event-ID").value_or(""));
        answers_->asked.push_back(
            request.method + " " + request.target + (after.empty() ? "" : " after " + after)
        );
        if (answers_->streams.empty()) {
            return Error{.code = "FG-AUTH-001", .what = "the test is over"};
        }
        Answers::Stream stream = answers_->streams.front();
        answers_->streams.erase(answers_->streams.begin());
        if (stream.error) {
            return *stream.error;
        }
        listener.opened();
        for (const http::Event& event : stream.events) {
            if (!listener.take(event)) {
                break;
            }
        }
        return {};
    }

private:
    Answers* answers_;
};

struct Ran {
    int code = 0;
    std::string out;
    std::string err;
};

class Bench {
public:
    Bench() { around.terminal.columns = 100; }

    Ran run(const std::vector<std::string>& words) {
        std::ostringstream out;
        std::ostringstream err;
        std::istringstream in(input);
        around.out = &out;
        around.err = &err;
        around.in = &in;
        around.clock = &clock;
        around.sleep = [this](std::chrono::milliseconds length) { slept.push_back(length); };
        around.connect = [this](const ApiSettings& settings) -> Result<std::unique_ptr<Api>> {
            base = settings.base;
            return std::unique_ptr<Api>(std::make_unique<CannedApi>(&answers));
        };
        Ran ran;
        ran.code = cli::run(words, around);
        ran.out = out.str();
        ran.err = err.str();
        return ran;
    }

    void on_terminal() { around.terminal.out = around.terminal.err = around.terminal.in = true; }

    Surroundings around;
    CannedApi::Answers answers;
    std::string input;
    std::string base;
    std::vector<std::chrono::milliseconds> slept;
    ManualClock clock{
        TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::hours(5))
    };
};

}  // namespace fairgate::cli
