#include "http/errors.hpp"

#include <boost/asio/error.hpp>

namespace fairgate::http {

namespace {

Error net_error(std::string_view number, std::string_view what) {
    Error error;
    error.code = "FG-NET-" + std::string(number);
    error.what = what;
    return error;
}

Error at(Error error, std::string_view place, std::string_view cause, std::string_view next) {
    error.where = place;
    error.cause = cause;
    error.next = next;
    return error;
}

std::string in_words(std::chrono::milliseconds time) {
    const auto count = time.count();
    return count % 1000 == 0 ? std::to_string(count / 1000) + " s" : std::to_string(count) + " ms";
}

std::string how_to_pin(std::string_view fingerprint) {
    return "compare this SHA-256 fingerprint with the server's own, then pin it: " +
           std::string(fingerprint);
}

}  // namespace

Error bad_address(std::string_view address, std::string_view why) {
    Error error = net_error("001", "the address of a server is not one");
    return at(std::move(error), address, why, "correct the address");
}

Error cannot_resolve(std::string_view place, std::string_view host, std::string_view why) {
    Error error = net_error("002", "the name '" + std::string(host) + "' cannot be resolved");
    return at(
        std::move(error),
        place,
        why,
        "check the spelling, then the name servers: getent hosts " + std::string(host)
    );
}

Error cannot_connect(std::string_view place, const boost::system::error_code& failure) {
    namespace error = boost::asio::error;
    if (failure == error::timed_out) {
        return at(
            net_error("005", "no connection in time"),
            place,
            failure.message(),
            "check the address and the firewalls between; a dropped packet looks like this"
        );
    }
    if (failure == error::connection_refused) {
        return at(
            net_error("003", "the connection was refused"),
            place,
            failure.message(),
            "nothing listens there: check that the server runs, and the port"
        );
    }
    if (failure == boost::system::errc::no_such_file_or_directory) {
        return at(
            net_error("003", "there is no such socket"),
            place,
            failure.message(),
            "check that the server runs, and the path of its socket"
        );
    }
    if (failure == error::access_denied) {
        return at(
            net_error("004", "this user may not connect there"),
            place,
            failure.message(),
            "check the owner, group and mode of the socket, or a firewall on this machine"
        );
    }
    return at(
        net_error("004", "there is no way to the server"),
        place,
        failure.message(),
        "check the network of this machine and the address"
    );
}

Error no_answer(std::string_view place, std::chrono::milliseconds waited) {
    Error error = net_error("006", "the server did not answer in time");
    error.state = "it is not known whether the server acted on the request";
    return at(
        std::move(error),
        place,
        "waited " + in_words(waited),
        "look at the server's load and log, or allow it more time"
    );
}

Error not_trusted(std::string_view place, std::string_view why, std::string_view fingerprint) {
    Error error = net_error("007", "the server's certificate is not trusted");
    error.state = "nothing was sent";
    return at(std::move(error), place, why, how_to_pin(fingerprint));
}

Error name_mismatch(
    std::string_view place,
    std::string_view host,
    std::string_view names,
    std::string_view fingerprint
) {
    Error error = net_error("008", "the server's certificate is not for " + std::string(host));
    error.state = "nothing was sent";
    return at(
        std::move(error),
        place,
        "it is for " + std::string(names),
        "use one of those names in the address; or " + how_to_pin(fingerprint)
    );
}

Error pin_mismatch(
    std::string_view place, std::string_view certificate, std::string_view fingerprint
) {
    Error error = net_error("009", "the server shows another certificate than the pinned one");
    error.state = "nothing was sent";
    return at(
        std::move(error),
        place,
        certificate,
        "if its certificate was renewed, " + how_to_pin(fingerprint) +
            "; if not, someone stands between"
    );
}

Error tls_failed(std::string_view place, std::string_view why) {
    return at(
        net_error("010", "no TLS connection could be made"),
        place,
        why,
        "check that the port speaks TLS (http:// if it does not) and its TLS versions"
    );
}

Error not_http(std::string_view place, std::string_view why) {
    return at(
        net_error("011", "the server's answer is not HTTP as we know it"),
        place,
        why,
        "check that the address is that of the HTTP port, and http:// against https://"
    );
}

Error body_too_large(std::string_view place, std::size_t limit) {
    return at(
        net_error("012", "the answer is larger than allowed"),
        place,
        "more than " + std::to_string(limit) + " bytes",
        "ask for less at a time"
    );
}

Error closed_early(std::string_view place, const boost::system::error_code& failure) {
    Error error = net_error("013", "the server closed the connection before its answer was whole");
    error.state = "it is not known whether the server acted on the request";
    return at(
        std::move(error),
        place,
        failure ? failure.message() : "end of the connection",
        "look at the log of the server, and of any proxy before it"
    );
}

Error bad_request(std::string_view place, std::string_view why) {
    Error error = net_error("015", "the request cannot be sent");
    error.state = "nothing was sent";
    return at(std::move(error), place, why, "");
}

Error fell_silent(std::string_view place, std::chrono::milliseconds patience) {
    return at(
        net_error("016", "the stream fell silent"),
        place,
        "nothing for " + in_words(patience),
        "it is opened again"
    );
}

Error proxy_refused(std::string_view proxy, std::string_view why) {
    Error error = net_error("018", "the proxy does not connect us");
    error.state = "nothing was sent to the server";
    return at(
        std::move(error), proxy, why, "check the proxy's address, user, password and its own log"
    );
}

Error bad_proxy(std::string_view why) {
    return at(net_error("019", "the address of a proxy is not one"), "", why, "correct it");
}

Error bad_pin() {
    return at(
        net_error("017", "the pinned certificate is not a SHA-256 fingerprint"),
        "",
        "",
        "write its 64 hexadecimal digits, as openssl x509 -noout -fingerprint -sha256 does"
    );
}

Error bad_certificate_file(std::string_view file, std::string_view why) {
    return at(
        net_error("025", "a certificate or key file cannot be used"),
        file,
        why,
        "check that it is PEM without a password, readable by this user, and belongs to its pair"
    );
}

Error bad_listen_address(std::string_view address, std::string_view why) {
    Error error = net_error("020", "the address to listen on is not one");
    return at(
        std::move(error),
        address,
        why,
        "write 127.0.0.1:8443, [::1]:8443 or unix:/run/fairgate/api.sock"
    );
}

Error cannot_listen(std::string_view address, const boost::system::error_code& failure) {
    namespace error = boost::asio::error;
    if (failure == error::address_in_use) {
        return at(
            net_error("021", "another program already listens there"),
            address,
            failure.message(),
            address.starts_with("unix:") ? "stop it, or choose another path"
                                         : "find it with: ss -ltnp; stop it, or choose another port"
        );
    }
    if (failure == error::access_denied) {
        return at(
            net_error("022", "this user may not listen there"),
            address,
            failure.message(),
            "choose a port above 1023, grant CAP_NET_BIND_SERVICE, or check the directory's owner"
        );
    }
    if (failure == boost::system::errc::address_not_available) {
        return at(
            net_error("023", "this machine does not have that address"),
            address,
            failure.message(),
            "list its addresses with: ip address"
        );
    }
    return at(
        net_error("024", "cannot listen there"), address, failure.message(), "check the address"
    );
}

Error handler_failed(std::string_view request, std::string_view why, std::string_view id) {
    Error error = net_error("026", "a request could not be answered");
    error.request_id = id;
    return at(std::move(error), request, why, "report this: it is a fault of the program");
}

Error not_websocket(std::string_view place, std::string_view why) {
    return at(
        net_error("028", "the other side does not speak WebSocket as we know it"),
        place,
        why,
        "check that nothing between changes it: a proxy that knows no Upgrade, a CDN"
    );
}

Error cannot_make_certificate(std::string_view why) {
    return at(
        net_error("027", "a certificate could not be made"),
        "",
        why,
        "give host names or IP addresses"
    );
}

}  // namespace fairgate::http
