#include "config/load.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fairgate::config {
namespace {

/// What is wrong with one backend of type xray that has these lines.
std::string faults_of_core(const std::string& lines) {
    const Loaded loaded =
        load_text("f.toml", "[[backend]]\nname = 'core'\ntype = 'xray'\n" + lines);
    std::string all;
    for (const Error& fault : loaded.faults) {
        all += fault.code + ": " + fault.what + "\n";
    }
    return all;
}

TEST(backends, a_bare_core_needs_its_api_and_no_login) {
    EXPECT_EQ(faults_of_core("api = '127.0.0.1:10085'\n"), "");
    EXPECT_EQ(faults_of_core("api = 'https://node.example.com:62051'\n"), "");
    EXPECT_EQ(faults_of_core("api = 'unix:/run/xray.sock'\ninbounds = ['in']\n"), "");
    EXPECT_NE(faults_of_core("").find("FG-CFG-009"), std::string::npos);
    EXPECT_NE(faults_of_core("api = 'localhost'\n").find("FG-CFG-008"), std::string::npos);
    EXPECT_NE(
        faults_of_core("api = '[::1]:1'\nurl = 'https://p'\n").find("FG-CFG-010"), std::string::npos
    );
}

}  // namespace
}  // namespace fairgate::config
