#pragma once

#include "config/row.hpp"
#include "config/value.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// Makes the Binding of a table row from pointers to members, so that a row names its place in
/// Settings and everything else follows from that place's type:
///
///     into<&Settings::limits, &LimitSettings::general>
///     into<&Settings::sources, &SourceSettings::path>      // of the element that is meant
namespace fairgate::config::bind {

template <class T>
struct Layers {
    using Inner = T;
    static constexpr bool list = false;
};
template <class T>
struct Layers<std::optional<T>> : Layers<T> {};
template <class T>
struct Layers<std::vector<T>> {
    using Inner = T;
    static constexpr bool list = true;
};
template <class T>
struct Layers<std::map<std::string, T>> : Layers<T> {};

template <auto First, auto... Rest, class Holder>
auto& reach(Holder& holder, std::size_t index) {
    auto& member = holder.*First;
    if constexpr (sizeof...(Rest) == 0) {
        return member;
    } else if constexpr (Layers<std::remove_cvref_t<decltype(member)>>::list) {
        return reach<Rest...>(member[index], index);
    } else {
        return reach<Rest...>(member, index);
    }
}

template <class T>
std::optional<Complaint> fill(T& out, const Element&, const Raw& raw, const Row& row) {
    return read(out, raw, row);
}

template <class T>
std::optional<Complaint> fill(
    std::optional<T>& out, const Element&, const Raw& raw, const Row& row
) {
    T value{};
    auto complaint = read(value, raw, row);
    if (!complaint) {
        out = std::move(value);
    }
    return complaint;
}

template <class T>
std::optional<Complaint> fill(std::vector<T>& out, const Element&, const Raw& raw, const Row& row) {
    const auto* list = std::get_if<RawList>(&raw.value);
    if (list == nullptr) {
        return wrong_type(raw, row);
    }
    std::vector<T> values;
    for (const Raw& element : *list) {
        T value{};
        if (auto complaint = read(value, element, row)) {
            return complaint;
        }
        values.push_back(std::move(value));
    }
    out = std::move(values);
    return std::nullopt;
}

template <class T>
std::optional<Complaint> fill(
    std::map<std::string, T>& out, const Element& element, const Raw& raw, const Row& row
) {
    T value{};
    auto complaint = read(value, raw, row);
    if (!complaint) {
        out[std::string(element.key)] = std::move(value);
    }
    return complaint;
}

template <class T>
std::optional<Raw> tell(const T& value) {
    return write(value);
}
template <class T>
std::optional<Raw> tell(const std::optional<T>& value) {
    return value ? std::optional(write(*value)) : std::nullopt;
}
template <class T>
std::optional<Raw> tell(const std::vector<T>& values) {
    RawList list;
    for (const T& value : values) {
        list.push_back(write(value));
    }
    return Raw{{}, std::move(list)};
}
template <class T>
std::optional<Raw> tell(const std::map<std::string, T>&) {
    return std::nullopt;
}

template <auto... Path>
std::optional<Complaint> set(
    Settings& settings, const Element& element, const Raw& raw, const Row& row
) {
    return fill(reach<Path...>(settings, element.index), element, raw, row);
}

template <auto... Path>
std::optional<Raw> get(const Settings& settings) {
    return tell(reach<Path...>(settings, 0));
}

template <auto... Path>
Binding into() {
    using Member = std::remove_cvref_t<decltype(reach<Path...>(std::declval<Settings&>(), 0))>;
    using Inner = typename Layers<Member>::Inner;
    Binding binding;
    binding.kind = KindOf<Inner>::value;
    binding.list = Layers<Member>::list;
    if constexpr (std::is_enum_v<Inner>) {
        binding.choices = names_of<Inner>();
    }
    binding.set = &set<Path...>;
    binding.get = &get<Path...>;
    return binding;
}

/// Finds the element that has this identity, or adds it.
template <auto Identity, auto... Path>
std::size_t open_named(Settings& settings, std::string_view identity) {
    auto& elements = reach<Path...>(settings, 0);
    const auto found = std::find_if(elements.begin(), elements.end(), [&](const auto& element) {
        return element.*Identity == identity;
    });
    if (found != elements.end()) {
        return static_cast<std::size_t>(found - elements.begin());
    }
    elements.emplace_back().*Identity = std::string(identity);
    return elements.size() - 1;
}

template <auto... Path>
std::size_t open_next(Settings& settings, std::string_view) {
    auto& elements = reach<Path...>(settings, 0);
    elements.emplace_back();
    return elements.size() - 1;
}

template <auto... Path>
void clear(Settings& settings) {
    reach<Path...>(settings, 0).clear();
}

}  // namespace fairgate::config::bind
