#include "nodes/gate.hpp"

#include "base/spawn.hpp"
#include "http/listener.hpp"
#include "http/socket.hpp"
#include "http/tls_transport.hpp"
#include "link/channel.hpp"
#include "link/errors.hpp"
#include "link/tls.hpp"
#include "nodes/ask_nodes.hpp"
#include "nodes/hub_certificate.hpp"
#include "nodes/node_link.hpp"
#include "nodes/strangers.hpp"
#include "pki/join_token.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <list>
#include <map>
#include <utility>

namespace fairgate::nodes {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

/// Connections that have not shown who they are. Of those that have there is one for each node.
constexpr std::size_t most_strangers = 256;
/// For the handshake; its first message has ten seconds more.
constexpr std::chrono::seconds handshake_time = 5s;
/// Agents ask for another when a third of it is left.
constexpr std::chrono::seconds client_life = std::chrono::days(365);

/// Each of its coroutines keeps it, for they end some turns after they are asked to.
class TlsGate final : public Gate, public std::enable_shared_from_this<TlsGate> {
public:
    TlsGate(Parts parts, http::Listener listener)
        : parts_(std::move(parts)), listener_(std::move(listener)) {
        for (const NodeRecord& record : parts_.book.nodes()) {
            link_of(record);
        }
    }

    void start() {
        const auto ignore = [](const std::string&, const std::exception_ptr&) {};
        const auto self = shared_from_this();
        tasks_.push_back(spawn(
            parts_.executor, "agents", [self] { return self->accept(); }, ignore
        ));
        tasks_.push_back(spawn(
            parts_.executor, "heartbeat", [self] { return self->beat(); }, ignore
        ));
    }

    void close() {
        tasks_.clear();
        connections_.clear();
        boost::system::error_code ignored;
        listener_.acceptor.close(ignored);
    }

    Result<void> renew() { return certificate_.renew(parts_.authority, parts_.clock.now()); }

    std::string listening_on() const override { return listener_.address; }
    const NodeBook& book() const override { return parts_.book; }
    const pki::Authority& authority() const override { return parts_.authority; }

    std::vector<NodeNow> nodes() const override {
        std::vector<NodeNow> all;
        for (const auto& [name, link] : links_) {
            all.push_back(link->now());
        }
        for (const Invitation& invitation : parts_.book.invitations()) {
            if (!links_.contains(invitation.name)) {
                NodeNow& now = all.emplace_back();
                now.name = invitation.name;
                now.backend = invitation.backend;
                now.state = NodeState::invited;
                now.since = parts_.clock.now();
                now.until = invitation.expires;
            }
        }
        return all;
    }

    std::vector<sources::SourceHealth> sources(const std::string& backend) const override {
        std::vector<sources::SourceHealth> all;
        for (const auto& [name, link] : links_) {
            const NodeRecord* const record = parts_.book.find(name);
            if (record != nullptr && record->backend == backend) {
                const auto some = link->sources();
                all.insert(all.end(), some.begin(), some.end());
            }
        }
        return all;
    }

    void order() override {
        for (const auto& [name, link] : links_) {
            link->order();
        }
    }

    std::optional<OrderBook::Answer> answer(const std::string& node, const link::OrderKey& key)
        const override {
        const auto found = links_.find(node);
        return found == links_.end() ? std::nullopt : found->second->answer(key);
    }

    const OrderBook* held(const std::string& node) const override {
        const auto found = links_.find(node);
        return found == links_.end() ? nullptr : &found->second->held();
    }

    asio::awaitable<ByNode<Result<link::Seen>>> look(ByNode<link::Look> looks) override {
        return look_at_nodes(parts_.executor, links_, std::move(looks));
    }

    asio::awaitable<ByNode<Result<link::WasCut>>> cut(ByNode<link::Cut> cuts) override {
        return cut_on_nodes(parts_.executor, links_, std::move(cuts));
    }

    void each_pair(
        const std::string& node, const std::function<void(std::string_view, const Address&)>& take
    ) const override {
        if (const auto found = links_.find(node); found != links_.end()) {
            found->second->each_pair(take);
        }
    }

