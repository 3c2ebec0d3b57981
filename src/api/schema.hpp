#pragma once

#include "base/json.hpp"
#include "model/json.hpp"

#include <boost/core/demangle.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>

/// JSON Schema (2020-12, as OpenAPI 3.1 uses it) of the described structs that are sent and read,
/// so that what is documented is what is done.
namespace fairgate::api {

/// answer: every member is always there. question: those that must be said are required, and no
/// others are taken.
enum class Use { answer, question };

class Schemas {
public:
    template <class T>
    json::Value of(Use use);

    /// The structs that were met, by name.
    const boost::json::object& components() const { return components_; }

private:
    template <class T>
    json::Value of_struct(Use use);

    boost::json::object components_;
};

namespace detail {

/// The name of a type without its namespaces.
template <class T>
std::string type_name() {
    const std::string name = boost::core::demangle(typeid(T).name());
    return name.substr(name.rfind(':') + 1);
}

/// Whether a question may leave this member out.
template <class T>
inline constexpr bool may_be_missing =
    json::detail::is_optional<T> || json::detail::is_vector<T> || std::is_same_v<T, bool>;

inline json::Value typed(std::string_view type) { return boost::json::object{{"type", type}}; }

inline json::Value formatted(std::string_view format) {
    return boost::json::object{{"type", "string"}, {"format", format}};
}

json::Value or_null(json::Value schema);
json::Value device_number();
json::Value limit_rule();

template <class T>
json::Value of_enum() {
    boost::json::array names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto each) {
        names.emplace_back(json::detail::member_name(each.name));
    });
    return boost::json::object{{"type", "string"}, {"enum", std::move(names)}};
}

}  // namespace detail

template <class T>
json::Value Schemas::of(Use use) {
    using namespace json::detail;  // NOLINT(google-build-using-namespace): the traits below
    if constexpr (std::is_same_v<T, TimePoint>) {
        return detail::formatted("date-time");
    } else if constexpr (std::is_same_v<T, DeviceNumber>) {
        return detail::device_number();
    } else if constexpr (std::is_same_v<T, LimitRule>) {
        components_.emplace("LimitRule", detail::limit_rule());
        return boost::json::object{{"$ref", "#/components/schemas/LimitRule"}};
    } else if constexpr (std::is_same_v<T, Bytes>) {
        return detail::typed("integer");
    } else if constexpr (HasCodec<T>) {
        return detail::typed("string");  // durations, addresses, networks
    } else if constexpr (std::is_same_v<T, json::Value>) {
        return boost::json::object{};
    } else if constexpr (std::is_same_v<T, bool>) {
        return detail::typed("boolean");
    } else if constexpr (std::is_same_v<T, std::string>) {
        return detail::typed("string");
    } else if constexpr (std::is_floating_point_v<T>) {
        return detail::typed("number");
    } else if constexpr (std::is_arithmetic_v<T> || is_strong<T>) {
        return detail::typed("integer");
    } else if constexpr (is_optional<T>) {
        return detail::or_null(of<typename T::value_type>(use));
    } else if constexpr (is_vector<T>) {
        return boost::json::object{{"type", "array"}, {"items", of<typename T::value_type>(use)}};
    } else if constexpr (DescribedEnum<T>) {
        return detail::of_enum<T>();
    } else {
        return of_struct<T>(use);
    }
}

template <class T>
json::Value Schemas::of_struct(Use use) {
    const std::string name = detail::type_name<T>();
    const std::string reference = "#/components/schemas/" + name;
    if (components_.contains(name)) {
        return boost::json::object{{"$ref", reference}};
    }
    components_.emplace(name, nullptr);  // its place, and the end of a circle
    boost::json::object properties;
    boost::json::array required;
    boost::mp11::mp_for_each<json::detail::Members<T>>([&](auto member) {
        using Member = std::remove_cvref_t<decltype(std::declval<T>().*member.pointer)>;
        const std::string_view key = json::detail::member_name(member.name);
        properties.emplace(key, of<Member>(use));
        if (use == Use::answer || !detail::may_be_missing<Member>) {
            required.emplace_back(key);
        }
    });
    boost::json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) {
        schema.emplace("required", std::move(required));
    }
    if (use == Use::question) {
        schema.emplace("additionalProperties", false);
    }
    components_[name] = std::move(schema);
    return boost::json::object{{"$ref", reference}};
}

}  // namespace fairgate::api
