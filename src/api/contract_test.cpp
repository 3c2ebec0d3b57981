// Every route is asked as the command line asks it, and answers as the OpenAPI document says.
#include "api/find_route.hpp"
#include "api/openapi.hpp"
#include "api/served_test.hpp"
#include "api/validate_test.hpp"
#include "model/ids.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace fairgate::api {
namespace {

/// A daemon with something in every list.
class Contract : public testing::Test {
protected:
    Contract() {
        control::FakeLive& live = served.daemon.live;
        live.file.limits.general = 2;
        live.file.trust.never_counted = {Network::parse("192.0.2.0/24").value()};
        live.add("ali", 3);
        live.add("free", 1, unlimited);
        auto& detail = live.known[0];
        EvidenceDevice device;
        device.origins = {"203.0.113.0/24"};
        detail.evidence.counted = {device};
        detail.evidence.not_counted = {{"198.51.100.9", "trusted"}};
        detail.evidence.limit.lost = {{LimitOrigin::panel, "", unlimited}};
        decision = fairgate::to_text(served.daemon.block("ali", control::noon));
        Violation over;
        over.account = {"main", "ali"};
        over.opened = control::noon;
        violation = fairgate::to_text(served.daemon.store->violations().add(over).value());
        control::AddressNow address;
        address.here = {{{"main", "ali"}, control::noon}};
        live.addresses[Address::parse("203.0.113.9").value()] = address;
        RotatingNetwork network;
        network.scope = Asn{64500};
        live.rotating = {network};
        live.live_sessions = {control::session_of("ali", "203.0.113.9", 40'211)};
        live.seen_inbounds = {{"local", "", "vless", "direct", 40, 1, 0, 0, {443}}};
        Decision recorded;
        recorded.account = {"main", "ali"};
        recorded.action = Action::block;
        recorded.decided = control::noon - 1h;
        served.daemon.store->decisions().add(recorded).value();
    }

    /// Asks, and says what of the answer is not as documented.
    std::string wrong(
        const std::string& method, const std::string& target, const std::string& body = {}
    ) {
        const http::Response response = served.ask(method, target, body);
        const std::string line = method + " " + target + " ";
        if (response.status != 200) {
            return line + std::to_string(response.status) + " " + response.body;
        }
        const std::string path = target.substr(0, target.find('?'));
        const Found found = find_route(routes(), method, path).value();
        asked.insert(method + " " + std::string(found.route->path));
        std::string name(to_text(found.route->method));
        std::ranges::transform(name, name.begin(), [](unsigned char c) {
            return static_cast<char>(std::tolower(c));
        });
        const auto& operation =
            document.at("paths").at("/api/v1" + std::string(found.route->path)).at(name);
        const auto& schema =
            operation.at_pointer("/responses/200/content/application~1json/schema");
        const std::string found_fault = fault(json::parse(response.body).value(), schema, document);
        return found_fault.empty() ? "" : line + found_fault;
    }

    Served served;
    json::Value document = json::parse(openapi()).value();
    std::string decision;
    std::string violation;
    std::set<std::string> asked;
};

TEST_F(Contract, every_route_answers_what_the_document_says) {
    const std::vector<std::vector<std::string>> requests = {
        {"GET", "/status"},
        {"GET", "/health"},
        {"POST", "/doctor", R"({"fix":true,"only":"source,store"})"},
        {"POST", "/doctor?dry_run=true", R"({"fix":true})"},
        {"POST", "/doctor", "{}"},
        {"GET", "/why/ali"},
        {"GET", "/why/free?not_blocked=true"},
        {"GET", "/why/" + decision},
        {"GET", "/why/203.0.113.9"},
        {"GET", "/accounts?online=true&sort=-devices"},
        {"GET", "/accounts?over_limit=true&blocked=true&match=a&node=de-1&limit=5"},
        {"GET", "/accounts/ali"},
        {"GET", "/accounts/free"},
        {"GET", "/accounts/ali/limit"},
        {"POST", "/accounts/cleanup", R"({"all":true})"},
        {"GET", "/sessions?account=ali&address=203.0.113.9&limit=5"},
        {"POST", "/accounts/ali/sessions/drop", R"({"reason":"test"})"},
        {"GET", "/inbounds"},
        {"GET", "/limits"},
        {"GET", "/limits/general"},
        {"PUT", "/limits/general", R"({"devices":3})"},
        {"PUT", "/limits/general?dry_run=true", R"({"devices":4})"},
        {"PUT", "/limits/account/a%2Fb", R"({"devices":"unlimited","reason":"vip"})"},
        {"GET", "/limits/account/a%2Fb"},
        {"PUT", "/limits/pattern/vip_%2A", R"({"devices":4})"},
        {"GET", "/limits/general/preview?devices=1"},
        {"GET", "/limits/group/gold/preview?devices=unlimited"},
        {"DELETE", "/limits/general"},
        {"DELETE", "/limits/pattern/vip_%2A"},
        {"PUT", "/exemptions/sara", R"({"until":"2026-12-01T00:00:00Z","reason":"reseller"})"},
        {"PUT", "/exemptions/omid", R"({"for":3600})"},
        {"GET", "/exemptions"},
        {"GET", "/exemptions/sara"},
        {"DELETE", "/exemptions/sara"},
        {"POST", "/trust", R"({"network":"198.51.100.0/24","effect":"never_blocked"})"},
        {"GET", "/trust"},
        {"GET", "/trust/test?address=192.0.2.9"},
        {"DELETE", "/trust/198.51.100.0%2F24?effect=never_blocked"},
        {"GET", "/violations?open=true&account=ali&since=2026-11-19T00:00:00Z"},
        {"GET", "/violations/" + violation},
        {"GET", "/decisions?state=in_force&limit=1"},
        {"GET", "/decisions/" + decision},
        {"POST", "/decisions/" + decision + "/extend", R"({"for":600})"},
        {"POST", "/decisions/" + decision + "/undo", R"({"reason":"test"})"},
        {"POST", "/decisions/undo?dry_run=true", R"({"all":true})"},
        {"POST", "/decisions/undo", R"({"since":"2026-11-22T04:00:00Z","all":true})"},
        {"POST", "/decisions", R"({"account":"ali","for":1800,"reason":"sold"})"},
        {"GET", "/preview/enforce?over=86400"},
        {"GET", "/mode"},
        {"PUT", "/mode", R"({"mode":"shadow","group":"trial","for":7200})"},
        {"DELETE", "/mode?group=trial"},
        {"GET", "/ladder"},
        {"PUT", "/ladder", R"({"steps":["warn","10m","revoke"],"window":86400,"instant":70})"},
        {"PUT", "/ladder?dry_run=true", R"({"warning":180})"},
        {"DELETE", "/ladder"},
        {"GET", "/sources"},
        {"GET", "/sources/local"},
        {"POST", "/sources/local/test", "{}"},
        {"POST", "/sources/local/pause"},
        {"POST", "/sources/local/resume"},
        {"GET", "/nodes"},
        {"GET", "/nodes/de-1"},
        {"POST", "/nodes/de-1/join", "{}"},
        {"POST", "/nodes/de-1/revoke"},
        {"GET", "/backends"},
        {"GET", "/blocks?account=ali&address=203.0.113.9&limit=5"},
        {"GET", "/blocks/check"},
        {"GET", "/enforcers"},
        {"POST", "/enforcers/pasarguard%3Amain/test"},
        {"GET", "/networks/rotating"},
        {"GET", "/audit?limit=3"},
        {"POST", "/config/reload"},
        {"POST", "/breaker/close"},
    };
    for (const auto& request : requests) {
        EXPECT_EQ(wrong(request[0], request[1], request.size() > 2 ? request[2] : ""), "");
    }
    for (const Route& route : routes()) {
        const std::string line = std::string(to_text(route.method)) + " " + std::string(route.path);
        EXPECT_TRUE(route.stream || asked.contains(line)) << line << " was not asked";
    }
    EXPECT_TRUE(served.failures.empty());
}

TEST_F(Contract, a_problem_is_as_documented_too) {
    const auto& schema = document.at_pointer("/components/schemas/Problem");
    for (const auto& [method, target, body, status] :
         std::vector<std::tuple<std::string, std::string, std::string, int>>{
             {"GET", "/nothing", "", 404},
             {"PATCH", "/mode", "", 405},
             {"GET", "/accounts/nobody", "", 404},
             {"GET", "/decisions/dec_99", "", 404},
             {"GET", "/decisions/99", "", 422},
             {"GET", "/accounts?colour=red", "", 400},
             {"GET", "/accounts?limit=0", "", 400},
             {"GET", "/accounts?limit=1&limit=2", "", 400},
             {"GET", "/accounts?sort=age", "", 400},
             {"GET", "/accounts?cursor=x", "", 400},
             {"GET", "/decisions?state=gone", "", 400},
             {"GET", "/accounts?match=%zz", "", 400},
             {"GET", "/limits/general/preview", "", 400},
             {"PUT", "/limits/general", "{", 400},
             {"PUT", "/limits/general", "[]", 422},
             {"PUT", "/limits/general", "{}", 422},
             {"PUT", "/limits/general", R"({"devices":0})", 422},
             {"PUT", "/limits/general", R"({"devices":3,"colour":"red"})", 422},
             {"PUT", "/limits/panel/x", R"({"devices":3})", 422},
             {"PUT", "/limits/pattern/re%3A%28", R"({"devices":3})", 422},
             {"DELETE", "/limits/general", "", 409},
             {"PUT", "/mode", R"({"mode":"kind"})", 422},
             {"PUT", "/mode?dry_run=maybe", R"({"mode":"warn"})", 400},
             {"POST", "/decisions", R"({"account":"nobody"})", 404},
             {"POST", "/decisions", R"({"account":"ali","for":0})", 422},
             {"POST", "/decisions/undo", "{}", 422},
             {"POST", "/sources/none/pause", "", 404},
             {"GET", "/sources/none/tail", "", 404},
             {"GET", "/events?topics=tea", "", 400},
         }) {
        const http::Response response = served.ask(method, target, body);
        EXPECT_EQ(response.status, status) << method << " " << target << " " << response.body;
        EXPECT_EQ(response.headers.get("Content-Type"), "application/problem+json");
        const auto problem = json::parse(response.body).value();
        EXPECT_EQ(fault(problem, schema, document), "") << method << " " << target;
        EXPECT_EQ(text_at(problem, "/instance"), response.headers.get("X-Request-Id"));
    }
}

TEST_F(Contract, what_is_wrong_in_a_body_is_pointed_to) {
    const auto problem =
        json::parse(served.ask("PUT", "/mode", R"({"mode":"warn","for":"2h"})").body).value();
    EXPECT_EQ(text_at(problem, "/errors/0/pointer"), "/for");
    EXPECT_EQ(text_at(problem, "/changed"), "false");
}

TEST_F(Contract, a_body_that_is_no_json_or_too_large_is_refused) {
    http::Request form = Served::request("PUT", "/api/v1/limits/general", "devices=3");
    form.headers.set("Content-Type", "application/x-www-form-urlencoded");
    EXPECT_EQ(served.send(served.local(), form).status, 415);
    const std::string large(std::size_t{2} << 20U, ' ');
    EXPECT_EQ(served.ask("PUT", "/limits/general", large).status, 413);
}

TEST(openapi, the_committed_document_is_that_of_the_routes) {
    const std::ifstream file("docs/openapi.json");
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_TRUE(text.str() == openapi())
        << "docs/openapi.json is out of date: run `fairgate __render .` in the checkout";
}

TEST(openapi, every_operation_has_its_own_name) {
    const auto document = json::parse(openapi()).value();
    std::set<std::string> names;
    for (const auto& [path, operations] : document.at("paths").as_object()) {
        for (const auto& [method, operation] : operations.as_object()) {
            EXPECT_TRUE(names.insert(std::string(operation.at("operationId").as_string())).second);
        }
    }
    EXPECT_EQ(names.size(), routes().size());
}

}  // namespace
}  // namespace fairgate::api