    asio::awaitable<Result<Invited>> invite(
        std::string name, std::string backend, std::string address, std::chrono::seconds life
    ) override {
        const auto token = pki::make_token(parts_.authority.fingerprint(), std::move(address));
        if (!token) {
            co_return token.error();
        }
        const TimePoint now = parts_.clock.now();
        Invitation invitation;
        invitation.name = std::move(name);
        invitation.backend = std::move(backend);
        invitation.hash = pki::hash_of_secret(token->secret);
        invitation.expires = now + life;
        NodeBook changed = parts_.book;
        if (auto done = changed.invite(std::move(invitation), now); !done) {
            co_return done.error();
        }
        if (auto done = co_await keep(std::move(changed)); !done) {
            co_return done.error();
        }
        Invited invited;
        invited.token = pki::to_text(*token);
        invited.expires = now + life;
        co_return invited;
    }

    asio::awaitable<Result<void>> revoke(std::string name) override {
        NodeBook changed = parts_.book;
        if (auto done = changed.revoke(name, parts_.clock.now()); !done) {
            co_return done.error();
        }
        if (auto done = co_await keep(std::move(changed)); !done) {
            co_return done.error();
        }
        if (const NodeRecord* const record = parts_.book.find(name)) {
            const auto link = link_of(*record);
            link->close();
            parts_.sink.tell(*record, "node " + name + " was revoked");
        }
        co_return Result<void>{};
    }

private:
    std::shared_ptr<NodeLink> link_of(const NodeRecord& record) {
        std::shared_ptr<NodeLink>& link = links_[record.name];
        if (!link) {
            const auto renew = [this](std::string node, std::string request) {
                return this->renew(std::move(node), std::move(request));
            };
            link = std::make_shared<NodeLink>(
                parts_.clock, parts_.sink, record, parts_.program, renew
            );
        }
        link->replace(record);
        return link;
    }

    /// In force at once, and on the disk when this returns; saves keep their order. If it cannot be
    /// written, whoever asked is told, and it holds until the daemon ends.
    asio::awaitable<Result<void>> keep(NodeBook changed) {
        parts_.book = std::move(changed);
        co_return co_await parts_.save(parts_.book.text());
    }

    asio::awaitable<void> accept() {
        for (;;) {
            boost::system::error_code failure;
            http::Socket socket = co_await listener_.acceptor.async_accept(
                asio::redirect_error(asio::use_awaitable, failure)
            );
            if (failure || !renew()) {
                asio::steady_timer timer(parts_.executor, 100ms);  // out of descriptors, mostly
                co_await timer.async_wait(asio::use_awaitable);
                continue;
            }
            let_in(std::move(socket));
        }
    }

    void let_in(http::Socket socket) {
        std::erase_if(connections_, [this](const auto& connection) {
            const bool over = connection.second.finished();
            if (over) {
                strangers_.leave(connection.first);
            }
            return over;
        });
        const Strangers::Number number = ++newest_;
        if (const auto goes = strangers_.enter(number, http::address_of_peer(socket))) {
            connections_.erase(*goes);
            if (*goes == number) {
                return;
            }
        }
        const auto kept = std::make_shared<http::Socket>(std::move(socket));
        connections_[number] = spawn(
            parts_.executor,
            "agent",
            [self = shared_from_this(), kept, number] { return self->serve(kept, number); },
            [](const std::string&, const std::exception_ptr&) {}
        );
    }

    asio::awaitable<void> beat() {
        asio::steady_timer timer(parts_.executor);
        for (;;) {
            timer.expires_after(10s);
            co_await timer.async_wait(asio::use_awaitable);
            for (const auto& [name, link] : links_) {
                link->ping();
                link->order();
            }
        }
    }

    asio::awaitable<void> serve(std::shared_ptr<http::Socket> socket, Strangers::Number number) {
        const std::string address = http::address_of_peer(*socket);
        http::send_at_once(*socket);
        auto transport = http::make_tls_transport(std::move(*socket), certificate_.context());
        transport->deadline(std::chrono::steady_clock::now() + handshake_time);
        const auto failure = co_await transport->handshake(http::TlsTransport::Role::server);
        if (failure) {
            co_return;
        }
        const std::string certificate = link::shown_certificate(transport->native());
        const auto channel =
            std::make_shared<link::Channel>(parts_.executor, std::move(transport), address);
        const auto first = co_await channel->receive();
        Error why;
        if (!first) {
            why = first.error();
        } else if (first->has_join()) {
            why = co_await join(*channel, number, first->join());
        } else if (first->has_hello()) {
            why = co_await talk(channel, number, certificate, first->hello(), address);
        } else {
            why = link::out_of_turn(address, "it has not said who it is");
        }
        if (!why.code.empty()) {
            channel->post(link::refusal(why));
        }
        co_await channel->finish();
    }

