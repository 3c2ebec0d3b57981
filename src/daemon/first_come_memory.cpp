#include "daemon/first_come_memory.hpp"

#include "base/json.hpp"
#include "model/json.hpp"

#include <boost/describe.hpp>

#include <utility>
#include <vector>

namespace fairgate::daemon {

BOOST_DESCRIBE_STRUCT(KnownComing, (), (account, origin, since, last))

namespace {

struct Kept {
    std::vector<KnownComing> comings;
};
BOOST_DESCRIBE_STRUCT(Kept, (), (comings))

std::string key_of(const std::string& backend) { return "first_come/" + backend; }

}  // namespace

std::map<std::string, std::string> comings_as_text(const std::list<std::unique_ptr<Unit>>& units) {
    std::map<std::string, std::string> texts;
    for (const auto& unit : units) {
        const Kept kept{unit->engine->comings()};
        if (!kept.comings.empty()) {
            texts[unit->backend->name()] = json::write(kept);
        }
    }
    return texts;
}

Result<void> save_comings(store::Store& store, const std::map<std::string, std::string>& texts) {
    return store.atomically(store::Durability::soon, [&]() -> Result<void> {
        for (const auto& [backend, text] : texts) {
            if (auto done = store.meta().set(key_of(backend), text); !done) {
                return done;
            }
        }
        return {};
    });
}

Result<std::map<std::string, std::string>> read_comings(
    store::Store& store, const std::list<std::unique_ptr<Unit>>& units
) {
    std::map<std::string, std::string> texts;
    for (const auto& unit : units) {
        auto text = store.meta().get(key_of(unit->backend->name()));
        if (!text) {
            return text.error();
        }
        if (*text) {
            texts[unit->backend->name()] = **text;
        }
    }
    return texts;
}

void take_up_comings(
    const std::map<std::string, std::string>& texts, std::list<std::unique_ptr<Unit>>& units
) {
    for (const auto& unit : units) {
        const auto text = texts.find(unit->backend->name());
        if (text == texts.end()) {
            continue;
        }
        const auto kept = json::read<Kept>(text->second, json::Unknown::ignore);
        for (const KnownComing& coming : kept ? kept->comings : std::vector<KnownComing>()) {
            unit->engine->restore(coming);
        }
    }
}

}  // namespace fairgate::daemon
