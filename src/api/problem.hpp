#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "http/message.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace fairgate::api {

/// The HTTP status that an error code stands for: the only place that says so. 500 for a code that
/// is not known here.
int status_of(std::string_view code);

/// RFC 9457: title, status, detail, instance (the request's id), and beyond it code, where, state,
/// hint (the next step), changed, retry_after in seconds, and errors with the JSON pointer of what
/// is wrong in the request.
http::Response problem(const Error& error, const std::string& request_id);

/// Adds what every answer carries: the request's id, the daemon's time (by which all times in its
/// answers are to be told; a demo's goes faster than the machine's), and what browsers are to do
/// with it.
void complete(http::Response& response, const std::string& request_id, TimePoint now);

// What a request can be refused for before anything looks at what it asks.
Error no_such_path(std::string_view path);                              ///< FG-API-404
Error wrong_method(std::string_view method, std::string_view allowed);  ///< FG-API-405
Error wrong_content(std::string_view type);                             ///< FG-API-415
Error foreign_origin(std::string_view origin);                          ///< FG-API-403
Error wrong_host(std::string_view host);                                ///< FG-API-421
Error too_many_requests(std::chrono::seconds wait);                     ///< FG-API-429
Error changed_meanwhile(std::string_view version);                      ///< FG-API-412
Error key_in_flight();                                                  ///< FG-API-409
Error key_reused();                                                     ///< FG-API-422
Error too_many_streams();                                               ///< FG-API-503

}  // namespace fairgate::api
