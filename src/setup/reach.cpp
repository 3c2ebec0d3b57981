#include "setup/reach.hpp"

#include "base/run.hpp"
#include "http/connect.hpp"
#include "http/date.hpp"
#include "http/errors.hpp"
#include "http/resolve.hpp"
#include "http/socket.hpp"
#include "http/uri.hpp"
#include "model/time.hpp"

#include <boost/asio/io_context.hpp>

#include <cctype>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>

namespace fairgate::setup {

namespace asio = boost::asio;

namespace {

/// Half a minute: beyond it, presence of one source and another no longer fit together.
constexpr std::chrono::seconds most_skew{30};

TestLine good(std::string name, std::string text) {
    return {std::move(name), Outcome::good, std::move(text), {}, {}};
}

bool is_about_trust(const Error& error) {
    return error.code == "FG-NET-007" || error.code == "FG-NET-008" || error.code == "FG-NET-009";
}

std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const std::string& word : words) {
        all += (all.empty() ? "" : ", ") + word;
    }
    return all;
}

/// "7A:3F:…", to be compared with what openssl prints.
std::string as_openssl(const std::string& digits) {
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        text += i > 0 && i % 2 == 0 ? ":" : "";
        text += static_cast<char>(std::toupper(static_cast<unsigned char>(digits[i])));
    }
    return text;
}

class Way {
public:
    Way(const TestSettings& settings, const Clock& clock, const Tell& tell)
        : settings_(settings), clock_(clock), tell_(tell) {}

    Reached go(const std::string& url, const http::TlsTrust& trust) {
        const auto base = http::parse_base(url);
        if (!base) {
            return fail("address", base.error());
        }
        if (!resolve(*base) || !connect(*base)) {
            return std::move(reached_);
        }
        if (base->scheme == http::Base::Scheme::https && !look_at_certificate(url)) {
            return std::move(reached_);
        }
        ask(*base, url, trust);
        return std::move(reached_);
    }

private:
    Reached fail(std::string step, const Error& error) {
        tell_(failed_line(std::move(step), error));
        reached_.failed = error;
        return std::move(reached_);
    }

    bool resolve(const http::Base& base) {
        const auto until = http::after(settings_.connect);
        const auto found =
            run(io_, [&] { return http::addresses_of(base.text(), base.host, until); });
        if (!found) {
            reached_ = fail("dns", found.error());
            return false;
        }
        for (const auto& address : *found) {
            reached_.addresses.push_back(address.to_string());
        }
        tell_(good("dns", base.host + " is " + joined(reached_.addresses)));
        return true;
    }

    bool connect(const http::Base& base) {
        const auto begun = std::chrono::steady_clock::now();
        const auto until = http::after(settings_.connect);
        const std::optional<http::Proxy> none;  // borrowed until the connection stands
        const auto socket = run(io_, [&] { return http::connect_socket(base, none, until); });
        if (!socket) {
            reached_ = fail("tcp", socket.error());
            return false;
        }
        const auto took =
            std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
        tell_(good(
            "tcp",
            "port " + std::to_string(base.port) + " takes connections, in " +
                std::to_string(took.count()) + " ms"
        ));
        return true;
    }

    bool look_at_certificate(const std::string& url) {
        auto shown = run(io_, [&] {
            return http::certificate_of(io_.get_executor(), url, settings_.connect);
        });
        if (!shown) {
            reached_ = fail("tls", shown.error());
            return false;
        }
        reached_.certificate = *std::move(shown);
        return true;
    }

