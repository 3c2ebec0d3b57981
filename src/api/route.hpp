#pragma once

#include "api/api.hpp"
#include "api/call.hpp"
#include "api/read_query.hpp"
#include "api/schema.hpp"
#include "control/change.hpp"
#include "http/server.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string_view>
#include <vector>

namespace fairgate::api {

enum class Method { get, post, put, del };

std::string_view to_text(Method method);

/// A body that is sent with 200.
using Answer = json::Value;

/// One line of the table that both answers requests and documents them.
struct Route {
    Method method = Method::get;
    std::string_view path;  ///< below /api/v1: "/accounts/{account}"
    control::Scope scope = control::Scope::read;
    std::string_view summary;
    /// Exactly one of the two.
    std::function<boost::asio::awaitable<Result<Answer>>(Parts, RawCall)> answer;
    std::function<boost::asio::awaitable<void>(Parts, RawCall, http::Exchange&)> stream;
    json::Value (*query_schema)(Schemas&) = nullptr;
    json::Value (*body_schema)(Schemas&) = nullptr;  ///< null: no body
    json::Value (*answer_schema)(Schemas&) = nullptr;
};

/// FG-API-422 with the pointer to the member that must be there.
Error missing_member(std::string_view name);

namespace detail {

template <class T>
inline constexpr bool is_listed = false;
template <class Row>
inline constexpr bool is_listed<control::Listed<Row>> = true;

json::Value envelope(json::Value data);
json::Value list_envelope(
    json::Value rows,
    const std::optional<std::string>& next,
    const std::string& summary,
    const std::vector<std::string>& warnings
);
json::Value envelope_schema(json::Value data);
json::Value list_envelope_schema(json::Value row);

template <class Out>
json::Value wrap(const Out& out) {
    if constexpr (is_listed<Out>) {
        return list_envelope(json::to_json(out.rows), out.next_cursor, out.summary, out.warnings);
    } else {
        return envelope(json::to_json(out));
    }
}

template <class Out>
struct RowOf {};
template <class Row>
struct RowOf<control::Listed<Row>> {
    using type = Row;
};

template <class Out>
json::Value schema_of_answer(Schemas& schemas) {
    if constexpr (is_listed<Out>) {
        return list_envelope_schema(schemas.of<typename RowOf<Out>::type>(Use::answer));
    } else {
        return envelope_schema(schemas.of<Out>(Use::answer));
    }
}

template <class T>
json::Value schema_of_question(Schemas& schemas) {
    return schemas.of<T>(Use::question);
}

/// The body as T: strict, and nothing that must be said is missing.
template <class T>
Result<T> read_body(const std::string& text) {
    const auto value = json::parse(text.empty() ? std::string_view("{}") : std::string_view(text));
    if (!value) {
        return value.error();
    }
    auto read = json::from_json<T>(*value, json::Unknown::refuse);
    if (!read) {
        return read;
    }
    std::optional<Error> missing;
    boost::mp11::mp_for_each<json::detail::Members<T>>([&](auto member) {
        using Member = std::remove_cvref_t<decltype(std::declval<T>().*member.pointer)>;
        const std::string_view name = json::detail::member_name(member.name);
        if (!missing && !may_be_missing<Member> && !value->as_object().contains(name)) {
            missing = missing_member(name);
        }
    });
    return missing ? Result<T>(*std::move(missing)) : read;
}

template <class Query, class Body>
Result<Call<Query, Body>> read_call(RawCall raw) {
    auto query = read_query<Query>(raw.query, {"dry_run", "accept_risk"});
    if (!query) {
        return query.error();
    }
    auto body = read_body<Body>(raw.body);
    if (!body) {
        return body.error();
    }
    return Call<Query, Body>{
        std::move(raw.asker), std::move(raw.path), *std::move(query), *std::move(body), raw.run
    };
}

template <class Query, class Body, class Out>
using Handle = boost::asio::awaitable<Result<Out>> (*)(Parts, Call<Query, Body>);

template <class Query, class Body, class Out>
boost::asio::awaitable<Result<Answer>> answer(
    Handle<Query, Body, Out> handle, Parts parts, RawCall raw
) {
    auto call = read_call<Query, Body>(std::move(raw));
    if (!call) {
        co_return call.error();
    }
    const auto out = co_await handle(parts, *std::move(call));
    co_return out ? Result<Answer>(wrap(*out)) : Result<Answer>(out.error());
}

}  // namespace detail

/// A line of the table from a function: its types say what is read and sent.
template <class Query, class Body, class Out>
Route route(
    Method method,
    std::string_view path,
    control::Scope scope,
    std::string_view summary,
    boost::asio::awaitable<Result<Out>> (*handle)(Parts, Call<Query, Body>)
) {
    Route made;
    made.method = method;
    made.path = path;
    made.scope = scope;
    made.summary = summary;
    made.answer = [handle](Parts parts, RawCall raw) {
        return detail::answer<Query, Body, Out>(handle, parts, std::move(raw));
    };
    if constexpr (!std::is_same_v<Query, None>) {
        made.query_schema = &detail::schema_of_question<Query>;
    }
    if constexpr (!std::is_same_v<Body, None>) {
        made.body_schema = &detail::schema_of_question<Body>;
    }
    made.answer_schema = &detail::schema_of_answer<Out>;
    return made;
}

/// All of them, in the order of the documentation.
const std::vector<Route>& routes();

}  // namespace fairgate::api
