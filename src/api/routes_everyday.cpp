// What is looked at every day: status, why, what happens.
#include "api/streams.hpp"
#include "api/tables.hpp"
#include "control/doctor.hpp"
#include "control/status.hpp"
#include "control/undo.hpp"
#include "control/why.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::api {

namespace {

namespace asio = boost::asio;
using control::Listed;
using control::Scope;

/// A list said with commas.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        if (end > 0) {
            words.emplace_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

asio::awaitable<Result<control::Status>> status(Parts parts, Call<None, None>) {
    co_return co_await control::status(parts.desk.live, parts.desk.records);
}

struct WhyQuery {
    bool not_blocked = false;
};
BOOST_DESCRIBE_STRUCT(WhyQuery, (), (not_blocked))

asio::awaitable<Result<control::Why>> why(Parts parts, Call<WhyQuery, None> call) {
    const auto question =
        call.query.not_blocked ? control::WhyQuestion::not_blocked : control::WhyQuestion::why;
    co_return co_await control::why(parts.desk, std::move(call.path.front()), question);
}

struct UndoBody {
    bool last = false;
    std::optional<std::string> account;
    std::optional<TimePoint> since;
    bool all = false;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(UndoBody, (), (last, account, since, all, reason))

asio::awaitable<Result<control::Undone>> undo(Parts parts, Call<None, UndoBody> call) {
    control::UndoChoice choice;
    choice.last = call.body.last;
    choice.account = call.body.account.value_or("");
    choice.since = call.body.since;
    choice.all = call.body.all;
    co_return co_await control::undo(
        parts.desk,
        std::move(call.asker),
        std::move(choice),
        call.body.reason.value_or(""),
        call.run
    );
}

struct UndoOneBody {
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(UndoOneBody, (), (reason))

asio::awaitable<Result<control::Undone>> undo_one(Parts parts, Call<None, UndoOneBody> call) {
    control::UndoChoice choice;
    choice.decision = std::move(call.path.front());
    co_return co_await control::undo(
        parts.desk,
        std::move(call.asker),
        std::move(choice),
        call.body.reason.value_or(""),
        call.run
    );
}

struct DoctorBody {
    bool fix = false;
    std::optional<std::string> only;
};
BOOST_DESCRIBE_STRUCT(DoctorBody, (), (fix, only))

asio::awaitable<Result<control::Diagnosis>> doctor(Parts parts, Call<None, DoctorBody> call) {
    auto repair = control::Repair::none;
    if (call.body.fix) {
        const bool dry = call.run == control::Run::dry;
        repair = dry ? control::Repair::plan : control::Repair::what_is_safe;
    }
    co_return co_await control::diagnose(
        parts.desk, std::move(call.asker), words_of(call.body.only.value_or("")), repair
    );
}

asio::awaitable<Result<Listed<control::Check>>> health(Parts parts, Call<None, None>) {
    std::vector<control::Check> checks = control::look(parts.desk.live);
    std::erase_if(checks, [](const control::Check& check) {
        return check.state == control::CheckState::ok;
    });
    co_return control::whole(std::move(checks));
}

struct EventsQuery {
    std::optional<std::string> topics;
    std::optional<std::string> account;
};
BOOST_DESCRIBE_STRUCT(EventsQuery, (), (topics, account))

Route events() {
    Route made;
    made.path = "/events";
    made.summary = "what happens, as Server-Sent Events; goes on behind Last-Event-ID";
    made.stream = &stream_events;
    made.query_schema = &detail::schema_of_question<EventsQuery>;
    return made;
}

}  // namespace

std::vector<Route> everyday_routes() {
    return {
        route(
            Method::get,
            "/status",
            Scope::read,
            "mode, health, sources, who is online, the last decisions",
            &status
        ),
        route(Method::get, "/health", Scope::read, "what is not as it should be", &health),
        route(
            Method::post,
            "/doctor",
            Scope::read,
            "every stage proved, from log line to block; fix needs the scope admin",
            &doctor
        ),
        route(
            Method::get,
            "/why/{subject}",
            Scope::read,
            "the evidence about an account, a decision or an address",
            &why
        ),
        route(
            Method::post,
            "/decisions/undo",
            Scope::write,
            "take decisions back: the last, an account's, those since a time, or all",
            &undo
        ),
        route(
            Method::post,
            "/decisions/{decision}/undo",
            Scope::write,
            "take one decision back",
            &undo_one
        ),
        events(),
    };
}

}  // namespace fairgate::api
