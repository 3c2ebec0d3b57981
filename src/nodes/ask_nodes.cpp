#include "nodes/ask_nodes.hpp"

#include "link/errors.hpp"
#include "link/sockets_wire.hpp"
#include "nodes/questions.hpp"

#include <chrono>
#include <utility>

namespace fairgate::nodes {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

template <class Value>
using ByNode = std::map<std::string, Value>;

/// A node that has not answered by then is left out of what is shown.
constexpr std::chrono::seconds answer_time = 3s;

/// All at once, so that those that are silent are waited for together.
asio::awaitable<ByNode<Result<link::wire::Frame>>> ask(
    asio::any_io_executor executor, const Links& links, ByNode<link::wire::Frame> questions
) {
    const auto until = std::chrono::steady_clock::now() + answer_time;
    ByNode<std::shared_ptr<Questions::Pending>> asked;
    for (auto& [node, question] : questions) {
        const auto found = links.find(node);
        asked[node] =
            found == links.end() ? nullptr : found->second->ask(executor, std::move(question));
    }
    ByNode<Result<link::wire::Frame>> all;
    for (const auto& [node, pending] : asked) {
        if (pending == nullptr) {
            all.emplace(node, link::no_answer(node, "it is away, or watches no connections"));
            continue;
        }
        auto answer = co_await Questions::wait(pending, until);
        if (answer) {
            all.emplace(node, std::move(*answer));
        } else {
            all.emplace(node, link::no_answer(node, "it did not answer within 3 seconds"));
        }
    }
    co_return all;
}

}  // namespace

asio::awaitable<ByNode<Result<link::Seen>>> look_at_nodes(
    asio::any_io_executor executor, const Links& links, ByNode<link::Look> looks
) {
    ByNode<link::wire::Frame> questions;
    for (const auto& [node, look] : looks) {
        link::tell(look, *questions[node].mutable_look());
    }
    const auto answers = co_await ask(std::move(executor), links, std::move(questions));
    ByNode<Result<link::Seen>> all;
    for (const auto& [node, answer] : answers) {
        const auto found = links.find(node);
        const Duration lead = found == links.end() ? Duration(0) : found->second->lead();
        all.emplace(
            node,
            answer ? Result<link::Seen>(link::read(answer->seen(), lead))
                   : Result<link::Seen>(answer.error())
        );
    }
    co_return all;
}

asio::awaitable<ByNode<Result<link::WasCut>>> cut_on_nodes(
    asio::any_io_executor executor, const Links& links, ByNode<link::Cut> cuts
) {
    ByNode<link::wire::Frame> orders;
    for (const auto& [node, cut] : cuts) {
        link::tell(cut, *orders[node].mutable_cut());
    }
    const auto answers = co_await ask(std::move(executor), links, std::move(orders));
    ByNode<Result<link::WasCut>> all;
    for (const auto& [node, answer] : answers) {
        all.emplace(
            node,
            answer ? Result<link::WasCut>(link::read(answer->was_cut()))
                   : Result<link::WasCut>(answer.error())
        );
    }
    co_return all;
}

}  // namespace fairgate::nodes
