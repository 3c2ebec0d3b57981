#include "pki/errors.hpp"

#include "pki/openssl.hpp"

#include <openssl/err.h>

#include <string>

namespace fairgate::pki {

std::string last_complaint() {
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason != nullptr ? reason : "no reason given";
}

Error cannot_make(std::string_view what) {
    Error error;
    error.code = "FG-PKI-001";
    error.what = "cannot make " + std::string(what);
    error.cause = last_complaint();
    error.state = "nothing was changed";
    return error;
}

Error bad_authority(std::string_view where, std::string_view why) {
    Error error;
    error.code = "FG-PKI-002";
    error.what = "the certificate authority of the hub cannot be used";
    error.where = where;
    error.cause = why;
    error.state = "no node can connect; nothing was changed";
    error.next = "put the files back from a backup, or remove them and let every node join again";
    return error;
}

Error bad_request(std::string_view why) {
    Error error;
    error.code = "FG-PKI-003";
    error.what = "this is no request for a certificate";
    error.cause = why;
    error.state = "no certificate was issued";
    return error;
}

Error bad_certificate(std::string_view why) {
    Error error;
    error.code = "FG-PKI-004";
    error.what = "the certificate is not accepted";
    error.cause = why;
    error.next = "on the hub: fairgate node join NAME, then on the node what it prints";
    return error;
}

Error bad_file(std::string_view path, std::string_view why) {
    Error error;
    error.code = "FG-PKI-005";
    error.what = "cannot read or write a file of certificates";
    error.where = path;
    error.cause = why;
    error.next = "ls -l " + std::string(path);
    return error;
}

Error bad_token(std::string_view why) {
    Error error;
    error.code = "FG-PKI-006";
    error.what = "this is no token to join by";
    error.cause = why;
    error.state = "nothing was sent";
    error.next = "on the hub: fairgate node join NAME, and copy the whole token";
    return error;
}

}  // namespace fairgate::pki
