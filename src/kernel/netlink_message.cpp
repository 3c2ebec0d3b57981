#include "kernel/netlink_message.hpp"

#include <cerrno>
#include <limits>
#include <linux/netlink.h>

namespace fairgate::kernel {

std::optional<NetlinkMessage> MessageReader::next() {
    if (rest_.empty() || broken_) {
        return std::nullopt;
    }
    const auto header = read_as<nlmsghdr>(rest_);
    if (!header || header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > rest_.size()) {
        broken_ = true;
        return std::nullopt;
    }
    const NetlinkMessage message{
        .type = header->nlmsg_type,
        .flags = header->nlmsg_flags,
        .sequence = header->nlmsg_seq,
        .body = rest_.first(header->nlmsg_len).subspan(sizeof(nlmsghdr)),
    };
    rest_ = behind(rest_, header->nlmsg_len);
    return message;
}

std::optional<NetlinkAttribute> AttributeReader::next() {
    if (rest_.empty() || broken_) {
        return std::nullopt;
    }
    const auto header = read_as<nlattr>(rest_);
    if (!header || header->nla_len < sizeof(nlattr) || header->nla_len > rest_.size()) {
        broken_ = true;
        return std::nullopt;
    }
    const NetlinkAttribute attribute{
        .type = static_cast<std::uint16_t>(header->nla_type & NLA_TYPE_MASK),
        .value = rest_.first(header->nla_len).subspan(sizeof(nlattr)),
    };
    rest_ = behind(rest_, header->nla_len);
    return attribute;
}

int error_of(const NetlinkMessage& message) {
    const auto number = read_as<std::int32_t>(message.body);
    // The end of a dump may be without one.
    if (!number) {
        return message.type == NLMSG_DONE ? 0 : EBADMSG;
    }
    return *number > 0 || *number == std::numeric_limits<std::int32_t>::min() ? 0 : -*number;
}

void RequestWriter::append(ByteSpan bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    bytes_.resize((bytes_.size() + 3U) & ~std::size_t{3});
}

void RequestWriter::begin(std::uint16_t type, unsigned flags, std::uint32_t sequence) {
    begun_ = bytes_.size();
    nlmsghdr header{};
    header.nlmsg_type = type;
    header.nlmsg_flags = static_cast<std::uint16_t>(flags | NLM_F_REQUEST);
    header.nlmsg_seq = sequence;
    put(header);
}

void RequestWriter::attribute(unsigned type, ByteSpan value) {
    nlattr header{};
    header.nla_type = static_cast<std::uint16_t>(type);
    header.nla_len = static_cast<std::uint16_t>(sizeof(nlattr) + value.size());
    put(header);
    append(value);
}

std::size_t RequestWriter::begin_nest(unsigned type) {
    const std::size_t begun = bytes_.size();
    nlattr header{};
    header.nla_type = static_cast<std::uint16_t>(type | NLA_F_NESTED);
    put(header);
    return begun;
}

void RequestWriter::end_nest(std::size_t begun) {
    const auto length = static_cast<std::uint16_t>(bytes_.size() - begun);
    std::memcpy(bytes_.data() + begun + offsetof(nlattr, nla_len), &length, sizeof length);
}

void RequestWriter::end() {
    const auto length = static_cast<std::uint32_t>(bytes_.size() - begun_);
    std::memcpy(bytes_.data() + begun_ + offsetof(nlmsghdr, nlmsg_len), &length, sizeof length);
}

}  // namespace fairgate::kernel
