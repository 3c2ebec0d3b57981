#include "kernel/network_namespace.hpp"

#include "kernel/errors.hpp"

#include <cerrno>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <thread>

namespace fairgate::kernel {

namespace {

NamespaceId id_of(const struct stat& status) {
    return {.device = status.st_dev, .inode = status.st_ino};
}

}  // namespace

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
