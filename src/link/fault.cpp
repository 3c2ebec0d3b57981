#include "link/fault.hpp"

#include "sources/visible.hpp"

namespace fairgate::link {

namespace {

constexpr std::size_t longest_text = 400;

}  // namespace

/// A message with text that is no UTF-8 cannot be read at all, and errors name accounts.
void tell(const Error& error, wire::Fault& out) {
    out.set_code(error.code);
    out.set_what(sources::visible(error.what, longest_text));
    out.set_cause(sources::visible(error.cause, longest_text));
    out.set_next(sources::visible(error.next, longest_text));
}

Error read(const wire::Fault& told) {
    Error error;
    error.code = sources::visible(told.code(), 16);
    error.what = sources::visible(told.what(), longest_text);
    error.cause = sources::visible(told.cause(), longest_text);
    error.next = sources::visible(told.next(), longest_text);
    if (!error.code.starts_with("FG-")) {
        error.code = "FG-AGT-005";
    }
    return error;
}

}  // namespace fairgate::link
