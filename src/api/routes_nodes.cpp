// Machines that report through an agent.
#include "api/tables.hpp"
#include "control/nodes.hpp"

#include <utility>

namespace fairgate::api {

namespace {

namespace asio = boost::asio;
using control::Change;
using control::Joining;
using control::Listed;
using control::NodeRow;
using control::Scope;

asio::awaitable<Result<Listed<NodeRow>>> list_nodes(Parts parts, Call<None, None>) {
    co_return control::whole(control::list_nodes(parts.desk.live));
}

asio::awaitable<Result<NodeRow>> show_node(Parts parts, Call<None, None> call) {
    co_return control::show_node(parts.desk.live, call.path.front());
}

struct JoinBody {
    std::optional<std::string> backend;
    std::optional<std::string> address;
    std::optional<std::int64_t> expires_in;  ///< seconds
};
BOOST_DESCRIBE_STRUCT(JoinBody, (), (backend, address, expires_in))

asio::awaitable<Result<Joining>> join_node(Parts parts, Call<None, JoinBody> call) {
    control::JoinOrder order;
    order.node = std::move(call.path.front());
    order.backend = call.body.backend.value_or("");
    order.address = call.body.address.value_or("");
    const auto life = length_of(call.body.expires_in);
    if (!life) {
        co_return life.error();
    }
    if (*life) {
        order.life = std::chrono::duration_cast<std::chrono::seconds>(**life);
    }
    co_return co_await control::join_node(
        parts.desk, std::move(call.asker), std::move(order), call.run
    );
}

asio::awaitable<Result<Change>> revoke_node(Parts parts, Call<None, None> call) {
    co_return co_await control::revoke_node(
        parts.desk, std::move(call.asker), std::move(call.path.front()), call.run
    );
}

}  // namespace

std::vector<Route> node_routes() {
    return {
        route(
            Method::get, "/nodes", Scope::read, "machines that report through an agent", &list_nodes
        ),
        route(Method::get, "/nodes/{node}", Scope::read, "one node", &show_node),
        route(
            Method::post,
            "/nodes/{node}/join",
            Scope::admin,
            "a token by which one machine may join once as that node",
            &join_node
        ),
        route(
            Method::post,
            "/nodes/{node}/revoke",
            Scope::admin,
            "refuse a node's certificate from now on",
            &revoke_node
        ),
    };
}

}  // namespace fairgate::api
