#include "cli/offer.hpp"

#include "cli/lines.hpp"
#include "cli/print.hpp"
#include "cli/remote.hpp"
#include "http/uri.hpp"

#include <algorithm>
#include <cctype>

namespace fairgate::cli {

namespace {

constexpr std::chrono::milliseconds patience{150};

/// Where names of a kind are found: what is asked, and the member that is the name.
struct Place {
    std::string target;
    std::string_view member;
};

Place place_of(const std::string& kind, const std::string& prefix) {
    http::Query query;
    query.add("limit", "100");
    if (kind == "decision") {
        query.add("state", "in_force");
        return {"/decisions?" + query.text(), "id"};
    }
    if (kind == "source") {
        return {"/sources", "source"};
    }
    if (kind != "account") {
        return {};
    }
    query.add("match", prefix);
    return {"/accounts?" + query.text(), "account"};
}

/// A shell would take other characters for its own.
bool is_plain(std::string_view name) {
    return std::ranges::all_of(name, [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view("_-.@+").find(static_cast<char>(c)) != std::string_view::npos;
    });
}

}  // namespace

int offer_live_names(const Context& context, const std::string& kind, const std::string& prefix) {
    const Place place = place_of(kind, prefix);
    const Invocation none;
    ApiSettings settings = api_settings(context, none);
    settings.timeout = patience;
    auto api = context.around.connect(settings);
    if (place.target.empty() || !api) {
        return 0;
    }
    http::Request request;
    request.method = "GET";
    request.target = place.target;
    const auto answer = (*api)->ask(std::move(request));
    const auto* rows = answer ? data_of(*answer).if_array() : nullptr;
    for (const json::Value& row : rows == nullptr ? boost::json::array{} : *rows) {
        const std::string name = text_at(row, place.member);
        if (name.starts_with(prefix) && is_plain(name)) {
            context.out() << name << "\n";
        }
    }
    context.out() << std::flush;
    return 0;
}

}  // namespace fairgate::cli