    /// One request without any name in it: what its TLS is believed for, and what time it is there.
    void ask(const http::Base& base, const std::string& url, const http::TlsTrust& trust) {
        http::ClientSettings settings;
        settings.base = url;
        settings.trust = trust;
        settings.connect_timeout = settings_.connect;
        settings.request_timeout = settings_.answer;
        auto client = http::make_client(io_.get_executor(), settings);
        if (!client) {
            reached_ = fail("tls", client.error());
            return;
        }
        const TimePoint before = clock_.now();
        http::Request request;
        request.target = "/api/admin";
        const auto answer = run(io_, [&] { return (*client)->send(request); });
        const TimePoint after = clock_.now();
        if (!answer && is_about_trust(answer.error())) {
            const Error& why = answer.error();
            // The certificate itself is shown right after, line by line.
            const std::string cause = why.cause.substr(0, why.cause.find(": CN="));
            tell_({"tls", Outcome::warning, why.what + ": " + cause, why.code, {}});
            reached_.distrust = why;
            return;
        }
        tell_tls(base);
        if (!answer) {
            reached_ = fail("http", answer.error());
            return;
        }
        const auto date = answer->headers.get("Date");
        if (const auto time = date ? http::parse_date(*date) : std::nullopt) {
            // The field has whole seconds: its middle is nearer the truth than its beginning.
            const TimePoint there = *time + std::chrono::milliseconds(500);
            reached_.clock_ahead = std::chrono::round<std::chrono::milliseconds>(
                there - (before + (after - before) / 2)
            );
        }
    }

    void tell_tls(const http::Base& base) {
        if (reached_.certificate) {
            for (const std::string& line : certificate_lines(*reached_.certificate, clock_.now())) {
                tell_(good("tls", line));
            }
            return;
        }
        const bool here = base.host == "localhost" || base.host.starts_with("127.") ||
                          base.host == "::1" || base.scheme == http::Base::Scheme::unix_socket;
        tell_(
            here ? good("tls", "none, and none is needed on this machine")
                 : TestLine{
                       "tls",
                       Outcome::warning,
                       "none: the password travels readable for everybody on the way",
                       {},
                       "give the panel a certificate, then use https://"
                   }
        );
    }

    const TestSettings& settings_;
    const Clock& clock_;
    const Tell& tell_;
    asio::io_context io_{1};
    Reached reached_;
};

}  // namespace

Reached reach(
    const std::string& url,
    const http::TlsTrust& trust,
    const TestSettings& settings,
    const Clock& clock,
    const Tell& tell
) {
    return Way(settings, clock, tell).go(url, trust);
}

std::vector<std::string> certificate_lines(
    const http::ShownCertificate& certificate, TimePoint now
) {
    std::vector<std::string> lines;
    lines.push_back("certificate for " + certificate.names);
    lines.push_back(
        certificate.issuer == certificate.subject ? "signed by itself (" + certificate.issuer + ")"
                                                  : "issued by " + certificate.issuer
    );
    if (certificate.until) {
        const std::string day = to_rfc3339(*certificate.until).substr(0, 10);
        const auto left = std::chrono::floor<std::chrono::seconds>(*certificate.until - now);
        lines.push_back(
            left.count() < 0 ? "EXPIRED on " + day + ", " + for_people(-left) + " ago"
                             : "valid until " + day + ", for " + for_people(left)
        );
    }
    lines.push_back("SHA-256 " + as_openssl(certificate.sha256));
    return lines;
}

TestLine clock_line(std::optional<std::chrono::milliseconds> ahead) {
    if (!ahead) {
        return {"clock", Outcome::skipped, "the other side does not tell its time", {}, {}};
    }
    const long tenths = std::labs(std::lround(static_cast<double>(ahead->count()) / 100.0));
    const std::string text =
        "clock skew " + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
    if (std::chrono::abs(*ahead) > most_skew) {
        return {
            "clock",
            Outcome::warning,
            text + (ahead->count() > 0 ? ": it is ahead of this machine" : ": it is behind"),
            {},
            "set both clocks by the network: timedatectl set-ntp true"
        };
    }
    return good("clock", text);
}

TestLine failed_line(std::string name, const Error& error) {
    const std::string text = error.cause.empty() ? error.what : error.what + ": " + error.cause;
    return {std::move(name), Outcome::bad, text, error.code, error.next};
}

}  // namespace fairgate::setup
