#pragma once

#include "base/clock.hpp"
#include "link/order.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::nodes {

/// What one node is to hold, and what it says it holds. Nothing of this is stored: what is wanted
/// stands in the hub's journal, what is held in the node's, and both are compared whenever they
/// meet. Neither a hub nor a node that was killed, put back from a backup or set up anew can so
/// leave anything behind.
///
/// No order goes out before the node has told all that it holds.
class OrderBook {
public:
    /// So many are under way; the others wait for their answers.
    static constexpr std::size_t most_under_way = 32;
    static constexpr Duration answer_time = std::chrono::seconds(15);
    /// What was refused is asked again; somebody may have switched a firewall on.
    static constexpr Duration ask_again = std::chrono::seconds(60);
    /// Clocks are measured, not equal: due times that agree so well are the same.
    static constexpr Duration agrees = std::chrono::seconds(2);

    /// A new connection: it will tell what it holds.
    void connected();
    void disconnected();
    /// Whether it has told all that it holds, on this connection.
    bool is_known() const { return known_; }

    /// A part of all that it holds; `last`: the rest follows in no other.
    void held(const std::vector<link::Done>& orders, bool last);
    /// How one of them stands. stranger: it was neither ordered nor held. What is in force of such
    /// is to be lifted: an order that was taken back while it was under way, or a lie.
    enum class Whose { ours, stranger };
    Whose done(const link::Done& done);
    /// All that it is to hold from now on. What it holds beyond that is to be lifted.
    void want(std::vector<link::Order> orders);
    /// What is to be said next, if something is.
    std::optional<link::Order> next(TimePoint now);
    /// Something there has changed: what was refused is asked again at once.
    void ask_all_again();

    /// unanswered: it was not told yet, or has not said anything.
    enum class Stand { unwanted, unanswered, holds, fails, refused };
    struct Answer {
        Stand stand = Stand::unwanted;
        std::string text;
        std::optional<Error> error;
    };
    Answer answer(const link::OrderKey& key) const;
    /// Whether it holds the measure, as far as is known.
    bool holds(const link::OrderKey& key) const;
    /// What it holds, in the order of the measures.
    std::vector<link::Done> all() const;
    std::size_t size() const;

private:
    struct Entry {
        std::optional<link::Order> wanted;
        std::optional<link::Done> there;
        std::optional<link::Order> sent;  ///< last, on this connection
        std::optional<TimePoint> asked;   ///< and not answered since
        std::optional<TimePoint> refused;
    };
    static bool differs(const Entry& entry, TimePoint now);
    static bool is_there(const Entry& entry);
    static bool is_in_force(const link::Done& done);
    static std::optional<link::Order> order_for(Entry& entry, TimePoint now);
    void tidy();

    std::map<link::OrderKey, Entry> entries_;
    bool known_ = false;
};

}  // namespace fairgate::nodes
