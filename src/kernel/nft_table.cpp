#include "kernel/nft_table.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace fairgate::kernel {

namespace {

// Elements of one transaction: large ones are slower for each element (the kernel walks the list
// of the transaction's objects), small ones cost a message each.
constexpr std::size_t chunk = 5000;
// Above this, one listing is cheaper than a question for each.
constexpr std::size_t most_questions = 200;

/// Calls `work` with one chunk after the other until it fails.
template <class Each, class Work>
Result<> in_chunks(std::span<const Each> all, const Work& work) {
    while (!all.empty()) {
        const auto size = std::min(chunk, all.size());
        if (auto done = work(all.first(size)); !done) {
            return done;
        }
        all = all.subspan(size);
    }
    return {};
}

/// nft's words for what is not there: an element, its set, or the whole table.
bool says_not_there(const Error& error) {
    return error.code == "FG-KRN-021" && error.cause.find("No such file") != std::string::npos;
}

Result<> without_answer(Result<std::string> answer) {
    return answer ? Result<>() : Result<>(answer.error());
}

}  // namespace

NftTable::NftTable(NftContext context, NftSettings settings, std::string place)
    : context_(std::move(context)), settings_(std::move(settings)), place_(std::move(place)) {}

Result<NftTable> NftTable::open(
    const NetworkNamespace& place, NftSettings settings, TimePoint now
) {
    auto context = NftContext::open(place);
    if (!context) {
        return context.error();
    }
    NftTable table(*std::move(context), std::move(settings), place.name());
    auto listing = table.list(now);
    if (!listing) {
        return listing.error();
    }
    for (const NftElement& element : listing->elements) {
        table.held_.insert_or_assign(element.denial, element.until);
    }
    return table;
}

Result<NftListing> NftTable::list(TimePoint now) {
    auto answer = context_.run("list table inet fairgate");
    if (answer) {
        return nft::read_listing(*answer, settings_, now, place_);
    }
    return says_not_there(answer.error()) ? Result<NftListing>(NftListing())
                                          : Result<NftListing>(answer.error());
}

Result<NftTable::Found> NftTable::look(TimePoint now) {
    auto answer = context_.run_terse("list table inet fairgate");
    if (!answer) {
        return says_not_there(answer.error()) ? Result<Found>(Found::missing)
                                              : Result<Found>(answer.error());
    }
    auto listing = nft::read_listing(*answer, settings_, now, place_);
    if (!listing) {
        return listing.error();
    }
    return listing->whole ? Found::whole : Found::damaged;
}

Result<NftTable::Found> NftTable::ensure(TimePoint now) {
    auto found = look(now);
    if (found && *found != Found::whole) {
        if (auto made = rebuild(now); !made) {
            return made.error();
        }
    }
    return found;
}

Result<> NftTable::rebuild(TimePoint now) {
    forget_before(now);
    std::vector<NftElement> due;
    due.reserve(held_.size());
    for (const auto& [denial, until] : held_) {
        due.push_back(NftElement{denial, until});
    }
    // The first ones come with the table, so that for few there is no moment without them.
    const auto first = std::span<const NftElement>(due).first(std::min(chunk, due.size()));
    auto made = context_.run(nft::make_table(settings_) + nft::change(nft::Order::add, first, now));
    if (!made) {
        return made.error();
    }
    const auto rest = std::span<const NftElement>(due).subspan(first.size());
    return in_chunks(rest, [&](std::span<const NftElement> some) {
        return without_answer(context_.run(nft::change(nft::Order::add, some, now)));
    });
}

Result<> NftTable::add(
    std::span<const NftElement> elements, const ProtectedTargets& never, TimePoint now
) {
    for (const NftElement& element : elements) {
        if (auto fine = check(element.denial); !fine) {
            return fine;
        }
        if (auto fine = never.allow(element.denial.address); !fine) {
            return fine;
        }
    }
    forget_before(now);
    return in_chunks(elements, [&](std::span<const NftElement> some) {
        auto done = put(some, now);
        if (done) {
            return done;
        }
        // Another program may have flushed the table: then it is made anew, and this comes again.
        auto found = ensure(now);
        return !found || *found == Found::whole ? done : put(some, now);
    });
}

Result<> NftTable::put(std::span<const NftElement> elements, TimePoint now) {
    std::vector<NftElement> fresh;
    std::vector<NftElement> again;
    std::map<Denial, std::optional<TimePoint>> latest;  // one and the same twice: the last counts
    for (const NftElement& element : elements) {
        if (!element.until || *element.until > now) {
            latest.insert_or_assign(element.denial, element.until);
        }
    }
    for (const auto& [denial, until] : latest) {
        (held_.contains(denial) ? again : fresh).push_back(NftElement{denial, until});
    }
    // What is there already gets its new time in this order: older kernels ignore a new time of
    // an element, and a delete of one that has just run out would undo the whole transaction.
    const std::string commands =
        nft::change(nft::Order::add, again, now) + nft::change(nft::Order::take_away, again, now) +
        nft::change(nft::Order::add, again, now) + nft::change(nft::Order::add, fresh, now);
    if (commands.empty()) {
        return {};
    }
    if (auto done = context_.run(commands); !done) {
        return done.error();
    }
    for (const auto& [denial, until] : latest) {
        held_.insert_or_assign(denial, until);
    }
    return {};
}

Result<> NftTable::remove(std::span<const Denial> denials, TimePoint now) {
    for (const Denial& denial : denials) {
        if (auto fine = check(denial); !fine) {
            return fine;
        }
    }
    const std::set<Denial> once(denials.begin(), denials.end());
    std::vector<NftElement> elements;
    elements.reserve(once.size());
    for (const Denial& denial : once) {
        elements.push_back(NftElement{denial, std::nullopt});
    }
    return in_chunks(std::span<const NftElement>(elements), [&](auto some) {
        return take(some, now);
    });
}

Result<> NftTable::take(std::span<const NftElement> elements, TimePoint now) {
    const std::string taking = nft::change(nft::Order::take_away, elements, now);
    auto done = context_.run(taking);
    if (!done && says_not_there(done.error())) {
        // One that is not there fails them all: what was just added is there for sure.
        done = context_.run(nft::change(nft::Order::add, elements, now) + taking);
    }
    if (!done && !says_not_there(done.error())) {
        return done.error();
    }
    for (const NftElement& element : elements) {
        held_.erase(element.denial);
    }
    return {};
}

Result<std::vector<Denial>> NftTable::missing(std::span<const Denial> denials, TimePoint now) {
    std::vector<Denial> result;
    if (denials.size() > most_questions) {
        auto listing = list(now);
        if (!listing) {
            return listing.error();
        }
        std::set<Denial> there;
        for (const NftElement& element : listing->elements) {
            there.insert(element.denial);
        }
        std::ranges::copy_if(denials, std::back_inserter(result), [&there](const Denial& denial) {
            return !there.contains(denial);
        });
        return result;
    }
    for (const Denial& denial : denials) {
        auto answer = context_.run(nft::look_up(denial));
        if (!answer && !says_not_there(answer.error())) {
            return answer.error();
        }
        if (!answer) {
            result.push_back(denial);
        }
    }
    return result;
}

Result<> NftTable::drop() {
    auto done = context_.run(nft::drop_table());
    if (!done) {
        return done.error();
    }
    held_.clear();
    return {};
}

void NftTable::forget_before(TimePoint now) {
    std::erase_if(held_, [now](const auto& each) { return each.second && *each.second <= now; });
}

}  // namespace fairgate::kernel
