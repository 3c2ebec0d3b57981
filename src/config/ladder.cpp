#include "config/ladder.hpp"

#include "config/clash.hpp"
#include "config/row.hpp"
#include "config/value.hpp"
#include "model/time.hpp"

#include <utility>
#include <variant>

namespace fairgate::config {

std::string step_text(const LadderStep& step) { return std::get<std::string>(write(step).value); }

std::vector<std::string> step_texts(const LadderSettings& ladder) {
    std::vector<std::string> texts;
    for (const LadderStep& step : ladder.steps) {
        texts.push_back(step_text(step));
    }
    return texts;
}

Result<LadderSettings> with_steps(LadderSettings rest, const std::vector<std::string>& steps) {
    const Row row;
    rest.steps.clear();
    for (const std::string& text : steps) {
        LadderStep step;
        if (auto complaint = read(step, Raw{{}, text}, row)) {
            return Error{
                .code = std::move(complaint->code),
                .what = std::move(complaint->what),
                .where = text,
                .next = std::move(complaint->label)
            };
        }
        rest.steps.push_back(step);
    }
    Clashes clashes;
    check_ladder(rest, clashes);
    if (!clashes.empty()) {
        return Error{
            .code = std::move(clashes.front().code),
            .what = std::move(clashes.front().what),
            .next = std::move(clashes.front().label)
        };
    }
    return rest;
}

}  // namespace fairgate::config
