#include "geo/mmdb_table.hpp"

#include "geo/installed_table.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

// The tables of documentation prefixes are made by tools/make_asn_table_samples.py.

namespace fairgate::geo {
namespace {

namespace fs = std::filesystem;
const std::string samples = "tests/data/geo/";

Address at(const std::string& text) { return Address::parse(text).value(); }

std::unique_ptr<MmdbTable> open(std::vector<std::string> names) {
    for (std::string& name : names) {
        name.insert(0, samples);
    }
    return MmdbTable::open(names).value();
}

class TestFile {
public:
    explicit TestFile(const std::string& content_of) {
        std::string folder = (fs::temp_directory_path() / "fairgate-geo-XXXXXX").string();
        folder_ = mkdtemp(folder.data());
        fs::copy_file(samples + content_of, path());
    }
    ~TestFile() { fs::remove_all(folder_); }
    TestFile(const TestFile&) = delete;
    TestFile& operator=(const TestFile&) = delete;

    std::string path() const { return folder_ / "table.mmdb"; }
    void replace(const std::string& content_of) const {
        fs::copy_file(samples + content_of, folder_ / "new");
        fs::rename(folder_ / "new", path());
    }
    void overwrite(const std::string& bytes) const { std::ofstream(path()) << bytes; }

private:
    fs::path folder_;
};

TEST(mmdb_table, tells_the_network_of_an_address) {
    const auto table = open({"asn.mmdb"});
    EXPECT_EQ(table->asn_of(at("203.0.113.7")), Asn{64500});
    EXPECT_EQ(table->asn_of(at("198.51.100.255")), Asn{64501});
    EXPECT_EQ(table->asn_of(at("2001:db8:2::5")), Asn{64501});
    EXPECT_EQ(table->asn_of(at("8.8.8.8")), Asn{}) << "not in the table";
    EXPECT_EQ(table->info_of(at("203.0.113.7")).organisation, "Example Home");
}

TEST(mmdb_table, a_mapped_address_is_the_ipv4_one) {
    EXPECT_EQ(open({"asn.mmdb"})->asn_of(at("::ffff:203.0.113.7")), Asn{64500});
}

TEST(mmdb_table, networks_smaller_than_a_cache_line_keep_apart) {
    const auto table = open({"asn.mmdb"});
    for (int twice = 0; twice < 2; ++twice) {
        EXPECT_EQ(table->asn_of(at("203.0.113.127")), Asn{64500});
        EXPECT_EQ(table->asn_of(at("203.0.113.128")), Asn{64502});
        EXPECT_EQ(table->asn_of(at("203.0.113.192")), Asn{}) << "the last quarter is nobody's";
        EXPECT_EQ(table->asn_of(at("2001:db8:3::1")), Asn{64502});
        EXPECT_EQ(table->asn_of(at("2001:db8:3:1::1")), Asn{});
    }
}

TEST(mmdb_table, a_second_file_adds_the_country) {
    const auto table = open({"asn.mmdb", "country.mmdb"});
    const NetworkInfo info = table->info_of(at("198.51.100.1"));
    EXPECT_EQ(info.asn, Asn{64501});
    EXPECT_EQ(info.country, "IR");
    EXPECT_EQ(table->info_of(at("2001:db8:ffff::")).country, "DE");
    EXPECT_EQ(open({"country.mmdb", "asn.mmdb"})->asn_of(at("198.51.100.1")), Asn{64501});
}

TEST(mmdb_table, a_small_table_is_understood_where_it_lies_too) {
    for (const char* name : {"asn.mmdb", "country.mmdb", "flat.mmdb"}) {
        EXPECT_TRUE(MmdbTable::open({samples + name}, Hold::mapped)) << name;
    }
}

TEST(mmdb_table, flat_field_names_are_read_too) {
    const NetworkInfo info = open({"flat.mmdb"})->info_of(at("192.0.2.1"));
    EXPECT_EQ(info.asn, Asn{64496});
    EXPECT_EQ(info.organisation, "Example Hosting");
    EXPECT_EQ(info.country, "NL");
}

TEST(mmdb_table, a_file_that_tells_nothing_of_networks_is_refused) {
    EXPECT_EQ(MmdbTable::open({samples + "other.mmdb"}).error().code, "FG-GEO-003");
}

TEST(mmdb_table, a_file_that_cannot_be_read_is_told_apart_from_a_damaged_one) {
    EXPECT_EQ(MmdbTable::open({"/nonexistent/asn.mmdb"}).error().code, "FG-GEO-001");
    EXPECT_EQ(MmdbTable::open({samples}).error().code, "FG-GEO-002");
    const TestFile file("asn.mmdb");
    file.overwrite("");
    EXPECT_EQ(MmdbTable::open({file.path()}).error().code, "FG-GEO-002");
}

TEST(mmdb_table, a_replaced_file_is_taken_up) {
    const TestFile file("country.mmdb");
    const auto table = MmdbTable::open({file.path()}).value();
    EXPECT_EQ(table->asn_of(at("203.0.113.7")), Asn{});
    EXPECT_EQ(table->reload().value(), MmdbTable::Reload::same);
    file.replace("asn.mmdb");
    EXPECT_EQ(table->reload().value(), MmdbTable::Reload::replaced);
    EXPECT_EQ(table->asn_of(at("203.0.113.7")), Asn{64500});
}

TEST(mmdb_table, a_file_overwritten_with_rubbish_leaves_the_old_answers) {
    const TestFile file("asn.mmdb");
    const auto table = MmdbTable::open({file.path()}).value();
    file.overwrite("half a download");
    EXPECT_EQ(table->reload().error().code, "FG-GEO-002");
    EXPECT_EQ(table->asn_of(at("203.0.113.7")), Asn{64500});
    EXPECT_EQ(table->reload().value(), MmdbTable::Reload::same) << "told once";
}

TEST(mmdb_table, a_copy_for_a_thread_has_the_same_answers) {
    EXPECT_EQ(open({"asn.mmdb"})->thread_copy()->asn_of(at("203.0.113.7")), Asn{64500});
}

RC_GTEST_PROP(mmdb_table, the_cache_changes_no_answer, ()) {
    static const auto cached = open({"asn.mmdb"});
    std::array<std::uint8_t, 16> bytes{0x20, 0x01, 0x0d, 0xb8};
    bytes[5] = *rc::gen::inRange<std::uint8_t>(0, 5);
    bytes[7] = *rc::gen::inRange<std::uint8_t>(0, 3);
    const Address v6 = Address::v6(bytes);
    const Address v4 = Address::v4(0xCB007100U + *rc::gen::inRange<std::uint32_t>(0, 512));
    for (const Address& address : {v4, v6}) {
        RC_ASSERT(cached->asn_of(address) == cached->info_of(address).asn);
    }
}

RC_GTEST_PROP(mmdb_table, no_damage_to_a_file_ends_the_program, ()) {
    std::ifstream original(samples + "asn.mmdb", std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(original)), {});
    const auto changes = *rc::gen::container<std::vector<std::pair<std::size_t, char>>>(
        rc::gen::pair(rc::gen::inRange<std::size_t>(0, bytes.size()), rc::gen::arbitrary<char>())
    );
    for (const auto& [place, value] : changes) {
        bytes[place] = value;
    }
    bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size() + 1));
    const TestFile file("asn.mmdb");
    file.overwrite(bytes);
    auto table = MmdbTable::open({file.path()});
    if (table) {
        (*table)->asn_of(at("203.0.113.7"));
        (*table)->info_of(at("2001:db8:1::1"));
    }
}

TEST(installed_table, is_found_beside_the_program) {
    const TestFile file("asn.mmdb");
    const fs::path folder = fs::path(file.path()).parent_path();
    fs::create_directories(folder / "bin");
    fs::create_directories(folder / "share/fairgate");
    fs::rename(file.path(), folder / "share/fairgate/asn.mmdb");
    EXPECT_EQ(installed_table(folder / "bin"), folder / "share/fairgate/asn.mmdb");
}

}  // namespace
}  // namespace fairgate::geo
