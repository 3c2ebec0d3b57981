// A simulated Xray as a program of its own: `setup_core [RELEASE]` prints "listening URL" and
// serves its API until it is stopped. RELEASE is 24.9, 24.11, 25.6 or 26.4.
#include "base/spawn.hpp"
#include "sim/core/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <cstdio>
#include <map>
#include <string>

using namespace fairgate;
using sim::core::Release;

int main(int count, char** words) {
    const std::map<std::string, Release> releases = {
        {"24.9", Release::v24_9},
        {"24.11", Release::v24_11},
        {"25.6", Release::v25_6},
        {"26.4", Release::v26_4},
    };
    boost::asio::io_context io;
    sim::core::CoreState state(releases.at(count > 1 ? words[1] : "26.4"));
    state.inbounds()["in"].package = "xray.proxy.vless";
    state.add_user("in", "ali", "5783a3e7-e373-51cd-8642-c83782b807c5");
    const sim::core::Server server(io.get_executor(), state);
    std::printf("listening %s\n", server.base().c_str());
    std::fflush(stdout);
    boost::asio::signal_set stop(io, SIGTERM, SIGINT);
    stop.async_wait([&io](const boost::system::error_code&, int) { io.stop(); });
    io.run();
    return 0;
}
