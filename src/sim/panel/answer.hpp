#pragma once

#include <boost/json/value.hpp>
#include <boost/system/result.hpp>

#include <string_view>
#include <utility>

/// What simulated panels built with FastAPI have in common. Nothing here is shared with the clients
/// under test.
namespace fairgate::sim::panel {

/// Why a call is refused: a status and what stands under "detail".
struct Refusal {
    Refusal() = default;
    Refusal(int with_status, boost::json::value with_detail)
        : status(with_status), detail(std::move(with_detail)) {}

    int status = 400;
    boost::json::value detail;
};

template <class T = void>
using Answer = boost::system::result<T, Refusal>;

[[noreturn]] void throw_exception_from_error(
    const Refusal& refusal, const boost::source_location& where
);

/// 422 as these panels write it: an object keyed by the field's name.
Refusal invalid_field(std::string_view field, std::string_view message);

}  // namespace fairgate::sim::panel
