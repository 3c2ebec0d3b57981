#pragma once

#include "config/row.hpp"

#include <boost/describe.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace fairgate::config {

/// How values are read from what was written, and written back. read() leaves `out` alone and
/// says what is wrong when the value may not be there.
std::optional<Complaint> read(bool& out, const Raw& raw, const Row& row);
std::optional<Complaint> read(int& out, const Raw& raw, const Row& row);
std::optional<Complaint> read(double& out, const Raw& raw, const Row& row);
std::optional<Complaint> read(std::string& out, const Raw& raw, const Row& row);
std::optional<Complaint> read(Secret& out, const Raw& raw, const Row& row);
std::optional<Complaint> read(Duration& out, const Raw& raw, const Row& row);
std::optional<Complaint> read(TimePoint& out, const Raw& raw, const Row& row);
std::optional<Complaint> read(LadderStep& out, const Raw& raw, const Row& row);
std::optional<Complaint> read(NetworkScope& out, const Raw& raw, const Row& row);
std::optional<std::size_t> read_choice(
    const Raw& raw, const Row& row, std::optional<Complaint>& complaint
);
Complaint wrong_type(const Raw& raw, const Row& row);

Raw write(bool value);
Raw write(int value);
Raw write(double value);
Raw write(const std::string& value);
Raw write(const Secret& value);  ///< "***", or "" when there is none
Raw write(Duration value);
Raw write(TimePoint value);
Raw write(const LadderStep& value);
Raw write(const NetworkScope& value);

template <class T>
struct KindOf;
template <>
struct KindOf<bool> {
    static constexpr Kind value = Kind::flag;
};
template <>
struct KindOf<int> {
    static constexpr Kind value = Kind::integer;
};
template <>
struct KindOf<double> {
    static constexpr Kind value = Kind::number;
};
template <>
struct KindOf<std::string> {
    static constexpr Kind value = Kind::text;
};
template <>
struct KindOf<Secret> {
    static constexpr Kind value = Kind::secret;
};
template <>
struct KindOf<Duration> {
    static constexpr Kind value = Kind::duration;
};
template <>
struct KindOf<TimePoint> {
    static constexpr Kind value = Kind::time;
};
template <>
struct KindOf<LadderStep> {
    static constexpr Kind value = Kind::step;
};
template <>
struct KindOf<NetworkScope> {
    static constexpr Kind value = Kind::trusted;
};
template <class E>
    requires std::is_enum_v<E>
struct KindOf<E> {
    static constexpr Kind value = Kind::choice;
};

/// The names of a described enumeration, in order.
template <class E>
const auto& names_of() {
    using Described = boost::describe::describe_enumerators<E>;
    static const auto names = []<template <class...> class L, class... D>(L<D...>) {
        return std::array<std::string_view, sizeof...(D)>{D::name...};
    }(Described());
    return names;
}

template <class E>
    requires std::is_enum_v<E>
std::optional<Complaint> read(E& out, const Raw& raw, const Row& row) {
    std::optional<Complaint> complaint;
    if (const auto number = read_choice(raw, row, complaint)) {
        out = static_cast<E>(*number);
    }
    return complaint;
}

template <class E>
    requires std::is_enum_v<E>
Raw write(E value) {
    return {{}, std::string(names_of<E>().at(static_cast<std::size_t>(value)))};
}

}  // namespace fairgate::config
