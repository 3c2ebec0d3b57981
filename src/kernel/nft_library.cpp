#include "kernel/nft_library.hpp"

#include "kernel/errors.hpp"

#include <cerrno>
#include <dlfcn.h>
#include <linux/netlink.h>
#include <nftables/libnftables.h>
#include <string_view>

namespace fairgate::kernel {

namespace {

// Numbers for what others write as names of services and protocols.
constexpr unsigned int as_json = NFT_CTX_OUTPUT_JSON | NFT_CTX_OUTPUT_NUMERIC_ALL;

/// The functions of libnftables.so.1, whose interface has not changed since 0.8.3.
struct Library {
    void* handle = nullptr;
    std::string failure;  ///< why it could not be loaded; empty: it is
    decltype(&nft_ctx_new) make = nullptr;
    decltype(&nft_ctx_free) free = nullptr;
    decltype(&nft_ctx_output_set_flags) set_flags = nullptr;
    decltype(&nft_ctx_buffer_output) buffer_output = nullptr;
    decltype(&nft_ctx_buffer_error) buffer_error = nullptr;
    decltype(&nft_ctx_get_output_buffer) output = nullptr;
    decltype(&nft_ctx_get_error_buffer) error = nullptr;
    decltype(&nft_run_cmd_from_buffer) run = nullptr;

    Library() {
        handle = dlopen("libnftables.so.1", RTLD_NOW | RTLD_LOCAL);
        if (handle == nullptr) {
            note_failure();
            return;
        }
        find(make, "nft_ctx_new");
        find(free, "nft_ctx_free");
        find(set_flags, "nft_ctx_output_set_flags");
        find(buffer_output, "nft_ctx_buffer_output");
        find(buffer_error, "nft_ctx_buffer_error");
        find(output, "nft_ctx_get_output_buffer");
        find(error, "nft_ctx_get_error_buffer");
        find(run, "nft_run_cmd_from_buffer");
    }

    template <class Function>
    void find(Function& function, const char* name) {
        // NOLINTNEXTLINE(*-reinterpret-cast): what dlsym gives is a function, POSIX says
        function = reinterpret_cast<Function>(dlsym(handle, name));
        if (function == nullptr) {
            note_failure();
        }
    }

    void note_failure() {
        const char* said = dlerror();  // NOLINT(concurrency-mt-unsafe): glibc keeps it per thread
        failure = said == nullptr ? "no reason given" : said;
    }
};

/// Stays loaded until the program ends.
const Library& library() {
    static const Library loaded;
    return loaded;
}

Error not_installed(const std::string& failure) {
    return Error{
        .code = "FG-KRN-020",
        .what = "libnftables is not installed",
        .where = "libnftables.so.1",
        .cause = failure,
        .state = "no packet is refused by nftables",
        .next = "install nftables (on Debian: apt-get install nftables)"
    };
}

/// nft's first line; those behind it repeat the command.
std::string first_line(std::string_view said) {
    constexpr std::size_t longest = 200;
    return std::string(said.substr(0, said.find('\n')).substr(0, longest));
}

Error refused(std::string_view said, const std::string& place) {
    if (said.find("Operation not permitted") != std::string_view::npos) {
        return errors::netlink_failed("change the firewall", place, EPERM);
    }
    return Error{
        .code = "FG-KRN-021",
        .what = "nftables refused",
        .where = place,
        .cause = first_line(said),
        .state = "nothing was changed by this order",
        .next = "nft list table inet fairgate"
    };
}

}  // namespace

void NftContext::Free::operator()(nft_ctx* context) const { library().free(context); }

Result<NftContext> NftContext::open(const NetworkNamespace& place) {
    if (!library().failure.empty()) {
        return not_installed(library().failure);
    }
    // libnftables ends the program when it cannot have this socket, so it is tried before.
    if (auto socket = place.open_netlink(NETLINK_NETFILTER); !socket) {
        return socket.error();
    }
    NftContext context;
    context.place_ = place.name();
    const auto made =
        place.inside([&context] { context.context_.reset(library().make(NFT_CTX_DEFAULT)); });
    if (!made) {
        return made.error();
    }
    if (context.context_ == nullptr || library().buffer_output(context.context_.get()) != 0 ||
        library().buffer_error(context.context_.get()) != 0) {
        return refused("libnftables has no memory", place.name());
    }
    return context;
}

Result<std::string> NftContext::run(const std::string& commands) { return run(commands, as_json); }

Result<std::string> NftContext::run_terse(const std::string& commands) {
    return run(commands, as_json | NFT_CTX_OUTPUT_TERSE);
}

Result<std::string> NftContext::run(const std::string& commands, unsigned int flags) {
    library().set_flags(context_.get(), flags);
    const int status = library().run(context_.get(), commands.c_str());
    std::string output = library().output(context_.get());
    const std::string_view said = library().error(context_.get());
    if (status != 0) {
        return refused(said, place_);
    }
    return output;
}

}  // namespace fairgate::kernel
