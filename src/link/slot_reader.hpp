#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "link/wire.hpp"
#include "model/address.hpp"
#include "model/observation.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fairgate::link {

/// The hub's side of one run of an agent: makes observations of its reports. What comes is what a
/// machine says that may be in other hands: nothing in it is believed but what is checked here.
///
/// About 36 bytes a pair with names of ten characters.
class SlotReader {
public:
    /// Pairs of one agent. More than that is no node's.
    static constexpr std::uint32_t most_pairs = 200'000;

    /// anew: the agent began with us. later: it had told another hub, or this one before it
    /// started again, so the first bytes of a pair were counted there.
    enum class Begins { anew, later };
    SlotReader(std::string node, Begins begins) : node_(std::move(node)), begins_(begins) {}

    /// A new connection: numbers mean nothing until they are given again.
    void connected();

    struct Taken {
        std::size_t observations = 0;
        std::size_t passed_over = 0;  ///< too old, in the future, or an address nobody can have
        std::uint32_t lost = 0;       ///< reports that the agent had to throw away before this one
    };
    using Observe = std::function<void(const Observation&)>;
    /// `offset` is the agent's clock minus ours. FG-AGT-005: nothing of the report is used. The
    /// observation's text ends with the call; what it says of the account is as in the log.
    Result<Taken> take(
        const wire::Report& report, TimePoint now, Duration offset, const Observe& observe
    );
    /// The last report that was taken.
    std::uint64_t have() const { return have_; }
    /// Each account, as in the log, and an address it was reported at since the agent started.
    void each_pair(const std::function<void(std::string_view, const Address&)>& take) const;
    std::size_t memory() const;

private:
    struct Pair {
        Address address;
        std::uint8_t inbound = 0;  ///< in inbounds_
        std::uint16_t account_size : 15 = 0;
        std::uint16_t known : 1 = 0;  ///< on this connection
        std::uint32_t text = 0;       ///< where in texts_ the account stands
    };
    static_assert(sizeof(Pair) == 24);
    struct Amounts {
        std::uint64_t up = 0;
        std::uint64_t down = 0;
    };

    std::optional<std::string> fault(
        const wire::Report& report, const std::optional<std::vector<std::uint32_t>>& active
    ) const;
    void define(const wire::Pair& told);
    bool is_known(std::uint32_t number) const {
        return number < pairs_.size() && pairs_[number].known != 0;
    }
    std::string_view account_of(const Pair& pair) const;
    std::uint8_t number_of_inbound(const std::string& inbound);
    void tidy_texts();
    Amounts count(const wire::Counter& counter);

    std::string node_;
    Begins begins_;
    std::vector<Pair> pairs_;
    std::string texts_;
    std::vector<std::string> inbounds_{""};
    std::size_t dead_ = 0;  ///< bytes of texts_ that no pair refers to
    std::unordered_map<std::uint32_t, Amounts> amounts_;
    std::uint64_t have_ = 0;
};

}  // namespace fairgate::link