    asio::awaitable<Error> talk(
        std::shared_ptr<link::Channel> channel,
        Strangers::Number number,
        std::string certificate,
        link::wire::Hello hello,
        std::string address
    ) {
        const auto holder = parts_.authority.check_client(certificate, parts_.clock.now());
        if (!holder) {
            co_return holder.error();
        }
        const auto record = parts_.book.admit(*holder);
        if (!record) {
            co_return record.error();
        }
        strangers_.leave(number);
        if (NodeBook changed = parts_.book; changed.settle(*holder)) {
            if (auto done = co_await keep(std::move(changed)); !done) {
                co_return done.error();
            }
            parts_.sink.tell(*record, "node " + record->name + " has a new certificate");
        }
        const NodeRecord* const now = parts_.book.find(holder->name);
        if (now == nullptr || now->revoked) {  // while it was written
            co_return link::not_a_node(holder->name);
        }
        const auto link = link_of(*now);
        co_return co_await link->serve(std::move(channel), std::move(hello), std::move(address));
    }

    /// It is on the disk before the certificate goes out; the old one is good until that is shown.
    asio::awaitable<Result<std::string>> renew(std::string node, std::string request) {
        const TimePoint now = parts_.clock.now();
        const auto issued = parts_.authority.sign(request, node, now, client_life);
        if (!issued) {
            co_return issued.error();
        }
        NodeBook changed = parts_.book;
        if (auto done = changed.renew(node, issued->serial, issued->until); !done) {
            co_return done.error();
        }
        if (auto done = co_await keep(std::move(changed)); !done) {
            co_return done.error();
        }
        co_return issued->certificate;
    }

    /// The secret is used up on the disk before a certificate goes out: it works once, whatever
    /// happens.
    asio::awaitable<Error> join(
        link::Channel& channel, Strangers::Number number, link::wire::Join asked
    ) {
        const TimePoint now = parts_.clock.now();
        NodeBook changed = parts_.book;
        const auto invitation = changed.redeem(asked.secret(), now);
        if (!invitation) {
            co_return invitation.error();
        }
        strangers_.leave(number);
        const auto issued =
            parts_.authority.sign(asked.request(), invitation->name, now, client_life);
        if (!issued) {
            co_return issued.error();
        }
        NodeRecord record;
        record.name = invitation->name;
        record.backend = invitation->backend;
        record.serial = issued->serial;
        record.joined = now;
        record.until = issued->until;
        changed.add(record);
        if (auto done = co_await keep(std::move(changed)); !done) {
            co_return done.error();
        }
        link_of(record)->close();
        parts_.sink.tell(record, "node " + record.name + " joined");
        link::wire::Frame frame;
        frame.mutable_joined()->set_node(record.name);
        frame.mutable_joined()->set_certificate(issued->certificate);
        channel.post(frame);
        co_return Error{};
    }

    Parts parts_;
    http::Listener listener_;
    HubCertificate certificate_;
    Links links_;
    Strangers strangers_{most_strangers};
    Strangers::Number newest_ = 0;
    std::map<Strangers::Number, Task> connections_;
    std::list<Task> tasks_;
};

}  // namespace

Result<std::shared_ptr<Gate>> Gate::open(Parts parts, const std::string& listen) {
    http::ServerSettings settings;
    settings.listen = listen;
    auto listener = http::listen_on(parts.executor, settings);
    if (!listener) {
        return listener.error();
    }
    const auto gate = std::make_shared<TlsGate>(std::move(parts), std::move(*listener));
    if (auto done = gate->renew(); !done) {
        return done.error();
    }
    gate->start();
    const auto close = [gate](Gate*) { gate->close(); };
    return std::shared_ptr<Gate>(gate.get(), close);
}

}  // namespace fairgate::nodes
