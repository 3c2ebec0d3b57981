#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "config/load.hpp"
#include "config/secret.hpp"
#include "setup/answers.hpp"
#include "setup/core_trial.hpp"
#include "setup/finding.hpp"
#include "setup/log_trial.hpp"
#include "setup/panel_trial.hpp"
#include "setup/plan.hpp"
#include "setup/protect.hpp"
#include "setup/reach.hpp"
#include "setup/root.hpp"
#include "setup/talk.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::setup {

enum class Step : std::uint8_t { panel, core, log, limit, protect, firewall };
BOOST_DESCRIBE_ENUM(Step, panel, core, log, limit, protect, firewall)
inline constexpr std::array all_steps = {
    Step::panel, Step::core, Step::log, Step::limit, Step::protect, Step::firewall
};

/// What the wizard works with: this machine, or what a test has put together.
struct Machine {
    Root root{"/"};
    const Clock& clock;
    config::Sources sources;  ///< the configuration: its file and what is stronger
    TestSettings tests;
    Networks networks;
};

struct Order {
    std::optional<Step> only;
    enum class Writing : std::uint8_t { real, dry } writing = Writing::real;
};

/// How it ended.
struct Done {
    Answers answers;
    Findings findings;
    std::vector<TestLine> tests;
    Plan plan;
    std::optional<Written> written;  ///< none: dry, nothing to change, or not wanted
    std::string beside;              ///< a new file that was not put into its place
};

/// From detection to the written configuration. With a person, answers are kept from one to the
/// next, so that a run that was cut goes on where it was; with a file, nothing is kept and the
/// first answer that does not pass ends it.
Result<Done> set_up(const Machine& machine, Talk& talk, const Order& order);

/// The steps, one after the other; what they share. A step asks, tests and asks again until an
/// answer passes.
class Wizard {
public:
    Wizard(const Machine& machine, Talk& talk, const Order& order);

    Result<Done> run();

private:
    enum class Next : std::uint8_t { on, back, ended };
    /// What an `ask` that gave no answer means for the step it stands in.
    Next left() const { return left_; }
    std::optional<std::string> ask(const Question& question);
    std::optional<bool> ask_yes_no(const Question& question);
    Tell telling();
    bool is_person() const { return talk_.side() == Talk::Side::person; }
    /// One step alone is soon answered again, and must not disturb what a whole run has kept.
    bool keeps() const {
        return is_person() && order_.writing == Order::Writing::real && !order_.only;
    }

    void introduce();
    Result<void> take_up();
    Result<void> keep();
    Standing& standing(Step step);
    Next take(Step step);
    std::size_t before(
        std::span<const Step> steps, std::size_t at, std::vector<std::size_t>& asked
    );
    Result<void> walk(std::span<const Step> steps);
    bool open_last(std::span<const Step> steps);
    Result<void> finish();
    Result<void> save();

    Next ask_panel();
    Next ask_core();
    Next ask_log();
    Next ask_limit();
    Next ask_protect();
    Next ask_firewall();

    // steps_panel.cpp
    std::string usual_url() const;
    std::optional<Reached> reach_panel(PanelLogin& login);
    bool trust_certificate(const Reached& reached, PanelLogin& login);
    enum class Login : std::uint8_t { passed, other_address, left };
    Login log_in(PanelLogin& login, PanelTested& tested);
    bool ask_login(PanelLogin& login);
    void remember_panel(const PanelLogin& login, const Reached& reached, const PanelTested& tested);

    std::string usual_core() const;
    bool ask_how_to_block(CoreAccess& access);
    void remember_core(const CoreAccess& access, const CoreTested& tested);

    std::string usual_log() const;
    std::string log_for_figures() const;
    std::vector<Protected> known_protected() const;
    std::vector<std::string> backend_names() const;
    const Finding* found(Thing thing, std::string_view name = {}) const;
    bool is_watching() const;

    const Machine& machine_;
    Talk& talk_;
    Order order_;
    Done done_;
    std::string before_;  ///< the file's text
    config::Loaded there_;
    config::Secret secret_;  ///< password or key that passed
    Next left_ = Next::on;
    bool skipped_ = false;
};

}  // namespace fairgate::setup
