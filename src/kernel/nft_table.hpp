#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "kernel/network_namespace.hpp"
#include "kernel/nft_layout.hpp"
#include "kernel/nft_library.hpp"
#include "kernel/protected_targets.hpp"
#include "model/denial.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fairgate::kernel {

/// Our own table of the kernel's packet filter, `inet fairgate`: sets of addresses, of addresses at
/// one of our ports, and of single connections, whose packets are refused until their time is over
/// (TCP by a reset, UDP by silence). docs/firewall.md shows it and says what each rule is for.
///
/// What was added lasts in the kernel when this program ends or is killed, and is found again by
/// the next one. When another program flushed the table (`nft flush ruleset`, `systemctl reload
/// nftables`) it is made anew, with all that was still due. Used by one thread at a time; calls
/// block for milliseconds (a hundred thousand elements: about a second).
class NftTable {
public:
    enum class Found {
        whole,    ///< as we left it
        missing,  ///< another program took it away, or it never was there
        damaged   ///< rules or sets are missing or changed, or it is of another version
    };

    /// Loads libnftables and takes over what an earlier process left; changes nothing: the table is
    /// made when something is added, or by ensure(). FG-KRN-001, -002, -003, -020, -021.
    static Result<NftTable> open(
        const NetworkNamespace& place, NftSettings settings, TimePoint now
    );

    /// How the table is; changes nothing.
    Result<Found> look(TimePoint now);

    /// Makes the table if it is not whole, with what was still due, and says how it was found.
    Result<Found> ensure(TimePoint now);

    /// Refuses their packets, or goes on to do so until the new time. What is over already is left
    /// out. FG-KRN-004 for an address of `never` and FG-KRN-022 for what is no denial; then nothing
    /// is added. After another failure a part may be in force; the same call may come again.
    Result<> add(
        std::span<const NftElement> elements, const ProtectedTargets& never, TimePoint now
    );

    /// What is not there is fine.
    Result<> remove(std::span<const Denial> denials, TimePoint now);

    /// What the kernel holds; times to the second.
    Result<NftListing> list(TimePoint now);

    /// Those that are not in force.
    Result<std::vector<Denial>> missing(std::span<const Denial> denials, TimePoint now);

    /// Takes the table and all it holds out of the kernel, whether it is there or not.
    Result<> drop();

private:
    NftTable(NftContext context, NftSettings settings, std::string place);
    Result<> rebuild(TimePoint now);
    Result<> put(std::span<const NftElement> elements, TimePoint now);
    Result<> take(std::span<const NftElement> elements, TimePoint now);
    void forget_before(TimePoint now);

    NftContext context_;
    NftSettings settings_;
    std::string place_;
    std::map<Denial, std::optional<TimePoint>> held_;  ///< what should be in the kernel
};

}  // namespace fairgate::kernel
