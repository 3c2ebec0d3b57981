#pragma once

#include <boost/describe.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace fairgate {

/// What went wrong, as every surface shows it. Only `code` and `what` are always there.
/// (The `= {}` let a caller name only the fields it knows.) No field may hold a password, token,
/// secret or whole subscription link.
struct Error {
    /// Stands first so that text is not taken for an Error: C++20 lets an aggregate be built from
    /// its first member, and Result<std::string> could then not tell its value from its error.
    struct NotText {
        bool operator==(const NotText&) const = default;
    };
    [[no_unique_address]] NotText not_text = {};
    std::string code = {};   ///< stable and searchable: FG-SRC-012
    std::string what = {};   ///< what failed, in the operator's words, naming the object
    std::string where = {};  ///< file:line:column, or node, panel address, account, decision
    std::string cause = {
    };  ///< as the other side put it: status, errno text, its first 200 characters
    std::string state = {};                             ///< what changed and what did not
    std::string next = {};                              ///< the next command or setting
    std::optional<std::chrono::seconds> retry_in = {};  ///< when it is tried again, if it is
    std::string request_id = {};

    bool operator==(const Error&) const = default;
};

/// "FG-SRC-012: what: where: cause", on one line, for logs and tests.
std::string to_line(const Error& error);

/// What input or a peer can cause is returned, not thrown.
template <class T = void>
using Result = boost::system::result<T, Error>;

/// What the program cannot go on without.
class Fatal : public std::exception {
public:
    explicit Fatal(Error error) : error_(std::move(error)), line_(to_line(error_)) {}
    const Error& error() const { return error_; }
    const char* what() const noexcept override { return line_.c_str(); }

private:
    Error error_;
    std::string line_;
};

/// Called by Result::value() when there is none.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location&);

}  // namespace fairgate
