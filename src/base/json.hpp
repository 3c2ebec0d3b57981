#pragma once

#include "base/error.hpp"
#include "base/strong.hpp"

#include <boost/describe.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>

#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// JSON to and from plain structs. A struct that is described (BOOST_DESCRIBE_STRUCT) needs
/// nothing else: members become members, enums their names, an empty optional null. Boost's own
/// value_to asks for exactly the described members and says no path, hence this visitor.
///
/// A member name that C++ reserves is written with an underscore behind: `default_` is "default".
namespace fairgate::json {

using Value = boost::json::value;

/// What a member that the struct does not have means: a mistake (what we or our clients write),
/// or something newer that does not concern us (what a panel writes).
enum class Unknown { refuse, ignore };

enum class Layout { compact, indented };

/// FG-JSN-001 with line and column. At most 32 levels deep, one value, nothing behind it.
Result<Value> parse(std::string_view text);

/// Numbers are written as people write them (1.5, not 1.5E0); not-a-number becomes null.
std::string serialize(const Value& value, Layout layout = Layout::compact);

/// To make a type of another library, or one that has a text form, known here: specialise with
///     static Value write(const T&);
///     static Result<T> read(const Value&, Unknown);   // errors made by wrong()
template <class T>
struct Codec;

/// FG-JSN-002 "expected <what>, got <the value>".
Error wrong(std::string_view expected, const Value& got);
/// FG-JSN-003
Error unknown_member(std::string_view name, const std::string& known);
/// The same error, seen from the value that holds `token`: its JSON pointer (RFC 6901) in `where`
/// grows at the front.
Error inside(std::string_view token, Error error);

template <class T>
Value to_json(const T& value);

/// Members that are missing keep their defaults. Errors carry the JSON pointer in `where`.
template <class T>
Result<T> from_json(const Value& value, Unknown unknown);

/// Text in one step.
template <class T>
std::string write(const T& value) {
    return serialize(to_json(value));
}
template <class T>
Result<T> read(std::string_view text, Unknown unknown) {
    auto value = parse(text);
    return value ? from_json<T>(*value, unknown) : Result<T>(value.error());
}

namespace detail {

template <class T>
concept HasCodec = requires(const T& value) {
    { Codec<T>::write(value) } -> std::convertible_to<Value>;
};

template <class T>
concept DescribedStruct = boost::describe::has_describe_members<T>::value && std::is_class_v<T> &&
                          std::default_initializable<T>;
template <class T>
concept DescribedEnum = boost::describe::has_describe_enumerators<T>::value;

template <class T>
using Members = boost::describe::
    describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

constexpr std::string_view member_name(std::string_view name) {
    return name.ends_with('_') ? name.substr(0, name.size() - 1) : name;
}

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T, class Less>
inline constexpr bool is_map<std::map<std::string, T, Less>> = true;
template <class T>
inline constexpr bool is_strong = false;
template <class N, class Tag>
inline constexpr bool is_strong<Strong<N, Tag>> = true;

template <class T>
Value write_struct(const T& value) {
    boost::json::object object;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
        object.emplace(member_name(member.name), to_json(value.*member.pointer));
    });
    return object;
}

template <class T>
Value write_enum(T value) {
    Value name;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto each) {
        if (each.value == value) {
            name = member_name(each.name);
        }
    });
    return name;
}

template <class T>
Value write_list(const T& values) {
    boost::json::array array;
    array.reserve(values.size());
    for (const auto& value : values) {
        array.push_back(to_json(static_cast<const typename T::value_type&>(value)));
    }
    return array;
}

template <class T>
std::string member_names() {
    std::string names;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
        names += (names.empty() ? "" : ", ") + std::string(member_name(member.name));
    });
    return names;
}

template <class T>
std::optional<Error> find_unknown_member(const boost::json::object& object) {
    for (const auto& [key, ignored] : object) {
        const std::string_view name(key.data(), key.size());
        bool known = false;
        boost::mp11::mp_for_each<Members<T>>([&](auto member) {
            known = known || member_name(member.name) == name;
        });
        if (!known) {
            return unknown_member(name, member_names<T>());
        }
    }
    return std::nullopt;
}

template <class T>
Result<T> read_struct(const Value& value, Unknown unknown) {
    const auto* object = value.if_object();
    if (object == nullptr) {
        return wrong("an object", value);
    }
    if (unknown == Unknown::refuse) {
        if (auto error = find_unknown_member<T>(*object)) {
            return *std::move(error);
        }
    }
    T result{};
    std::optional<Error> failed;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
        const std::string_view name = member_name(member.name);
        const Value* found = failed ? nullptr : object->if_contains(name);
        if (found == nullptr) {
            return;
        }
        using Member = std::remove_cvref_t<decltype(result.*member.pointer)>;
        auto read = from_json<Member>(*found, unknown);
        if (read) {
            result.*member.pointer = *std::move(read);
        } else {
            failed = inside(name, read.error());
        }
    });
    if (failed) {
        return *std::move(failed);
    }
    return result;
}

