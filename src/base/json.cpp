#include "base/json.hpp"

#include <boost/json/stream_parser.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace fairgate::json {

namespace {

constexpr std::size_t shown = 60;  // of a value in an error: enough to recognise it

std::string short_form(const Value& value) {
    switch (value.kind()) {
        case boost::json::kind::object:
            return "an object";
        case boost::json::kind::array:
            return "a list";
        case boost::json::kind::null:
        case boost::json::kind::bool_:
        case boost::json::kind::int64:
        case boost::json::kind::uint64:
        case boost::json::kind::double_:
        case boost::json::kind::string:
            break;
    }
    std::string text = serialize(value);
    if (text.size() > shown) {
        text.resize(shown);
        text += "…";
    }
    return text;
}

std::string line_and_column(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t column = offset - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
    return std::to_string(line) + ":" + std::to_string(column);
}

class Writer {
public:
    explicit Writer(Layout layout) : layout_(layout) {}

    void write(const Value& value) {
        switch (value.kind()) {
            case boost::json::kind::null:
                text_ += "null";
                return;
            case boost::json::kind::bool_:
                text_ += value.get_bool() ? "true" : "false";
                return;
            case boost::json::kind::int64:
                text_ += std::to_string(value.get_int64());
                return;
            case boost::json::kind::uint64:
                text_ += std::to_string(value.get_uint64());
                return;
            case boost::json::kind::double_:
                write_double(value.get_double());
                return;
            case boost::json::kind::string:
                write_string(value.get_string());
                return;
            case boost::json::kind::array:
                write_all(value.get_array(), '[', ']');
                return;
            case boost::json::kind::object:
                write_all(value.get_object(), '{', '}');
                return;
        }
    }

    std::string take() { return std::move(text_); }

private:
    template <class Container>
    void write_all(const Container& container, char open, char close) {
        text_ += open;
        ++depth_;
        bool first = true;
        for (const auto& each : container) {
            text_ += first ? "" : ",";
            first = false;
            new_line();
            write_one(each);
        }
        --depth_;
        if (!first) {
            new_line();
        }
        text_ += close;
    }

    void write_one(const Value& value) { write(value); }
    void write_one(const boost::json::key_value_pair& pair) {
        write_string(std::string_view(pair.key().data(), pair.key().size()));
        text_ += layout_ == Layout::indented ? ": " : ":";
        write(pair.value());
    }

    void new_line() {
        if (layout_ == Layout::indented) {
            text_ += '\n';
            text_.append(depth_ * 2, ' ');
        }
    }

    void write_double(double number) {
        if (!std::isfinite(number)) {
            text_ += "null";
            return;
        }
        // The range in which JavaScript, too, writes a number without an exponent.
        const double size = std::abs(number);
        const auto form = size == 0 || (size >= 1e-6 && size < 1e21)
                              ? std::chars_format::fixed
                              : std::chars_format::scientific;
        std::array<char, 64> buffer{};
        const auto end =
            std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, form).ptr;
        text_.append(buffer.data(), end);
    }

    void write_string(std::string_view string) {
        text_ += '"';
        for (const char c : string) {
            write_char(c);
        }
        text_ += '"';
    }

    void write_char(char c) {
        switch (c) {
            case '"':
                text_ += "\\\"";
                return;
            case '\\':
                text_ += "\\\\";
                return;
            case '\n':
                text_ += "\\n";
                return;
            case '\r':
                text_ += "\\r";
                return;
            case '\t':
                text_ += "\\t";
                return;
            default:
                break;
        }
        constexpr std::string_view hex = "0123456789abcdef";
        const auto code = static_cast<unsigned char>(c);
        if (code >= 0x20) {
            text_ += c;
            return;
        }
        text_ += "\\u00";
        text_ += hex[code >> 4U];
        text_ += hex[code & 15U];
    }

    Layout layout_;
    std::size_t depth_ = 0;
    std::string text_;
};

}  // namespace

Result<Value> parse(std::string_view text) {
    boost::json::stream_parser parser;
    boost::system::error_code failed;
    const std::size_t used = parser.write_some(text.data(), text.size(), failed);
    if (!failed && used < text.size()) {
        failed = boost::json::error::extra_data;
    }
    if (!failed) {
        parser.finish(failed);
    }
    if (failed) {
        return Error{
            .code = "FG-JSN-001",
            .what = "this is not JSON",
            .where = line_and_column(text, used),
            .cause = failed.message()
        };
    }
    return parser.release();
}

std::string serialize(const Value& value, Layout layout) {
    Writer writer(layout);
    writer.write(value);
    return writer.take();
}

Error wrong(std::string_view expected, const Value& got) {
    return Error{
        .code = "FG-JSN-002",
        .what = "expected " + std::string(expected) + ", got " + short_form(got)
    };
}

Error unknown_member(std::string_view name, const std::string& known) {
    return inside(
        name,
        Error{
            .code = "FG-JSN-003",
            .what = "\"" + std::string(name) + "\" is not known here",
            .cause = "known are: " + known
        }
    );
}

Error inside(std::string_view token, Error error) {
    std::string escaped = "/";
    for (const char c : token) {  // RFC 6901 section 3
        if (c == '~') {
            escaped += "~0";
        } else if (c == '/') {
            escaped += "~1";
        } else {
            escaped += c;
        }
    }
    error.where.insert(0, escaped);
    return error;
}

}  // namespace fairgate::json
