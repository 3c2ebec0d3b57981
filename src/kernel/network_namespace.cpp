#include "kernel/network_namespace.hpp"

#include "kernel/errors.hpp"

#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <linux/netlink.h>
#include <map>
#include <optional>
#include <sched.h>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <utility>

namespace fairgate::kernel {

namespace {

NamespaceId id_of(const struct stat& status) {
    return {.device = status.st_dev, .inode = status.st_ino};
}

constexpr std::string_view by_process = "process:";

std::optional<pid_t> number_of(const std::string& text) {
    pid_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

struct Networks {
    std::map<NamespaceId, pid_t> found;  ///< one process of each
    int hidden = 0;                      ///< errno of one that may not be looked at
};

/// Those that have processes of that name.
Networks networks_of(std::string_view name) {
    Networks networks;
    std::error_code failed;
    for (std::filesystem::directory_iterator each("/proc", failed), end; !failed && each != end;
         each.increment(failed)) {
        const auto process = number_of(each->path().filename().string());
        if (!process) {
            continue;
        }
        std::ifstream file(each->path() / "comm");
        std::string comm;
        struct stat status{};
        const std::string place = each->path().string() + "/ns/net";
        if (!std::getline(file, comm) || comm != name) {
            continue;
        }
        if (::stat(place.c_str(), &status) == 0) {
            networks.found.emplace(id_of(status), *process);
        } else {
            networks.hidden = errno;
        }
    }
    return networks;
}

}  // namespace

Result<NetworkNamespace> NetworkNamespace::find(std::string_view place) {
    if (place.empty()) {
        return own();
    }
    if (place.starts_with('/')) {
        return open(std::string(place), std::string(place));
    }
    if (!place.starts_with(by_process)) {
        return named(place);
    }
    const std::string name(place.substr(by_process.size()));
    auto [found, hidden] = networks_of(name);
    if (found.size() > 1) {
        found.erase(own().id_);
    }
    if (found.empty()) {
        return errors::no_namespace("the process \"" + name + "\"", hidden != 0 ? hidden : ESRCH);
    }
    if (found.size() > 1) {
        return errors::several_namespaces(
            name, found.begin()->second, std::next(found.begin())->second
        );
    }
    auto only = of_process(found.begin()->second);
    if (only) {
        only->name_ = "the process \"" + name + "\"";
    }
    return only;
}

NetworkNamespace NetworkNamespace::own() {
    NetworkNamespace result;
    struct stat status{};
    // Without /proc it has no id, which is then that of no other one either.
    if (::stat("/proc/thread-self/ns/net", &status) == 0) {
        result.id_ = id_of(status);
    }
    result.name_ = "this machine";
    return result;
}

Result<NetworkNamespace> NetworkNamespace::of_process(pid_t process) {
    const std::string number = std::to_string(process);
    return open("/proc/" + number + "/ns/net", "process " + number);
}

Result<NetworkNamespace> NetworkNamespace::named(std::string_view name) {
    std::string told = "namespace " + std::string(name);
    if (name.empty() || name.starts_with('.') || name.find('/') != std::string_view::npos) {
        return errors::no_namespace(told, ENOENT);
    }
    return open("/run/netns/" + std::string(name), std::move(told));
}

Result<NetworkNamespace> NetworkNamespace::open(const std::string& path, std::string name) {
    Descriptor entry(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status{};
    if (!entry.is_open() || ::fstat(entry.get(), &status) != 0) {
        return errors::no_namespace(name, errno);
    }
    NetworkNamespace result;
    result.id_ = id_of(status);
    result.name_ = std::move(name);
    if (result.id_ != own().id_) {
        result.entry_ = std::make_shared<const Descriptor>(std::move(entry));
    }
    return result;
}

Result<> NetworkNamespace::inside(const std::function<void()>& work) const {
    if (!entry_) {
        work();
        return {};
    }
    int failed = 0;
    // The namespace is one of a thread. This one stays where it is.
    std::thread visitor([&] {
        if (::setns(entry_->get(), CLONE_NEWNET) != 0) {
            failed = errno;
            return;
        }
        work();
    });
    visitor.join();
    if (failed != 0) {
        return errors::no_namespace(name_, failed);
    }
    return {};
}

Result<Descriptor> NetworkNamespace::open_netlink(int protocol) const {
    Descriptor made;
    int failed = 0;
    auto entered = inside([&] {
        made = Descriptor(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
        failed = made.is_open() ? 0 : errno;
    });
    if (!entered) {
        return entered.error();
    }
    if (failed != 0) {
        return errors::netlink_failed("open a netlink socket", name_, failed);
    }
    return made;
}

}  // namespace fairgate::kernel