template <class T>
Result<T> read_enum(const Value& value) {
    std::optional<T> result;
    std::string names;
    const auto* text = value.if_string();
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto each) {
        const std::string_view name = member_name(each.name);
        if (text != nullptr && name == std::string_view(text->data(), text->size())) {
            result = each.value;
        }
        names += (names.empty() ? "" : ", ") + std::string(name);
    });
    return result ? Result<T>(*result) : Result<T>(wrong("one of " + names, value));
}

template <class T>
Result<T> read_list(const Value& value, Unknown unknown) {
    const auto* array = value.if_array();
    if (array == nullptr) {
        return wrong("a list", value);
    }
    T result;
    result.reserve(array->size());
    for (const Value& each : *array) {
        auto read = from_json<typename T::value_type>(each, unknown);
        if (!read) {
            return inside(std::to_string(result.size()), read.error());
        }
        result.push_back(*std::move(read));
    }
    return result;
}

template <class T>
Result<T> read_map(const Value& value, Unknown unknown) {
    const auto* object = value.if_object();
    if (object == nullptr) {
        return wrong("an object", value);
    }
    T result;
    for (const auto& [key, each] : *object) {
        const std::string name(key.data(), key.size());
        auto read = from_json<typename T::mapped_type>(each, unknown);
        if (!read) {
            return inside(name, read.error());
        }
        result.emplace(name, *std::move(read));
    }
    return result;
}

template <class T>
Result<T> read_number(const Value& value) {
    boost::system::error_code failed;
    const T number = value.to_number<T>(failed);
    if (failed && std::is_floating_point_v<T>) {
        return wrong("a number", value);
    }
    if (failed) {
        return wrong(
            "a whole number from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
                std::to_string(std::numeric_limits<T>::max()),
            value
        );
    }
    return number;
}

}  // namespace detail

template <class T>
Value to_json(const T& value) {
    if constexpr (detail::HasCodec<T>) {
        return Codec<T>::write(value);
    } else if constexpr (std::is_same_v<T, Value> || std::is_same_v<T, bool>) {
        return value;
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
        return Value(std::string_view(value));
    } else if constexpr (std::is_arithmetic_v<T>) {
        return value;
    } else if constexpr (detail::is_optional<T>) {
        return value ? to_json(*value) : Value();
    } else if constexpr (detail::is_vector<T>) {
        return detail::write_list(value);
    } else if constexpr (detail::is_map<T>) {
        boost::json::object object;
        for (const auto& [key, each] : value) {
            object.emplace(key, to_json(each));
        }
        return object;
    } else if constexpr (detail::is_strong<T>) {
        return value.value;
    } else if constexpr (detail::DescribedEnum<T>) {
        return detail::write_enum(value);
    } else {
        static_assert(detail::DescribedStruct<T>, "describe the type or specialise json::Codec");
        return detail::write_struct(value);
    }
}

template <class T>
Result<T> from_json(const Value& value, Unknown unknown) {
    if constexpr (detail::HasCodec<T>) {
        return Codec<T>::read(value, unknown);
    } else if constexpr (std::is_same_v<T, Value>) {
        return value;
    } else if constexpr (std::is_same_v<T, bool>) {
        return value.is_bool() ? Result<T>(value.get_bool())
                               : Result<T>(wrong("true or false", value));
    } else if constexpr (std::is_same_v<T, std::string>) {
        return value.is_string() ? Result<T>(std::string(value.get_string()))
                                 : Result<T>(wrong("text", value));
    } else if constexpr (std::is_arithmetic_v<T>) {
        return detail::read_number<T>(value);
    } else if constexpr (detail::is_optional<T>) {
        if (value.is_null()) {
            return T{};
        }
        auto read = from_json<typename T::value_type>(value, unknown);
        return read ? Result<T>(T(*std::move(read))) : Result<T>(read.error());
    } else if constexpr (detail::is_vector<T>) {
        return detail::read_list<T>(value, unknown);
    } else if constexpr (detail::is_map<T>) {
        return detail::read_map<T>(value, unknown);
    } else if constexpr (detail::is_strong<T>) {
        auto read = from_json<decltype(T::value)>(value, unknown);
        return read ? Result<T>(T{*read}) : Result<T>(read.error());
    } else if constexpr (detail::DescribedEnum<T>) {
        return detail::read_enum<T>(value);
    } else {
        static_assert(detail::DescribedStruct<T>, "describe the type or specialise json::Codec");
        return detail::read_struct<T>(value, unknown);
    }
}

}  // namespace fairgate::json
