#include "model/json.hpp"

#include "model/time.hpp"

namespace fairgate::json {

namespace {

/// The text inside, or nothing.
std::optional<std::string_view> text_of(const Value& value) {
    const auto* string = value.if_string();
    return string != nullptr ? std::optional<std::string_view>(*string) : std::nullopt;
}

template <class T>
Result<T> read_text(const Value& value, Result<T> (*parse)(std::string_view), const char* kind) {
    const auto text = text_of(value);
    return text ? parse(*text) : Result<T>(wrong(kind, value));
}

template <class T>
Result<T> read_text(
    const Value& value, std::optional<T> (*parse)(std::string_view), const char* kind
) {
    const auto text = text_of(value);
    const auto parsed = text ? parse(*text) : std::nullopt;
    return parsed ? Result<T>(*parsed) : Result<T>(wrong(kind, value));
}

/// A pattern's whose names tell it: no limit is 0.
constexpr auto as_named = "as named";

/// A limit rule as it is written.
struct WrittenRule {
    LimitOrigin origin = LimitOrigin::general;
    std::string rule;
    DeviceNumber devices;
};
BOOST_DESCRIBE_STRUCT(WrittenRule, (), (origin, rule, devices))

}  // namespace

Value Codec<TimePoint>::write(const TimePoint& time) { return Value(to_rfc3339(time)); }
Result<TimePoint> Codec<TimePoint>::read(const Value& value, Unknown) {
    return read_text(value, &parse_rfc3339, "a time such as \"2026-12-01T08:30:00Z\"");
}

Value Codec<Duration>::write(const Duration& duration) { return Value(to_text(duration)); }
Result<Duration> Codec<Duration>::read(const Value& value, Unknown) {
    return read_text(value, &parse_duration, "a duration such as \"15m\"");
}

Value Codec<Bytes>::write(const Bytes& bytes) { return Value(bytes.count); }
Result<Bytes> Codec<Bytes>::read(const Value& value, Unknown unknown) {
    const auto count = from_json<std::uint64_t>(value, unknown);
    return count ? Result<Bytes>(Bytes{*count}) : Result<Bytes>(count.error());
}

Value Codec<DeviceNumber>::write(const DeviceNumber& number) {
    if (number.devices == 0) {
        return Value(as_named);
    }
    return number.devices == unlimited ? Value("unlimited") : Value(number.devices);
}
Result<DeviceNumber> Codec<DeviceNumber>::read(const Value& value, Unknown) {
    if (text_of(value) == "unlimited") {
        return DeviceNumber{};
    }
    if (text_of(value) == as_named) {
        return DeviceNumber{0};
    }
    boost::system::error_code failed;
    const int devices = value.to_number<int>(failed);
    return failed || devices < 0
               ? Result<DeviceNumber>(wrong("a number of devices, or \"unlimited\"", value))
               : Result<DeviceNumber>(DeviceNumber{devices});
}

Value Codec<LimitRule>::write(const LimitRule& rule) {
    return to_json(WrittenRule{rule.origin, rule.rule, {rule.devices}});
}
Result<LimitRule> Codec<LimitRule>::read(const Value& value, Unknown unknown) {
    auto written = from_json<WrittenRule>(value, unknown);
    if (!written) {
        return written.error();
    }
    return LimitRule{written->origin, std::move(written->rule), written->devices.devices};
}

Value Codec<Address>::write(const Address& address) { return Value(address.text()); }
Result<Address> Codec<Address>::read(const Value& value, Unknown) {
    return read_text(value, &Address::parse, "an address");
}

Value Codec<Network>::write(const Network& network) { return Value(network.text()); }
Result<Network> Codec<Network>::read(const Value& value, Unknown) {
    return read_text(value, &Network::parse, "a network such as \"203.0.113.0/24\"");
}

Value Codec<NetworkScope>::write(const NetworkScope& scope) { return Value(to_text(scope)); }
Result<NetworkScope> Codec<NetworkScope>::read(const Value& value, Unknown) {
    return read_text(value, &parse_network_scope, "a network, or an AS such as \"AS64500\"");
}

}  // namespace fairgate::json
