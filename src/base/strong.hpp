#pragma once

#include <compare>
#include <cstddef>
#include <functional>

namespace fairgate {

/// A number that must not be mixed up with another kind of number:
/// `using NodeId = Strong<std::uint16_t, struct NodeTag>;`
template <class Number, class Tag>
struct Strong {
    Number value{};

    constexpr auto operator<=>(const Strong&) const = default;
};

}  // namespace fairgate

template <class Number, class Tag>
struct std::hash<fairgate::Strong<Number, Tag>> {  // NOLINT(*-std-namespace-modification): ours
    std::size_t operator()(fairgate::Strong<Number, Tag> id) const noexcept {
        return std::hash<Number>{}(id.value);
    }
};
