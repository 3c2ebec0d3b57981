#pragma once

#include "base/clock.hpp"
#include "base/json.hpp"
#include "model/address.hpp"
#include "model/bytes.hpp"
#include "model/limit.hpp"
#include "model/setting.hpp"

/// How the values of the model are written as JSON: times in RFC 3339, durations as "15m",
/// addresses and networks as text, amounts of data as a whole number of bytes, numbers of devices
/// as a number or "unlimited". Include this
/// wherever a struct that holds one of them is turned into JSON or read from it.
namespace fairgate::json {

template <>
struct Codec<TimePoint> {
    static Value write(const TimePoint& time);
    static Result<TimePoint> read(const Value& value, Unknown unknown);
};

template <>
struct Codec<Duration> {
    static Value write(const Duration& duration);
    static Result<Duration> read(const Value& value, Unknown unknown);
};

template <>
struct Codec<Bytes> {
    static Value write(const Bytes& bytes);
    static Result<Bytes> read(const Value& value, Unknown unknown);
};

template <>
struct Codec<DeviceNumber> {
    static Value write(const DeviceNumber& number);
    static Result<DeviceNumber> read(const Value& value, Unknown unknown);
};

template <>
struct Codec<LimitRule> {
    static Value write(const LimitRule& rule);
    static Result<LimitRule> read(const Value& value, Unknown unknown);
};

template <>
struct Codec<Address> {
    static Value write(const Address& address);
    static Result<Address> read(const Value& value, Unknown unknown);
};

template <>
struct Codec<Network> {
    static Value write(const Network& network);
    static Result<Network> read(const Value& value, Unknown unknown);
};

template <>
struct Codec<NetworkScope> {
    static Value write(const NetworkScope& scope);
    static Result<NetworkScope> read(const Value& value, Unknown unknown);
};

}  // namespace fairgate::json
