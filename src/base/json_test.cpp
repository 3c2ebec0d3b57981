#include "base/json.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace fairgate::json {
namespace {

enum class Colour { red, blue, default_ };
BOOST_DESCRIBE_ENUM(Colour, red, blue, default_)

struct Inner {
    int number = 7;
    std::optional<std::string> note;
    bool operator==(const Inner&) const = default;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (number, note))

struct Base {
    std::string name = "nobody";
    bool operator==(const Base&) const = default;
};
BOOST_DESCRIBE_STRUCT(Base, (), (name))

struct Outer : Base {
    Colour colour = Colour::red;
    std::vector<Inner> inner;
    std::map<std::string, std::uint8_t> small;
    Strong<std::int64_t, struct IdTag> id;
    bool on = false;
    double share = 0;
    Value any;
    std::string class_;
    std::vector<bool> bits;
    bool operator==(const Outer&) const = default;
};
BOOST_DESCRIBE_STRUCT(Outer, (Base), (colour, inner, small, id, on, share, any, class_, bits))

TEST(json, a_described_struct_comes_back_as_it_went) {
    Outer outer;
    outer.name = "a \"quoted\"\n\x01 name";
    outer.colour = Colour::default_;
    outer.inner = {Inner{1, "x"}, Inner{2, std::nullopt}};
    outer.small = {{"a", 255}};
    outer.id.value = 9'000'000'000;
    outer.on = true;
    outer.share = 1.5;
    outer.any = Value{1, "two"};
    outer.class_ = "c";
    outer.bits = {true, false};
    const std::string text = write(outer);
    EXPECT_EQ(
        text,
        R"({"name":"a \"quoted\"\n\u0001 name","colour":"default",)"
        R"("inner":[{"number":1,"note":"x"},{"number":2,"note":null}],"small":{"a":255},)"
        R"("id":9000000000,"on":true,"share":1.5,"any":[1,"two"],"class":"c","bits":[true,false]})"
    );
    EXPECT_EQ(read<Outer>(text, Unknown::refuse).value(), outer);
}

TEST(json, missing_members_keep_their_defaults) {
    const auto outer = read<Outer>(R"({"inner":[{}]})", Unknown::refuse).value();
    EXPECT_EQ(outer.name, "nobody");
    EXPECT_EQ(outer.inner.at(0).number, 7);
}

TEST(json, errors_point_at_the_member) {
    const auto error = [](const char* text) {
        return to_line(read<Outer>(text, Unknown::refuse).error());
    };
    EXPECT_EQ(
        error(R"({"inner":[{},{"number":"x"}]})"),
        "FG-JSN-002: expected a whole number from -2147483648 to 2147483647, got \"x\": "
        "/inner/1/number"
    );
    EXPECT_EQ(
        error(R"({"small":{"a/b~c":256}})"),
        "FG-JSN-002: expected a whole number from 0 to 255, got 256: /small/a~1b~0c"
    );
    EXPECT_EQ(
        error(R"({"colour":"green"})"),
        "FG-JSN-002: expected one of red, blue, default, got \"green\": /colour"
    );
    EXPECT_EQ(
        error(R"({"inner":[{"numbr":1}]})"),
        "FG-JSN-003: \"numbr\" is not known here: /inner/0/numbr: known are: number, note"
    );
    EXPECT_EQ(error("[]"), "FG-JSN-002: expected an object, got a list");
    EXPECT_EQ(error(R"({"on":null})"), "FG-JSN-002: expected true or false, got null: /on");
}

TEST(json, unknown_members_can_be_ignored) {
    EXPECT_TRUE(read<Inner>(R"({"newer":{}})", Unknown::ignore));
}

TEST(json, broken_text_is_refused_with_its_place) {
    EXPECT_EQ(parse("{\n \"a\": nil}").error().where, "2:7");
    for (const char* text : {"", " ", "{", "1 2", "[1,]", "\"\xff\"", "{\"a\":1}}"}) {
        const auto parsed = parse(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code, "FG-JSN-001");
    }
    EXPECT_FALSE(parse(std::string(1000, '[')));
}

TEST(json, numbers_are_written_plainly) {
    const auto text = [](double number) { return serialize(Value(number)); };
    EXPECT_EQ(text(1.5), "1.5");
    EXPECT_EQ(text(100000), "100000");
    EXPECT_EQ(text(0.1), "0.1");
    EXPECT_EQ(text(-0.000001), "-0.000001");
    EXPECT_EQ(text(1e300), "1e+300");
    EXPECT_EQ(text(std::numeric_limits<double>::quiet_NaN()), "null");
    EXPECT_EQ(serialize(Value(std::numeric_limits<std::uint64_t>::max())), "18446744073709551615");
}

TEST(json, indented_is_for_people) {
    EXPECT_EQ(
        serialize(parse(R"({"a":[1,2],"b":{},"c":[]})").value(), Layout::indented),
        "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": []\n}"
    );
}

RC_GTEST_PROP(json, numbers_and_text_survive, (double number, std::int64_t whole)) {
    // Boost 1.81 reads the last digit of a fraction inexactly.
    const double back = read<double>(write(number), Unknown::refuse).value();
    RC_ASSERT(std::abs(back - number) <= std::abs(number) * 1e-15);
    RC_ASSERT(read<std::int64_t>(write(whole), Unknown::refuse).value() == whole);
}

}  // namespace
}  // namespace fairgate::json
