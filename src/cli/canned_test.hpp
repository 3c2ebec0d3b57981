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
        std::vector<http::Event> events;
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

    Result<void> follow(http::Request request, const std::function<bool(const http::Event&)>& take)
        override {
        answers_->asked.push_back(request.method + " " + request.target);
        for (const http::Event& event : answers_->events) {
            if (!take(event)) {
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
    ManualClock clock{
        TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::hours(5))
    };
};

}  // namespace fairgate::cli
