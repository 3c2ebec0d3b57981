#pragma once

#include "base/json.hpp"

#include <string>

/// Whether a value is as a schema of our own OpenAPI document says; only what that document uses.
namespace fairgate::api {

/// What is wrong, with the place, or nothing.
inline std::string fault(
    const json::Value& value,
    const json::Value& schema,
    const json::Value& document,
    const std::string& at = ""
);

inline bool is_of_type(const json::Value& value, std::string_view type) {
    return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
           (type == "string" && value.is_string()) || (type == "boolean" && value.is_bool()) ||
           (type == "null" && value.is_null()) || (type == "number" && value.is_number()) ||
           (type == "integer" && (value.is_int64() || value.is_uint64()));
}

inline std::string type_fault(const json::Value& value, const json::Value& type, std::string at) {
    if (type.is_string()) {
        return is_of_type(value, type.as_string()) ? "" : at + ": no " + json::serialize(type);
    }
    for (const json::Value& each : type.as_array()) {
        if (is_of_type(value, each.as_string())) {
            return "";
        }
    }
    return at + ": none of " + json::serialize(type);
}

inline std::string object_fault(
    const json::Value& value,
    const boost::json::object& schema,
    const json::Value& document,
    const std::string& at
) {
    const auto& object = value.as_object();
    if (const auto* required = schema.if_contains("required")) {
        for (const json::Value& name : required->as_array()) {
            if (!object.contains(name.as_string())) {
                return at + ": " + std::string(name.as_string()) + " is missing";
            }
        }
    }
    const auto* properties = schema.if_contains("properties");
    for (const auto& [key, member] : object) {
        const auto* known =
            properties == nullptr ? nullptr : properties->as_object().if_contains(key);
        if (known == nullptr) {  // stricter than the document: what we send is all described
            return at + ": " + std::string(key) + " is not described";
        }
        if (auto wrong = fault(member, *known, document, at + "/" + std::string(key));
            !wrong.empty()) {
            return wrong;
        }
    }
    return "";
}

inline std::string choice_fault(
    const json::Value& value,
    const json::Value& choices,
    const json::Value& document,
    const std::string& at
) {
    for (const json::Value& choice : choices.as_array()) {
        if (fault(value, choice, document, at).empty()) {
            return "";
        }
    }
    return at + ": fits none of " + json::serialize(choices);
}

inline std::string enum_fault(
    const json::Value& value, const json::Value& names, const std::string& at
) {
    for (const json::Value& name : names.as_array()) {
        if (name == value) {
            return "";
        }
    }
    return at + ": " + json::serialize(value) + " is none of " + json::serialize(names);
}

inline std::string array_fault(
    const json::Value& value,
    const json::Value& items,
    const json::Value& document,
    const std::string& at
) {
    for (const json::Value& item : value.as_array()) {
        if (auto wrong = fault(item, items, document, at + "/*"); !wrong.empty()) {
            return wrong;
        }
    }
    return "";
}

inline std::string fault(
    const json::Value& value,
    const json::Value& schema,
    const json::Value& document,
    const std::string& at
) {
    const auto& rules = schema.as_object();
    if (const auto* reference = rules.if_contains("$ref")) {
        const std::string pointer(reference->as_string());
        return fault(value, document.at_pointer(pointer.substr(1)), document, at);
    }
    for (const char* either : {"anyOf", "oneOf"}) {
        if (const auto* choices = rules.if_contains(either)) {
            return choice_fault(value, *choices, document, at);
        }
    }
    if (const auto* constant = rules.if_contains("const")) {
        return value == *constant ? "" : at + ": not the constant";
    }
    const auto* type = rules.if_contains("type");
    if (type != nullptr) {
        if (auto wrong = type_fault(value, *type, at); !wrong.empty()) {
            return wrong;
        }
    }
    if (const auto* names = rules.if_contains("enum")) {
        return enum_fault(value, *names, at);
    }
    if (const auto* items = rules.if_contains("items"); items != nullptr && value.is_array()) {
        return array_fault(value, *items, document, at);
    }
    return type != nullptr && value.is_object() ? object_fault(value, rules, document, at) : "";
}

}  // namespace fairgate::api
