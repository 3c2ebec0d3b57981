#include "api/problem.hpp"

#include "base/json.hpp"
#include "http/date.hpp"

#include <array>
#include <utility>

namespace fairgate::api {

namespace {

constexpr std::string_view nothing_changed = "Nothing was changed.";

struct Meaning {
    std::string_view code;  ///< or the beginning of many
    int status;
};

// The first that fits; what is special stands before what is general.
constexpr std::array meanings = {
    Meaning{"FG-AUTH-001", 401}, Meaning{"FG-AUTH-003", 403}, Meaning{"FG-CTL-001", 404},
    Meaning{"FG-CTL-002", 404},  Meaning{"FG-CTL-003", 409},  Meaning{"FG-CTL-004", 422},
    Meaning{"FG-CTL-005", 409},  Meaning{"FG-CTL-006", 404},  Meaning{"FG-CTL-007", 400},
    Meaning{"FG-CTL-008", 422},  Meaning{"FG-CTL-009", 409},  Meaning{"FG-CTL-010", 409},
    Meaning{"FG-CTL-011", 409},  Meaning{"FG-JSN-001", 400},  Meaning{"FG-JSN-", 422},
    Meaning{"FG-LIM-", 422},     Meaning{"FG-TIM-", 422},     Meaning{"FG-CFG-", 422},
    Meaning{"FG-ENF-001", 409},  Meaning{"FG-ENF-002", 409},  Meaning{"FG-ENF-003", 409},
    Meaning{"FG-STO-010", 404},  Meaning{"FG-STO-012", 409},  Meaning{"FG-STO-004", 507},
    Meaning{"FG-STO-005", 503},  Meaning{"FG-NET-005", 504},  Meaning{"FG-NET-006", 504},
    Meaning{"FG-NET-", 502},
};

/// "FG-API-429" says its status itself.
std::optional<int> own_status(std::string_view code) {
    constexpr std::string_view prefix = "FG-API-";
    if (!code.starts_with(prefix) || code.size() != prefix.size() + 3) {
        return std::nullopt;
    }
    int status = 0;
    for (const char digit : code.substr(prefix.size())) {
        status = status * 10 + (digit - '0');
    }
    return status >= 400 && status < 600 ? std::optional(status) : std::nullopt;
}

}  // namespace

int status_of(std::string_view code) {
    if (const auto own = own_status(code)) {
        return *own;
    }
    for (const Meaning& meaning : meanings) {
        if (code.starts_with(meaning.code)) {
            return meaning.status;
        }
    }
    return 500;
}

http::Response problem(const Error& error, const std::string& request_id) {
    http::Response response;
    response.status = status_of(error.code);
    boost::json::object body{
        {"type", "/docs/errors/" + error.code},
        {"title", error.what},
        {"status", response.status},
        {"detail", error.cause},
        {"instance", request_id},
        {"code", error.code},
        {"where", error.where},
        {"state", error.state},
        {"hint", error.next},
        {"changed", !error.state.empty() && error.state != nothing_changed}
    };
    if (error.retry_in) {
        body.emplace("retry_after", error.retry_in->count());
        response.headers.set("Retry-After", std::to_string(error.retry_in->count()));
    }
    boost::json::array errors;
    if (error.where.starts_with('/') && response.status < 500) {
        errors.push_back(boost::json::object{
            {"pointer", error.where}, {"code", error.code}, {"detail", error.what}
        });
    }
    body.emplace("errors", std::move(errors));
    response.headers.set("Content-Type", "application/problem+json");
    response.body = json::serialize(body);
    return response;
}

void complete(http::Response& response, const std::string& request_id, TimePoint now) {
    response.headers.set("Date", http::to_date(now));
    response.headers.set("X-Request-Id", request_id);
    response.headers.set("X-Content-Type-Options", "nosniff");
    if (!response.headers.get("Cache-Control")) {
        response.headers.set("Cache-Control", "no-store");
    }
    if (response.status == 401) {
        response.headers.set("WWW-Authenticate", "Bearer");
    }
}

Error no_such_path(std::string_view path) {
    return {
        .code = "FG-API-404",
        .what = "there is nothing at " + std::string(path.substr(0, 200)),
        .next = "see /api/v1/openapi.json"
    };
}

Error wrong_method(std::string_view method, std::string_view allowed) {
    return {
        .code = "FG-API-405",
        .what = "this cannot be asked with " + std::string(method.substr(0, 20)),
        .cause = "allowed: " + std::string(allowed),
        .state = std::string(nothing_changed)
    };
}

Error wrong_content(std::string_view type) {
    return {
        .code = "FG-API-415",
        .what = "the body must be JSON",
        .cause = type.empty() ? "it has no Content-Type" : std::string(type.substr(0, 100)),
        .state = std::string(nothing_changed),
        .next = "send Content-Type: application/json"
    };
}

Error foreign_origin(std::string_view origin) {
    return {
        .code = "FG-API-403",
        .what = "requests of other web sites are not answered",
        .cause = "Origin: " + std::string(origin.substr(0, 200)),
        .state = std::string(nothing_changed)
    };
}

Error wrong_host(std::string_view host) {
    return {
        .code = "FG-API-421",
        .what = "this server is not the one that was asked for",
        .cause = "Host: " + std::string(host.substr(0, 200)),
        .next = "ask 127.0.0.1, localhost or [::1]: it listens on this machine only"
    };
}

Error too_many_requests(std::chrono::seconds wait) {
    return {
        .code = "FG-API-429",
        .what = "too many requests",
        .state = std::string(nothing_changed),
        .retry_in = wait
    };
}

Error changed_meanwhile(std::string_view version) {
    return {
        .code = "FG-API-412",
        .what = "it was changed meanwhile",
        .cause = "its version is " + std::string(version),
        .state = std::string(nothing_changed),
        .next = "look at it again and repeat the change"
    };
}

Error key_in_flight() {
    return {
        .code = "FG-API-409",
        .what = "a request with this Idempotency-Key is being answered",
        .retry_in = std::chrono::seconds(1)
    };
}

Error key_reused() {
    return {
        .code = "FG-API-422",
        .what = "this Idempotency-Key was used for another request",
        .state = std::string(nothing_changed),
        .next = "use a new key for each request"
    };
}

Error too_many_streams() {
    return {
        .code = "FG-API-503",
        .what = "too many event streams are open",
        .next = "close one, or use one stream for several topics",
        .retry_in = std::chrono::seconds(10)
    };
}

}  // namespace fairgate::api
