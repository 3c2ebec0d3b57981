#include "importing/whose.hpp"

#include "importing/folder_for_tests.hpp"
#include "importing/usual_places.hpp"

#include <gtest/gtest.h>

namespace fairgate::importing {
namespace {

TEST(whose, a_folder_tells_whose_it_is) {
    const Folder folder;
    folder.write("pg/.env", "PANEL_DOMAIN=panel.example.com\n");
    folder.write("v2/config.json", R"({"GENERAL_LIMIT": 2})");
    folder.write("sentry/.env", "ALLOWED_CONNECTIONS=2\n");
    folder.write("luip/users.csv", "email,limit\n");
    const auto peer_of = [&](const std::string& name) {
        return whose({folder.path() + "/" + name}, {}).value().peer;
    };
    EXPECT_EQ(peer_of("pg"), Peer::pg_limiter);
    EXPECT_EQ(peer_of("v2"), Peer::v2iplimit);
    EXPECT_EQ(peer_of("sentry"), Peer::marzban_sentry);
    EXPECT_EQ(peer_of("luip"), Peer::luip);
}

TEST(whose, a_name_before_the_paths_is_believed) {
    const auto named = whose({"luip", "somewhere"}, {});
    ASSERT_TRUE(named);
    EXPECT_EQ(named->peer, Peer::luip);
    EXPECT_EQ(named->paths, std::vector<std::string>{"somewhere"});
}

TEST(whose, what_is_nobodys_or_two_tools_is_asked_about) {
    const Folder folder;
    folder.write("a/.env", "SOMETHING=1\n");
    folder.write("b/.env", "PANEL_DOMAIN=p\nALLOWED_CONNECTIONS=2\n");
    EXPECT_EQ(whose({folder.path() + "/a"}, {}).error().code, "FG-IMP-010");
    const auto both = whose({folder.path() + "/b"}, {});
    EXPECT_EQ(both.error().code, "FG-IMP-010");
    EXPECT_NE(both.error().cause.find("marzban-sentry"), std::string::npos);
    EXPECT_EQ(whose({folder.path() + "/none"}, {}).error().code, "FG-IMP-001");
}

TEST(whose, without_words_the_usual_places_are_looked_into) {
    const Folder folder;
    const Machine machine{folder.path(), folder.path() + "/home"};
    EXPECT_EQ(whose({}, machine).error().code, "FG-IMP-002");
    folder.write("etc/opt/pg-limiter/.env", "PANEL_DOMAIN=p\n");
    folder.write("var/lib/pg-limiter/data/config.json", "{}");
    const auto found = whose({}, machine);
    ASSERT_TRUE(found) << to_line(found.error());
    EXPECT_EQ(found->peer, Peer::pg_limiter);
    EXPECT_EQ(found->paths.size(), 2U);
    EXPECT_EQ(whose({"v2iplimit"}, machine).error().code, "FG-IMP-002");
    folder.write("home/V2IpLimit/config.json", R"({"GENERAL_LIMIT": 2})");
    EXPECT_EQ(whose({}, machine).error().code, "FG-IMP-010");
    EXPECT_EQ(whose({"v2iplimit"}, machine).value().paths.size(), 1U);
}

TEST(whose, every_usual_place_is_looked_into) {
    for (const UsualPlace& place : usual_places()) {
        const Folder folder;
        const Machine machine{folder.path(), folder.path() + "/root"};
        folder.write(path_of(place, "/root").substr(1) + "/some", "");
        const auto found = whose({std::string(name_of(place.peer))}, machine);
        EXPECT_TRUE(found) << place.path;
    }
}

}  // namespace
}  // namespace fairgate::importing
