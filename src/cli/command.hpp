#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

/// What a command is. The table of commands (cli/commands.hpp) is made of these values; parser,
/// help, completion, man pages and the page in docs/ are all made from that table.
namespace fairgate::cli {

/// Up to N values inside a constexpr table.
template <class T, std::size_t N>
class Few {
public:
    constexpr Few() = default;
    constexpr Few(std::initializer_list<T> values) {
        for (const T& value : values) {
            values_.at(size_++) = value;  // too many: does not compile
        }
    }
    constexpr const T* begin() const { return values_.data(); }
    constexpr const T* end() const { return values_.data() + size_; }
    constexpr std::size_t size() const { return size_; }
    constexpr bool empty() const { return size_ == 0; }
    constexpr const T& operator[](std::size_t at) const { return values_[at]; }

private:
    std::array<T, N> values_{};
    std::size_t size_ = 0;
};

/// What a value is: how it is checked, how it is sent, and what a shell can complete.
enum class ValueKind : std::uint8_t {
    none,  ///< a switch
    text,
    account,
    decision,
    source,
    integer,   ///< from 0
    devices,   ///< from 1, or "unlimited"
    duration,  ///< "15m"; sent as whole seconds
    time,      ///< RFC 3339, a date, or a duration ago; sent as RFC 3339
    deadline,  ///< the same, but a duration is from now on
    file,
    choice,
    command,
};

/// many: none or more. some: one or more. Both only as the last argument.
enum class Presence : std::uint8_t { required, optional, many, some };

struct Argument {
    std::string_view name;
    ValueKind kind = ValueKind::text;
    Presence presence = Presence::required;
    std::string_view help = {};
    std::string_view choices = {};  ///< "shadow|warn|enforce"
};

struct Flag {
    std::string_view name;  ///< without the dashes
    char letter = 0;
    ValueKind kind = ValueKind::none;
    std::string_view value = {};  ///< what the value is called in help: "N", "FILE"
    std::string_view help = {};
    std::string_view choices = {};
};

struct Example {
    std::string_view line;
    std::string_view help;
};

/// How a column or field is written for people.
enum class Show : std::uint8_t {
    text,
    number,
    time,     ///< "4m ago"
    seconds,  ///< "4 m 50 s"
    milliseconds,
    list,   ///< up to three, "+2"
    state,  ///< with a symbol
    yes_no,
    rate,
    bytes,
    byte_rate,  ///< bytes a second
};

struct Column {
    std::string_view key;  ///< in the data; "limit.devices" goes inside
    std::string_view title;
    Show show = Show::text;
    std::uint8_t weight = 0;  ///< the heaviest is left out first when the terminal is narrow
};

enum class Method : std::uint8_t { none, get, post, put, del };

/// What is asked of the daemon: the arguments fill `{name}` in the path; other arguments and flags
/// become the query of a GET or DELETE and the JSON body of a POST or PUT, `-` written as `_`.
struct Call {
    Method method = Method::none;
    std::string_view path = {};  ///< below /api/v1: "/accounts/{account}"
};

/// Whether a command changes something. What is risky asks first.
enum class Effect : std::uint8_t { reads, writes, risky };

enum class Group : std::uint8_t { everyday, limits, enforcement, sources, learn, running };

struct Context;
struct Invocation;

/// Does what the command says and gives the exit code.
using Run = int (*)(Context&, const Invocation&);

struct Command {
    std::string_view path;  ///< "limit set"
    Group group = Group::everyday;
    std::string_view summary;  ///< one line, no full stop
    std::string_view detail = {};
    Few<Argument, 3> arguments = {};
    Few<Flag, 16> flags = {};
    Few<Example, 4> examples = {};
    Effect effect = Effect::reads;
    Call call = {};
    Few<Column, 12> columns = {};  ///< of what is listed or shown
    Run run = nullptr;
};

/// All commands, in the order of the help.
std::span<const Command> commands();

/// Flags that every command takes, and those of every command that changes something.
std::span<const Flag> global_flags();
std::span<const Flag> write_flags();

/// Other spellings of a first or second word: "accounts" is account, "rm" is remove.
struct Alias {
    std::string_view said;
    std::string_view meant;
};
std::span<const Alias> noun_aliases();
std::span<const Alias> verb_aliases();

const Command* find_command(std::string_view path);

std::string_view group_title(Group group);

}  // namespace fairgate::cli
