#pragma once

#include "base/error.hpp"
#include "model/flow.hpp"

#include <string>
#include <string_view>

namespace fairgate::kernel::errors {

/// What the kernel answered to `doing` ("list sockets") in the namespace of that name: FG-KRN-001
/// for a missing capability, -002 for what this kernel does not have, else -005.
Error netlink_failed(std::string_view doing, const std::string& place, int number);
/// FG-KRN-003: the namespace is not there, or may not be entered.
Error no_namespace(const std::string& name, int number);
Error several_namespaces(const std::string& process, int one, int other);
/// FG-KRN-004: the target is never acted on; `rule` says why, in words for after "because".
Error is_protected(const std::string& target, const std::string& rule, std::string next);
/// FG-KRN-006: the answer is not what the kernel promises.
Error unreadable(std::string_view doing, const std::string& place, std::string_view cause);
/// FG-KRN-007: what was listed changed under each of so many tries.
Error kept_changing(std::string_view doing, const std::string& place, int tries);
/// FG-KRN-008: the kernel was built without SOCK_DESTROY.
Error no_destroy(const std::string& place);
/// FG-KRN-009: there is no conntrack in this namespace.
Error no_conntrack(const std::string& place, int number);
/// FG-KRN-010: cut, and there again.
Error came_back(const LiveSocket& socket);
/// FG-KRN-011: a socket that is not one to cut: it listens, is UDP, or came from no listing.
Error not_to_destroy(const LiveSocket& socket, std::string_view cause);
/// FG-KRN-011: an order to cut that names no port would take every connection of an address.
Error no_ports();

}  // namespace fairgate::kernel::errors
