#include "daemon/known_accounts.hpp"

#include "base/run_on.hpp"
#include "daemon/first_come_memory.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

namespace fairgate::daemon {

namespace {

/// Groups, limits and states of an account seldom change within a day.
constexpr Duration believed_for = std::chrono::hours(24);

std::string key_of(const std::string& backend) { return "accounts/" + backend; }

Result<std::map<std::string, std::string>> read_accounts(
    store::Store& store, const std::list<std::unique_ptr<Unit>>& units
) {
    std::map<std::string, std::string> texts;
    for (const auto& unit : units) {
        auto text = store.meta().get(key_of(unit->backend->name()));
        if (!text) {
            return text.error();
        }
        if (*text) {
            texts[unit->backend->name()] = *std::move(*text);
        }
    }
    return texts;
}

void take_up_accounts(
    const std::map<std::string, std::string>& texts,
    std::list<std::unique_ptr<Unit>>& units,
    TimePoint now
) {
    for (const auto& unit : units) {
        const auto found = texts.find(unit->backend->name());
        if (found == texts.end()) {
            continue;
        }
        const std::string_view text = found->second;
        const std::size_t head = std::min(text.find('\n'), text.size());
        const auto as_of = parse_rfc3339(text.substr(0, head));
        if (as_of && *as_of <= now && now - *as_of < believed_for) {
            unit->backend->take_up_accounts(text.substr(std::min(head + 1, text.size())), *as_of);
        }
    }
}

}  // namespace

std::map<std::string, std::string> accounts_as_text(
    const std::list<std::unique_ptr<Unit>>& units, TimePoint since
) {
    std::map<std::string, std::string> texts;
    for (const auto& unit : units) {
        const auto synced = unit->backend->now().synced;
        if (!synced || *synced <= since) {
            continue;
        }
        if (const auto text = unit->backend->accounts_as_text()) {
            texts[unit->backend->name()] = to_rfc3339(*synced) + "\n" + *text;
        }
    }
    return texts;
}

Result<void> save_accounts(store::Store& store, const std::map<std::string, std::string>& texts) {
    return store.atomically(store::Durability::soon, [&]() -> Result<void> {
        for (const auto& [backend, text] : texts) {
            if (auto done = store.meta().set(key_of(backend), text); !done) {
                return done;
            }
        }
        return {};
    });
}

boost::asio::awaitable<Result<void>> recall(
    boost::asio::any_io_executor store_thread,
    store::Store& store,
    std::list<std::unique_ptr<Unit>>& units,
    TimePoint now
) {
    auto read_names = [&store, &units] { return read_accounts(store, units); };
    const auto accounts = co_await run_on(store_thread, std::move(read_names));
    if (!accounts) {
        co_return accounts.error();
    }
    take_up_accounts(*accounts, units, now);
    auto read_first = [&store, &units] { return read_comings(store, units); };
    const auto comings = co_await run_on(store_thread, std::move(read_first));
    if (!comings) {
        co_return comings.error();
    }
    take_up_comings(*comings, units);
    co_return Result<void>();
}

}  // namespace fairgate::daemon
