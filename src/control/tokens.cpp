#include "control/tokens.hpp"

#include "model/time.hpp"

#include <boost/describe/enum_from_string.hpp>
#include <sodium.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <utility>

namespace fairgate::control {

namespace {

constexpr std::string_view prefix = "fg_";
constexpr std::string_view digest_mark = "sha256:";
// Of 32 random bytes in hexadecimal digits 64 are left; less than half of them can be guessed by
// nobody either, but "secret" can.
constexpr std::size_t shortest_secret = 32;
constexpr std::size_t longest_token = 256;

struct Shown {
    std::string_view id;
    std::string_view secret;
};

std::optional<Shown> take_apart(std::string_view text) {
    if (!text.starts_with(prefix) || text.size() > longest_token) {
        return std::nullopt;
    }
    text.remove_prefix(prefix.size());
    const std::size_t end = text.find('_');
    if (end == 0 || end == std::string_view::npos) {
        return std::nullopt;
    }
    return Shown{text.substr(0, end), text.substr(end + 1)};
}

bool is_id(std::string_view id) {
    return !id.empty() && id.size() <= 32 && std::ranges::all_of(id, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-';
    });
}

std::optional<Digest> parse_digest(std::string_view hex) {
    Digest digest{};
    std::size_t size = 0;
    const int failed = sodium_hex2bin(
        digest.data(), digest.size(), hex.data(), hex.size(), nullptr, &size, nullptr
    );
    return failed == 0 && size == digest.size() ? std::optional(digest) : std::nullopt;
}

/// The words of a line; what is behind '#' is none of them.
std::vector<std::string> words_of(std::string_view line) {
    std::istringstream in(std::string(line.substr(0, line.find('#'))));
    std::vector<std::string> words;
    for (std::string word; in >> word;) {
        words.push_back(std::move(word));
    }
    return words;
}

/// The scope and the expiry behind the token itself.
std::string read_rights(const std::vector<std::string>& words, std::size_t at, Token& token) {
    for (; at < words.size(); ++at) {
        const std::string& word = words[at];
        if (boost::describe::enum_from_string(word.c_str(), token.scope)) {
            continue;
        }
        const auto expires = parse_rfc3339(word);
        if (!expires) {
            return "expected a scope (read, write, admin) or the day it ends";
        }
        token.expires = *expires;
    }
    return "";
}

/// What is wrong with the line, or nothing.
std::string read_line(const std::vector<std::string>& words, Token& token) {
    const auto shown = take_apart(words[0]);
    if (shown) {
        token.id = shown->id;
        token.digest = digest_of(shown->secret);
        if (shown->secret.size() < shortest_secret) {
            return "the secret is too short";
        }
        return is_id(token.id) ? read_rights(words, 1, token) : "the id is none";
    }
    const bool named = words[0].starts_with(prefix) && is_id(words[0].substr(prefix.size()));
    if (!named || words.size() < 2 || !words[1].starts_with(digest_mark)) {
        return "expected fg_<id>_<secret>, or fg_<id> and sha256:<digest>";
    }
    token.id = words[0].substr(prefix.size());
    const auto digest = parse_digest(std::string_view(words[1]).substr(digest_mark.size()));
    if (!digest) {
        return "the digest is not 64 hexadecimal digits";
    }
    token.digest = *digest;
    return read_rights(words, 2, token);
}

Error bad_line(const std::string& file, std::size_t number, std::string why) {
    return {
        .code = "FG-AUTH-004",
        .what = "this line of the token file is no token",
        .where = file + ":" + std::to_string(number),
        .cause = std::move(why),
        .next = "write one: echo \"fg_ops_$(openssl rand -hex 32)\" > " + file
    };
}

Error refused() {
    return {
        .code = "FG-AUTH-001",
        .what = "the token is missing, unknown or expired",
        .next = "send it as: Authorization: Bearer fg_<id>_<secret>"
    };
}

}  // namespace

Result<TokenTable> TokenTable::parse(std::string_view text, const std::string& file) {
    TokenTable table;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::vector<std::string> words = words_of(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (words.empty()) {
            continue;
        }
        Token token;
        std::string fault = read_line(words, token);
        if (fault.empty() &&
            std::ranges::find(table.tokens_, token.id, &Token::id) != table.tokens_.end()) {
            fault = "another line has this id";
        }
        if (!fault.empty()) {
            return bad_line(file, number, std::move(fault));
        }
        table.tokens_.push_back(std::move(token));
    }
    if (table.tokens_.empty()) {
        return bad_line(file, 1, "there is none in the file");
    }
    return table;
}

Result<Token> TokenTable::find(std::string_view shown, TimePoint now) const {
    const auto parts = take_apart(shown);
    if (!parts) {
        return refused();
    }
    const Digest digest = digest_of(parts->secret);
    for (const Token& token : tokens_) {
        if (token.id != parts->id) {
            continue;
        }
        const bool right = sodium_memcmp(token.digest.data(), digest.data(), digest.size()) == 0;
        return right && (!token.expires || now < *token.expires) ? Result<Token>(token)
                                                                 : Result<Token>(refused());
    }
    return refused();
}

std::string make_token(const std::string& id) {
    std::array<unsigned char, 32> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::array<char, 65> hex{};
    sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
    return std::string(prefix) + id + "_" + hex.data();
}

Digest digest_of(std::string_view text) {
    Digest digest{};
    crypto_hash_sha256(
        digest.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size()
    );
    return digest;
}

}  // namespace fairgate::control
