#include "pki/authority.hpp"
#include "pki/issue.hpp"
#include "pki/join_token.hpp"
#include "pki/openssl.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>

namespace fairgate::pki {
namespace {

using namespace std::chrono_literals;

const TimePoint now = TimePoint(std::chrono::seconds(1'790'000'000));
constexpr auto year = std::chrono::seconds(std::chrono::days(365));

class Folder {
public:
    Folder() {
        std::string made = (std::filesystem::temp_directory_path() / "fairgate-XXXXXX").string();
        path_ = ::mkdtemp(made.data());
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

Issued issued(const Authority& authority, const std::string& name, TimePoint at = now) {
    return authority.sign(make_request("x").value().request, name, at, year).value();
}

TEST(Authority, a_client_it_signed_is_known_by_name_and_serial) {
    const Authority authority = Authority::make(now).value();
    const Issued client = issued(authority, "de-1");
    const Holder holder = authority.check_client(client.certificate, now).value();
    EXPECT_EQ(holder.name, "de-1");
    EXPECT_EQ(holder.serial, client.serial);
    EXPECT_EQ(holder.until, now + year);
}

TEST(Authority, each_certificate_has_a_serial_of_its_own) {
    const Authority authority = Authority::make(now).value();
    EXPECT_NE(issued(authority, "de-1").serial, issued(authority, "de-1").serial);
}

TEST(Authority, the_name_in_the_request_means_nothing) {
    const Authority authority = Authority::make(now).value();
    const Asking asking = make_request("the-hub-itself").value();
    const Issued client = authority.sign(asking.request, "de-2", now, year).value();
    EXPECT_EQ(authority.check_client(client.certificate, now).value().name, "de-2");
}

TEST(Authority, an_expired_certificate_is_refused) {
    const Authority authority = Authority::make(now).value();
    const Issued client = issued(authority, "de-1");
    EXPECT_EQ(
        authority.check_client(client.certificate, now + year + 1s).error().code, "FG-PKI-004"
    );
}

TEST(Authority, one_that_begins_later_is_good_because_only_a_clock_makes_it_so) {
    const Authority authority = Authority::make(now + year).value();
    const Issued client = issued(authority, "de-1", now + year);
    EXPECT_TRUE(authority.check_client(client.certificate, now));
    EXPECT_FALSE(authority.check_client(client.certificate, now + 2 * year + 1s));
}

TEST(Authority, how_long_a_certificate_is_good_can_be_read) {
    const Authority authority = Authority::make(now).value();
    const Validity validity = validity_of(issued(authority, "de-1").certificate).value();
    EXPECT_LE(validity.from, now);
    EXPECT_EQ(validity.until, now + year);
    EXPECT_EQ(validity_of("no").error().code, "FG-PKI-004");
}

TEST(Authority, another_authoritys_client_is_refused) {
    const Authority ours = Authority::make(now).value();
    const Authority theirs = Authority::make(now).value();
    EXPECT_EQ(
        ours.check_client(issued(theirs, "de-1").certificate, now).error().code, "FG-PKI-004"
    );
}

TEST(Authority, a_server_and_the_authority_itself_are_no_clients) {
    const Authority authority = Authority::make(now).value();
    const Identity server = authority.make_server("hub", now, year).value();
    EXPECT_FALSE(authority.check_client(server.certificate, now));
    EXPECT_FALSE(authority.check_client(authority.certificate(), now));
    EXPECT_FALSE(authority.check_client("nothing", now));
}

TEST(Authority, a_client_cannot_sign_for_others) {
    const Authority authority = Authority::make(now).value();
    const Asking asking = make_request("x").value();
    const Issued client = authority.sign(asking.request, "de-1", now, year).value();
    EXPECT_EQ(Authority::from({client.certificate, asking.key}, "test").error().code, "FG-PKI-002");
    // Not even when it calls itself one.
    const Key key = read_key(asking.key);
    const Certificate own = read_certificate(client.certificate);
    const Key other = make_key();
    const Certificate made = issue(
        {.subject = "de-9",
         .key = other.get(),
         .issuer = own.get(),
         .signer = key.get(),
         .from = now,
         .until = now + year,
         .use = Use::client}
    );
    EXPECT_FALSE(authority.check_client(pem_of(made.get()), now));
}

TEST(Authority, what_is_no_request_is_not_signed) {
    const Authority authority = Authority::make(now).value();
    EXPECT_EQ(authority.sign("hello", "de-1", now, year).error().code, "FG-PKI-003");
    std::string broken = make_request("x").value().request;
    const std::size_t middle = broken.size() / 2;
    broken[middle] = broken[middle] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(authority.sign(broken, "de-1", now, year));
    EXPECT_FALSE(authority.sign(std::string(20'000, 'x'), "de-1", now, year));
}

TEST(Authority, it_is_the_same_after_a_restart_and_its_key_is_the_owners) {
    const Folder folder;
    const Authority first = Authority::open(folder.path(), now).value();
    const Authority second = Authority::open(folder.path(), now + year).value();
    EXPECT_EQ(first.fingerprint(), second.fingerprint());
    EXPECT_EQ(first.fingerprint().size(), 64U);
    struct stat status{};
    ASSERT_EQ(::stat((folder.path() + "/ca.key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(Authority, a_key_that_others_may_read_or_that_is_damaged_is_said) {
    const Folder folder;
    ASSERT_TRUE(Authority::open(folder.path(), now));
    const std::string key = folder.path() + "/ca.key";
    ASSERT_EQ(::chmod(key.c_str(), 0644), 0);
    EXPECT_EQ(Authority::open(folder.path(), now).error().code, "FG-PKI-005");
    ASSERT_EQ(::chmod(key.c_str(), 0600), 0);
    std::ofstream(key) << "gone";
    EXPECT_EQ(Authority::open(folder.path(), now).error().code, "FG-PKI-002");
    std::ofstream(key) << Authority::make(now).value().key();
    EXPECT_EQ(Authority::open(folder.path(), now).error().code, "FG-PKI-002");
}

TEST(JoinToken, it_is_read_as_it_was_written) {
    const Authority authority = Authority::make(now).value();
    const JoinToken token = make_token(authority.fingerprint(), "[2001:db8::1]:8470").value();
    EXPECT_EQ(parse_token(to_text(token)).value(), token);
}

TEST(JoinToken, only_its_own_secret_fits_its_hash) {
    const JoinToken one = make_token(std::string(64, 'a'), "hub:1").value();
    const JoinToken other = make_token(std::string(64, 'a'), "hub:1").value();
    const std::string hash = hash_of_secret(one.secret);
    EXPECT_TRUE(is_secret(one.secret, hash));
    EXPECT_FALSE(is_secret(other.secret, hash));
    EXPECT_FALSE(is_secret("", hash));
    EXPECT_FALSE(is_secret(one.secret, ""));
}

RC_GTEST_PROP(JoinToken, any_text_is_read_or_refused, (const std::string& text)) {
    const auto token = parse_token("fgj1." + text);
    RC_ASSERT((!token || to_text(*token) == "fgj1." + text));
}

RC_GTEST_PROP(JoinToken, a_changed_token_is_another_or_none, ()) {
    const JoinToken token = make_token(std::string(64, '7'), "hub.example.com:8470").value();
    std::string text = to_text(token);
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    text[at] = *rc::gen::character<char>();
    const auto read = parse_token(text);
    RC_ASSERT((!read || text == to_text(token) || *read != token));
}

}  // namespace
}  // namespace fairgate::pki
