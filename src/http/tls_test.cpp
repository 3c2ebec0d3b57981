#include "base/clock.hpp"
#include "http/peers_test.hpp"
#include "http/self_signed.hpp"
#include "http/server.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace fairgate::http {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using std::chrono::days;

asio::awaitable<void> echo(Exchange& exchange) {
    Response response;
    response.body = exchange.request().body;
    co_await exchange.respond(std::move(response));
}

asio::awaitable<void> tick(Exchange& exchange) {
    co_await exchange.begin(Response());
    bool taken = true;
    while (taken) {
        taken = co_await exchange.send("tick");
    }
}

/// A certificate and its key in files that go with it.
class Files {
public:
    explicit Files(
        const std::vector<std::string>& names, days from = days(-1), days until = days(1)
    ) {
        write(names, from, until);
    }
    ~Files() {
        std::filesystem::remove(certificate);
        std::filesystem::remove(key);
    }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;

    void write(const std::vector<std::string>& names, days from = days(-1), days until = days(1)) {
        const TimePoint now = SystemClock().now();
        const Identity made = make_self_signed(names, now + from, now + until).value();
        std::ofstream(certificate) << made.certificate;
        std::ofstream(key) << made.key;
    }

    const std::string certificate = path("crt");
    const std::string key = path("key");

private:
    static std::string path(const std::string& ending) {
        static int made = 0;
        return testing::TempDir() + "fairgate_tls_test_" + std::to_string(::getpid()) + "_" +
               std::to_string(++made) + "." + ending;
    }
};

struct Fixture {
    explicit Fixture(const Files& files, Handler handler = echo) {
        ServerSettings settings;
        settings.listen = "127.0.0.1:0";
        settings.certificate_file = files.certificate;
        settings.key_file = files.key;
        settings.on_failure = [this](const Error& error) { failures.push_back(error); };
        server = make_server(io.get_executor(), settings, std::move(handler)).value();
    }

    std::unique_ptr<Client> client(TlsTrust trust, const std::string& host = "127.0.0.1") {
        const std::string at = server->listening_on();
        ClientSettings settings;
        settings.base = "https://" + host + at.substr(at.rfind(':'));
        settings.trust = std::move(trust);
        return make_client(io.get_executor(), settings).value();
    }

    Result<Response> post(Client& by, std::string body = "hello") {
        Request request;
        request.method = "POST";
        request.body = std::move(body);
        return run(io, [&] { return by.send(request); });
    }

    Result<Response> ask(TlsTrust trust, const std::string& host = "127.0.0.1") {
        const auto by = client(std::move(trust), host);
        return post(*by);
    }

    std::string code(TlsTrust trust, const std::string& host = "127.0.0.1") {
        const auto answer = ask(std::move(trust), host);
        return answer ? "no error" : answer.error().code;
    }

    std::string fingerprint() {
        const std::string base = "https://" + server->listening_on();
        return run(io, [&] { return fingerprint_of(io.get_executor(), base, 5s); }).value();
    }

    asio::io_context io;
    std::vector<Error> failures;
    std::unique_ptr<Server> server;
};

TlsTrust authority(const Files& files) {
    TlsTrust trust;
    trust.ca_file = files.certificate;
    return trust;
}

TlsTrust pin(std::string fingerprint) {
    TlsTrust trust;
    trust.pinned_sha256 = std::move(fingerprint);
    return trust;
}

TEST(Tls, a_certificate_of_a_known_authority_and_the_right_name_is_trusted) {
    const Files files({"localhost", "127.0.0.1"});
    Fixture fixture(files);
    const auto by_address = fixture.ask(authority(files));
    ASSERT_TRUE(by_address) << to_line(by_address.error());
    EXPECT_EQ(by_address->body, "hello");
    EXPECT_EQ(fixture.code(authority(files), "localhost"), "no error");
}

