#include "backends/xray/image.hpp"

#include "backends/xray/errors.hpp"
#include "base/json.hpp"

#include <algorithm>

namespace fairgate::backends::xray {

void AccountImage::sort() {
    for (InboundImage& inbound : inbounds) {
        std::ranges::sort(inbound.sealed);
    }
    std::ranges::sort(inbounds, {}, &InboundImage::tag);
}

bool AccountImage::is_nowhere() const {
    return std::ranges::all_of(inbounds, [](const InboundImage& inbound) {
        return inbound.sealed.empty();
    });
}

const InboundImage* AccountImage::find(std::string_view tag) const {
    const auto found = std::ranges::find(inbounds, tag, &InboundImage::tag);
    return found == inbounds.end() ? nullptr : &*found;
}

AccountImage AccountImage::emptied() const {
    AccountImage image = *this;
    for (InboundImage& inbound : image.inbounds) {
        inbound.sealed.clear();
    }
    return image;
}

Result<AccountImage> parse_image(std::string_view text, std::string_view which) {
    auto image = json::read<AccountImage>(text, json::Unknown::ignore);
    if (!image) {
        return bad_image(which, image.error().code);  // its text could repeat a secret
    }
    return image;
}

Result<std::vector<UserBytes>> users_of(const InboundImage& inbound) {
    std::vector<UserBytes> users;
    for (const std::string& sealed : inbound.sealed) {
        auto user = UserBytes::from_hex(sealed);
        if (!user) {
            return bad_image(inbound.tag, "these are not the bytes of a user");
        }
        users.push_back(*std::move(user));
    }
    return users;
}

}  // namespace fairgate::backends::xray
