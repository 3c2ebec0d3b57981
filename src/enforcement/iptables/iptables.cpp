#include "enforcement/iptables/iptables.hpp"

#include "base/run_program.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace fairgate::enforcement::iptables {

namespace {

// Another program may hold the lock of all iptables; a restart of Docker does for seconds.
constexpr const char* wait_for_lock = "--wait=10";

Result<std::string> run(std::vector<std::string> arguments, std::string input) {
    const std::string tool = arguments.front();
    ProgramCall call{.arguments = std::move(arguments), .input = std::move(input)};
    // Rules of a hundred thousand are 15 MB; Docker and others have theirs in the same table.
    call.most_output = std::size_t{64} << 20U;
    auto end = run_program(call);
    if (!end) {
        return end.error();
    }
    if (end->status != 0) {
        return errors::tool_refused(tool, end->status, end->errors);
    }
    return std::move(end->output);
}

Result<Chain> read(const std::string& save) {
    auto saved = run({save, "-t", "filter"}, {});
    return saved ? Result<Chain>(read_chain(*saved)) : Result<Chain>(saved.error());
}

}  // namespace

const std::vector<Iptables::Family>& Iptables::families() {
    static const std::vector<Family> both = {
        {"iptables-save", "iptables-restore", true}, {"ip6tables-save", "ip6tables-restore", false}
    };
    return both;
}

BlockerAbilities Iptables::abilities() const {
    return {
        .doors = true,
        .connections = true,
        .udp = true,
        .ends_by_itself = false,
        .tells_times = true,
        .stops_live = true,
        .most_at_once = 1000,
        .spares_ssh = true
    };
}

Result<> Iptables::ready(TimePoint now) {
    for (const Family& family : families()) {
        auto chain = read(family.save);
        if (!chain) {
            return chain.error();
        }
        const bool asked = chain->input_first && chain->forward_first;
        if (!chain->exists || !asked) {
            std::erase_if(chain->blocks, [now](const Block& block) {
                return block.until && *block.until <= now;
            });
            if (auto written = write(family, *chain, chain->blocks); !written) {
                return written;
            }
        }
    }
    return {};
}

Result<> Iptables::put(std::span<const Block> blocks, TimePoint now) {
    for (const Family& family : families()) {
        std::map<Denial, Block> wanted;
        for (const Block& block : blocks) {
            if (block.denial.address.is_v4() == family.is_v4) {
                wanted.emplace(block.denial, block);
            }
        }
        if (wanted.empty()) {
            continue;
        }
        auto chain = read(family.save);
        if (!chain) {
            return chain.error();
        }
        for (const Block& block : chain->blocks) {
            if (!block.until || *block.until > now) {
                wanted.emplace(block.denial, block);  // the new one stays
            }
        }
        std::vector<Block> all;
        all.reserve(wanted.size());
        std::ranges::transform(wanted, std::back_inserter(all), [](auto& each) {
            return each.second;
        });
        if (auto written = write(family, *chain, all); !written) {
            return written;
        }
    }
    return {};
}

Result<> Iptables::take(std::span<const Denial> denials, TimePoint) {
    const std::set<Denial> gone(denials.begin(), denials.end());
    for (const Family& family : families()) {
        const bool concerned = std::ranges::any_of(denials, [&family](const Denial& denial) {
            return denial.address.is_v4() == family.is_v4;
        });
        if (!concerned) {
            continue;
        }
        auto chain = read(family.save);
        if (!chain) {
            return chain.error();
        }
        const auto left = std::erase_if(chain->blocks, [&gone](const Block& block) {
            return gone.contains(block.denial);
        });
        if (left == 0) {
            continue;
        }
        if (auto written = write(family, *chain, chain->blocks); !written) {
            return written;
        }
    }
    return {};
}

Result<> Iptables::write(const Family& family, const Chain& chain, const std::vector<Block>& blocks)
    const {
    auto done =
        run({family.restore, wait_for_lock, "--noflush"},
            write_chain(chain, blocks, settings_.open_ports));
    return done ? Result<>() : Result<>(done.error());
}

Result<std::vector<Block>> Iptables::list(TimePoint) {
    std::vector<Block> blocks;
    for (const Family& family : families()) {
        auto chain = read(family.save);
        if (!chain) {
            return chain.error();
        }
        // A chain that INPUT does not ask refuses nobody.
        if (chain->input_jumps > 0) {
            blocks.insert(blocks.end(), chain->blocks.begin(), chain->blocks.end());
        }
    }
    return blocks;
}

Result<> Iptables::drop(TimePoint) {
    for (const Family& family : families()) {
        auto chain = read(family.save);
        if (!chain) {
            return chain.error();
        }
        if (!chain->exists) {
            continue;
        }
        auto done = run({family.restore, wait_for_lock, "--noflush"}, drop_chain(*chain));
        if (!done) {
            return done.error();
        }
    }
    return {};
}

}  // namespace fairgate::enforcement::iptables