TEST(Tls, a_connection_is_kept_and_a_large_body_goes_both_ways) {
    const Files files({"127.0.0.1"});
    Fixture fixture(files);
    const auto client = fixture.client(authority(files));
    const std::string large(900'000, 'x');
    for (int i = 0; i < 3; ++i) {
        const auto answer = fixture.post(*client, large);
        ASSERT_TRUE(answer) << to_line(answer.error());
        EXPECT_EQ(answer->body, large);
    }
    EXPECT_EQ(fixture.server->connections(), 1U);
}

TEST(Tls, an_unknown_authority_is_refused_with_what_a_person_needs_to_decide) {
    const Files files({"127.0.0.1"});
    Fixture fixture(files);
    const auto answer = fixture.ask({});
    ASSERT_FALSE(answer);
    const Error& error = answer.error();
    EXPECT_EQ(error.code, "FG-NET-007");
    EXPECT_NE(error.cause.find("CN=127.0.0.1"), std::string::npos) << error.cause;
    EXPECT_NE(error.cause.find(" to 20"), std::string::npos) << error.cause;
    EXPECT_NE(error.next.find(fixture.fingerprint()), std::string::npos) << error.next;
}

/// The file name under which OpenSSL looks for an authority.
std::string hashed_name(const std::string& certificate_file) {
    std::FILE* const file = std::fopen(certificate_file.c_str(), "r");
    X509* const certificate = PEM_read_X509(file, nullptr, nullptr, nullptr);
    std::array<char, 16> name{};
    const unsigned long hash =
        X509_NAME_hash_ex(X509_get_subject_name(certificate), nullptr, nullptr, nullptr);
    std::snprintf(name.data(), name.size(), "%08lx.0", hash);
    X509_free(certificate);
    std::fclose(file);
    return name.data();
}

TEST(Tls, an_authority_of_the_system_is_trusted) {
    const Files files({"127.0.0.1"});
    const std::string directory = files.certificate + ".d";
    std::filesystem::create_directory(directory);
    std::filesystem::copy(files.certificate, directory + "/" + hashed_name(files.certificate));
    Fixture fixture(files);
    // NOLINTNEXTLINE(concurrency-mt-unsafe): there is no other thread here
    ::setenv("SSL_CERT_DIR", directory.c_str(), 1);
    EXPECT_EQ(fixture.code({}), "no error");
    EXPECT_EQ(fixture.code({}, "localhost"), "FG-NET-008");
    ::unsetenv("SSL_CERT_DIR");  // NOLINT(concurrency-mt-unsafe): as above
    EXPECT_EQ(fixture.code({}), "FG-NET-007");
    std::filesystem::remove_all(directory);
}

TEST(Tls, an_expired_certificate_is_refused_even_of_a_known_authority) {
    const Files files({"127.0.0.1"}, days(-3), days(-2));
    Fixture fixture(files);
    const auto answer = fixture.ask(authority(files));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, "FG-NET-007");
    EXPECT_NE(answer.error().cause.find("expired"), std::string::npos) << answer.error().cause;
}

TEST(Tls, a_certificate_for_others_is_refused_and_says_for_whom_it_is) {
    const Files files({"panel.example.com", "192.0.2.1"});
    Fixture fixture(files);
    const auto answer = fixture.ask(authority(files));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, "FG-NET-008");
    EXPECT_NE(answer.error().cause.find("panel.example.com, 192.0.2.1"), std::string::npos);
    EXPECT_EQ(fixture.code(authority(files), "localhost"), "FG-NET-008");
}

TEST(Tls, a_pin_is_enough_whatever_name_and_date) {
    const Files files({"panel.example.com"}, days(-3), days(-2));
    Fixture fixture(files);
    const std::string shouted = fixture.fingerprint();
    EXPECT_EQ(fixture.code(pin(shouted)), "no error");
    std::string with_colons;
    for (std::size_t i = 0; i < shouted.size(); i += 2) {
        with_colons += (i == 0 ? "" : ":") + shouted.substr(i, 2);
    }
    std::transform(with_colons.begin(), with_colons.end(), with_colons.begin(), [](char c) {
        return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    EXPECT_EQ(fixture.code(pin(with_colons)), "no error");
}

TEST(Tls, a_pin_is_needed_even_of_a_known_authority) {
    const Files files({"127.0.0.1"});
    Fixture fixture(files);
    TlsTrust trust = authority(files);
    trust.pinned_sha256 = std::string(64, 'a');
    const auto answer = fixture.ask(trust);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, "FG-NET-009");
    EXPECT_NE(answer.error().next.find(fixture.fingerprint()), std::string::npos);
}

TEST(Tls, nothing_is_sent_to_a_server_that_is_not_trusted) {
    const Files files({"127.0.0.1"});
    int asked = 0;
    Fixture fixture(files, [&](Exchange& exchange) {
        ++asked;
        return echo(exchange);
    });
    EXPECT_EQ(fixture.code({}), "FG-NET-007");
    EXPECT_EQ(fixture.code(pin(std::string(64, 'a'))), "FG-NET-009");
    EXPECT_EQ(asked, 0);
}

TEST(Tls, a_missing_authority_file_is_named_and_tried_again) {
    const Files files({"127.0.0.1"});
    Fixture fixture(files);
    TlsTrust trust;
    trust.ca_file = files.certificate + ".later";
    const auto client = fixture.client(trust);
    const auto answer = fixture.post(*client);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, "FG-NET-025");
    EXPECT_EQ(answer.error().where, trust.ca_file);
    EXPECT_EQ(answer.error().cause, "No such file or directory");
    std::filesystem::copy(files.certificate, trust.ca_file);
    EXPECT_TRUE(fixture.post(*client));
    std::filesystem::remove(trust.ca_file);
}

