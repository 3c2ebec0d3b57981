#pragma once

#include "base/error.hpp"
#include "kernel/network_namespace.hpp"

#include <memory>
#include <string>

struct nft_ctx;

namespace fairgate::kernel {

/// One conversation with nf_tables through libnftables, which is loaded when the first one is
/// opened: the program links everything but glibc, and Debian has this library as a shared one only
/// (docs/decisions/0019). Bound for ever to the network namespace it was opened for; used by one
/// thread at a time.
class NftContext {
public:
    /// FG-KRN-020 when libnftables is not installed, FG-KRN-002 when the kernel lacks nf_tables'
    /// socket, FG-KRN-003.
    static Result<NftContext> open(const NetworkNamespace& place);

    /// Runs commands of nft's own language as one transaction: all of them, or none. `commands`
    /// must hold nothing that others wrote: nft looks words up as host names. Gives what it
    /// answers, as JSON; empty for orders. FG-KRN-001, or FG-KRN-021 with nft's words.
    Result<std::string> run(const std::string& commands);
    /// The same; of sets, the answer leaves out the elements.
    Result<std::string> run_terse(const std::string& commands);

private:
    struct Free {
        void operator()(nft_ctx* context) const;
    };
    NftContext() = default;
    Result<std::string> run(const std::string& commands, unsigned int flags);

    std::unique_ptr<nft_ctx, Free> context_;
    std::string place_;
};

}  // namespace fairgate::kernel
