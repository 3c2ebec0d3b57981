#pragma once

#include "backends/xray/image.hpp"
#include "backends/xray/running_core.hpp"
#include "base/error.hpp"
#include "base/turn.hpp"
#include "enforcement/enforcer.hpp"
#include "model/measure.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::agent {

/// Denies an account in this node's core: removed from the core's inbounds, under every name that
/// the order gives it, and the bytes that were there put back when it is over
/// (backends/xray/enforcer.hpp). Where two orders are about one account, each keeps the bytes and
/// gives them back when it is over; the other one then removes it again, and knows it by that.
class CoreDeny final : public enforcement::Enforcer {
public:
    struct Parts {
        boost::asio::any_io_executor executor;
        backends::xray::RunningCore* core;  ///< null: it is no longer in agent.toml (FG-AGT-027)
        /// How the account of a measure may be called in the core.
        std::function<std::vector<std::string>(const Measure&)> names;
        /// What else is open in this core for the hub's account, as the journal has it.
        std::function<std::vector<Measure>(const Measure&)> others;
        /// A step succeeded after one that had failed.
        std::function<void(MeasureId)> recovered;
        std::string also;  ///< what is said beside, where open connections are not cut
    };
    explicit CoreDeny(Parts parts);

    /// One core a node, whatever agent.toml calls it today.
    static constexpr std::string_view called = "core";
    std::string_view name() const override { return called; }
    bool supports(Action action) const override { return action == Action::block; }

    boost::asio::awaitable<Result<enforcement::Reading>> read(const Measure& measure) override;
    boost::asio::awaitable<Result<enforcement::Acted>> act(const Measure& measure) override;
    boost::asio::awaitable<Result<enforcement::Verification>> verify(const Measure& measure
    ) override;
    boost::asio::awaitable<Result<enforcement::Restored>> restore(const Measure& measure) override;

    /// Whether the core has the account of a measure that is not begun, under one of these names;
    /// changes nothing. An error is the core's own (FG-XRY-*), at once where it is known to be
    /// away.
    boost::asio::awaitable<Result<bool>> knows(Measure measure, std::vector<std::string> names);
    /// Why the last step of a measure failed, with what to do about it.
    const Error* why(MeasureId id) const;
    void forget(MeasureId id) { failing_.erase(id); }

private:
    using Image = backends::xray::AccountImage;
    /// The account as the core has it, under each of its names.
    struct Images {
        std::vector<Image> before;
        std::vector<Image> after;
    };
    template <class T>
    using Answer = boost::asio::awaitable<Result<T>>;

    static Result<Images> images_of(const Measure& measure);
    static Measure part_of(const Measure& measure, const Images& images, const std::string& email);
    static std::vector<std::string> emails_of(
        const Images& images, const std::vector<std::string>& names
    );
    std::optional<Images> held_by_others(const Measure& measure, const std::string& email) const;
    Turn& turn_of(const std::string& email);
    Answer<Images> look(const Measure& measure, std::vector<std::string> names);
    Error fails(const Measure& measure, const Error& error);
    void works(const Measure& measure);

    Parts parts_;
    std::vector<Turn> turns_;  ///< by name in the core: one call at a time about each
    std::map<MeasureId, Error> failing_;
};

}  // namespace fairgate::agent
