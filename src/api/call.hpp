#pragma once

#include "control/asker.hpp"
#include "http/uri.hpp"

#include <boost/describe.hpp>

#include <string>
#include <vector>

namespace fairgate::api {

/// A request taken apart as far as the router does it.
struct RawCall {
    control::Asker asker;
    std::vector<std::string> path;  ///< what stands for each {name}, decoded
    http::Query query;
    std::string body;
    control::Run run = control::Run::for_real;
    std::string last_event_id;
};

/// A request as a route sees it.
template <class Query, class Body>
struct Call {
    control::Asker asker;
    std::vector<std::string> path;
    Query query;
    Body body;
    control::Run run = control::Run::for_real;
};

/// No parameters, or no body.
struct None {};
BOOST_DESCRIBE_STRUCT(None, (), ())

}  // namespace fairgate::api
