#include "nodes/order_book.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::nodes {
namespace {

using namespace std::chrono_literals;
using link::Done;
using link::Order;
using link::OrderKey;
using link::OrderKind;

const TimePoint start = TimePoint(std::chrono::seconds(1'790'000'000));

Order order(std::int64_t measure, std::optional<TimePoint> until = start + 1h) {
    Order one;
    one.key = {measure, "ali"};
    one.until = until;
    return one;
}

Done done(std::int64_t measure, MeasureState state, std::optional<TimePoint> until = start + 1h) {
    Done one;
    one.key = {measure, "ali"};
    one.state = state;
    one.until = until;
    return one;
}

TEST(OrderBook, nothing_is_ordered_before_the_node_has_told_all_that_it_holds) {
    OrderBook book;
    book.connected();
    book.want({order(1)});
    EXPECT_FALSE(book.next(start));
    book.held({done(2, MeasureState::active)}, false);
    EXPECT_FALSE(book.next(start));
    book.held({done(1, MeasureState::active)}, true);
    const auto lift = book.next(start);
    ASSERT_TRUE(lift);
    EXPECT_EQ(lift->key.measure, 2);
    EXPECT_EQ(lift->kind, OrderKind::lift);
    EXPECT_FALSE(book.next(start));
}

TEST(OrderBook, another_due_time_is_corrected_and_a_clock_that_is_a_second_off_is_not) {
    OrderBook book;
    book.connected();
    book.held({done(1, MeasureState::active, start + 1h)}, true);
    book.want({order(1, start + 1h + 1s)});
    EXPECT_FALSE(book.next(start));
    book.want({order(1, start + 2h)});
    EXPECT_EQ(book.next(start)->until, start + 2h);
    book.done(done(1, MeasureState::active, start + 2h));
    EXPECT_FALSE(book.next(start));
    book.want({order(1, std::nullopt)});
    EXPECT_EQ(book.next(start)->until, std::nullopt);
}

TEST(OrderBook, what_is_refused_is_asked_again_in_a_minute_or_when_something_changed) {
    OrderBook book;
    book.connected();
    book.held({}, true);
    book.want({order(1)});
    ASSERT_TRUE(book.next(start));
    Done refused = done(1, MeasureState::failed);
    refused.error = Error{.code = "FG-AGT-022", .what = "no firewall"};
    book.done(refused);
    EXPECT_EQ(book.answer({1, "ali"}).stand, OrderBook::Stand::refused);
    EXPECT_EQ(book.answer({1, "ali"}).error->code, "FG-AGT-022");
    EXPECT_FALSE(book.next(start + 30s));
    EXPECT_TRUE(book.next(start + 61s));
    book.done(refused);
    book.ask_all_again();
    EXPECT_TRUE(book.next(start + 62s));
}

TEST(OrderBook, a_node_that_does_not_answer_is_told_again) {
    OrderBook book;
    book.connected();
    book.held({}, true);
    book.want({order(1)});
    ASSERT_TRUE(book.next(start));
    EXPECT_FALSE(book.next(start + 10s));
    EXPECT_TRUE(book.next(start + 20s));
}

TEST(OrderBook, only_so_many_are_under_way) {
    OrderBook book;
    book.connected();
    book.held({}, true);
    std::vector<Order> many;
    for (int i = 1; i <= 100; ++i) {
        many.push_back(order(i));
    }
    book.want(many);
    std::size_t sent = 0;
    while (book.next(start)) {
        ++sent;
    }
    EXPECT_EQ(sent, OrderBook::most_under_way);
    book.done(done(1, MeasureState::active));
    EXPECT_TRUE(book.next(start));
    EXPECT_FALSE(book.next(start));
}

TEST(OrderBook, what_was_neither_ordered_nor_held_is_lifted) {
    OrderBook book;
    book.connected();
    book.held({}, true);
    EXPECT_EQ(book.done(done(77, MeasureState::active)), OrderBook::Whose::stranger);
    EXPECT_EQ(book.next(start)->kind, OrderKind::lift);
    EXPECT_EQ(book.done(done(77, MeasureState::lifted)), OrderBook::Whose::ours);
    EXPECT_EQ(book.done(done(77, MeasureState::lifted)), OrderBook::Whose::ours);
    EXPECT_EQ(book.done(done(78, MeasureState::failed)), OrderBook::Whose::ours);
    EXPECT_EQ(book.size(), 0U);
    EXPECT_FALSE(book.next(start));
}

TEST(OrderBook, an_order_that_is_taken_back_while_it_is_under_way_is_lifted) {
    OrderBook book;
    book.connected();
    book.held({}, true);
    book.want({order(1)});
    ASSERT_TRUE(book.next(start));
    book.want({});
    EXPECT_FALSE(book.next(start));
    book.done(done(1, MeasureState::active));
    const auto lift = book.next(start);
    ASSERT_TRUE(lift);
    EXPECT_EQ(lift->kind, OrderKind::lift);
}

TEST(OrderBook, who_claims_more_than_a_node_holds_takes_no_more_room) {
    OrderBook book;
    book.connected();
    for (std::int64_t id = 1; id < 30'000; ++id) {
        book.done(done(id, MeasureState::active));
    }
    EXPECT_LE(book.size(), 2 * link::most_held);
}

TEST(OrderBook, an_id_of_another_account_is_another_measure) {
    OrderBook book;
    book.connected();
    Done other = done(1, MeasureState::active);
    other.key.account = "sara";
    book.held({other}, true);
    book.want({order(1)});
    std::set<OrderKind> kinds;
    while (const auto next = book.next(start)) {
        kinds.insert(next->kind);
    }
    EXPECT_EQ(kinds, (std::set{OrderKind::deny, OrderKind::lift}));
}

/// A node as it should be: holds what it is told, and nothing is lost on its disk.
struct Node {
    std::map<OrderKey, Order> holds;

    Done take(const Order& told) {
        Done answer;
        answer.key = told.key;
        answer.until = told.until;
        if (told.kind == OrderKind::lift) {
            holds.erase(told.key);
            answer.state = MeasureState::lifted;
        } else {
            holds[told.key] = told;
            answer.state = MeasureState::active;
        }
        return answer;
    }
    std::vector<Done> tell() const {
        std::vector<Done> all;
        for (const auto& [key, told] : holds) {
            all.push_back(done(key.measure, MeasureState::active, told.until));
        }
        return all;
    }
};

// NOLINTNEXTLINE(readability-function-cognitive-complexity): what may happen, one case each
RC_GTEST_PROP(
    OrderBookProperty, whatever_is_lost_on_the_way_the_node_ends_up_holding_what_is_wanted, ()
) {
    OrderBook book;
    Node node;
    std::map<OrderKey, Order> wanted;
    TimePoint now = start;
    bool connected = false;
    std::vector<Done> late;  // answers that are under way
    const auto exchange = [&](int most, int lost) {
        for (int i = 0; i < most; ++i) {
            const auto next = book.next(now);
            if (!next) {
                return;
            }
            if (i >= lost) {
                late.push_back(node.take(*next));
            }
        }
    };
    const auto hear = [&] {
        for (const Done& answer : std::exchange(late, {})) {
            book.done(answer);
        }
    };
    const auto want = [&] {
        std::vector<Order> all;
        for (const auto& [key, one] : wanted) {
            all.push_back(one);
        }
        book.want(all);
    };
    const auto connect = [&] {
        late.clear();
        book.connected();
        book.held(node.tell(), true);
        want();
    };
    for (int turn = *rc::gen::inRange(1, 60); turn > 0; --turn) {
        switch (*rc::gen::inRange(0, 7)) {
            case 0: {
                const auto id = *rc::gen::inRange(1, 9);
                wanted[{id, "ali"}] = order(id, start + 24h + id * 1min);
                break;
            }
            case 1:
                wanted.erase({*rc::gen::inRange(1, 9), "ali"});
                break;
            case 2: {
                const auto id = *rc::gen::inRange(1, 9);
                if (wanted.contains({id, "ali"})) {
                    wanted[{id, "ali"}].until = std::nullopt;
                }
                break;
            }
            case 3:
                connected = !connected;
                connected ? connect() : book.disconnected();
                break;
            case 4:  // its disk was lost
                node.holds.clear();
                connected = false;
                book.disconnected();
                break;
            case 5:  // the hub was started again
                book = OrderBook();
                connected = false;
                break;
            default:
                now += 20s;
                if (connected) {
                    want();
                    exchange(*rc::gen::inRange(0, 5), *rc::gen::inRange(0, 3));
                    if (*rc::gen::inRange(0, 2) == 0) {
                        hear();
                    }
                }
        }
    }
    // Without a new connection as well, once what was lost is no longer waited for.
    connected ? want() : connect();
    for (int round = 0; round < 4; ++round) {
        hear();
        now += 20s;
        exchange(1000, 0);
    }
    RC_ASSERT(node.holds.size() == wanted.size());
    for (const auto& [key, one] : wanted) {
        RC_ASSERT(node.holds.at(key).until == one.until);
        RC_ASSERT(book.answer(key).stand == OrderBook::Stand::holds);
    }
    RC_ASSERT(!book.next(now + 1h));
}

}  // namespace
}  // namespace fairgate::nodes