TEST(Tls, a_port_without_tls_is_told_from_one_with_a_bad_certificate) {
    asio::io_context io;
    ServerSettings settings;
    settings.listen = "127.0.0.1:0";
    const auto server = make_server(io.get_executor(), settings, echo).value();
    const std::string base = "https://" + server->listening_on();
    const auto shown = run(io, [&] { return fingerprint_of(io.get_executor(), base, 5s); });
    ASSERT_FALSE(shown);
    EXPECT_EQ(shown.error().code, "FG-NET-010");
}

TEST(Tls, a_plain_request_to_a_tls_port_is_closed_and_harms_nobody) {
    const Files files({"127.0.0.1"});
    Fixture fixture(files);
    const std::string place = fixture.server->listening_on();
    run(fixture.io, [&] { return peers::say(place, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"); });
    EXPECT_EQ(fixture.code(authority(files)), "no error");
    EXPECT_TRUE(fixture.failures.empty());
}

TEST(Tls, a_stream_over_tls_ends_when_it_is_dropped) {
    const Files files({"127.0.0.1"});
    Fixture fixture(files, tick);
    const auto client = fixture.client(authority(files));
    auto stream = run(fixture.io, [&] { return client->open(Request()); }).value();
    const auto piece = run(fixture.io, [&] { return stream->read(5s); }).value();
    EXPECT_TRUE(piece->starts_with("tick"));
    stream.reset();
    while (fixture.server->connections() != 0) {
        ASSERT_NE(fixture.io.run_one(), 0U);
    }
}

TEST(Tls, a_renewed_certificate_is_shown_without_a_restart) {
    Files files({"127.0.0.1"});
    Fixture fixture(files);
    const std::string before = fixture.fingerprint();
    files.write({"127.0.0.1"});
    std::filesystem::last_write_time(
        files.key, std::filesystem::last_write_time(files.key) + std::chrono::seconds(2)
    );
    const std::string after = fixture.fingerprint();
    EXPECT_NE(before, after);
    std::ofstream(files.certificate) << "broken";
    std::filesystem::last_write_time(
        files.certificate,
        std::filesystem::last_write_time(files.certificate) + std::chrono::seconds(4)
    );
    EXPECT_EQ(fixture.fingerprint(), after);
    EXPECT_EQ(fixture.fingerprint(), after);
    ASSERT_EQ(fixture.failures.size(), 1U);
    EXPECT_EQ(fixture.failures.front().code, "FG-NET-025");
}

TEST(Tls, a_server_refuses_files_that_do_not_belong_together_or_are_missing) {
    const Files one({"127.0.0.1"});
    const Files other({"127.0.0.1"});
    asio::io_context io;
    ServerSettings settings;
    settings.listen = "127.0.0.1:0";
    settings.certificate_file = one.certificate;
    settings.key_file = other.key;
    const auto mixed = make_server(io.get_executor(), settings, echo);
    ASSERT_FALSE(mixed);
    EXPECT_EQ(mixed.error().code, "FG-NET-025");
    settings.key_file = "/nonexistent/key.pem";
    const auto missing = make_server(io.get_executor(), settings, echo);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().where, "/nonexistent/key.pem");
    EXPECT_EQ(missing.error().cause, "No such file or directory");
}

}  // namespace
}  // namespace fairgate::http
