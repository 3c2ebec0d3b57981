// fairgate-sim: writes an access log whose true number of devices at every moment is known.

#include "model/time.hpp"
#include "sim/traffic/traffic.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using namespace fairgate;
using namespace fairgate::sim::traffic;

constexpr std::string_view usage =
    R"(usage: fairgate-sim traffic [--seed N] [--accounts N] [--hours H] [--shape NAME]
                    [--networks routed|unrouted] [--date YYYY-MM-DD] [--sharers SHARE]
                    --log FILE|- [--truth FILE] [--limits FILE]
       fairgate-sim networks      the providers: prefix, AS number, name
shapes: city, sparse, bursty, roaming
)";

using Options = std::map<std::string, std::string, std::less<>>;

Options read_options(int count, char** words) {
    constexpr std::array<std::string_view, 10> known{
        "seed",
        "accounts",
        "hours",
        "shape",
        "networks",
        "date",
        "sharers",
        "log",
        "truth",
        "limits"
    };
    Options options{
        {"seed", "1"},
        {"accounts", "400"},
        {"hours", "6"},
        {"shape", "city"},
        {"networks", "routed"},
        {"date", "2026-03-07"},
        {"sharers", ""},
        {"log", ""},
        {"truth", ""},
        {"limits", ""}
    };
    if (count < 2 || std::string_view(words[1]) != "traffic") {
        throw std::invalid_argument("the first word must be traffic");
    }
    for (int i = 2; i + 1 < count; i += 2) {
        const std::string_view word = words[i];
        if (!word.starts_with("--") ||
            std::find(known.begin(), known.end(), word.substr(2)) == known.end()) {
            throw std::invalid_argument("unknown option " + std::string(word));
        }
        options[std::string(word.substr(2))] = words[i + 1];
    }
    if (count % 2 != 0) {
        throw std::invalid_argument(std::string(words[count - 1]) + " needs a value");
    }
    if (options["log"].empty()) {
        throw std::invalid_argument("--log FILE is missing");
    }
    return options;
}

template <class Number>
Number number_of(const Options& options, std::string_view name) {
    const std::string& text = options.find(name)->second;
    Number value{};
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc{} || end != text.data() + text.size()) {
        throw std::invalid_argument("--" + std::string(name) + ": \"" + text + "\" is no number");
    }
    return value;
}

TrafficSettings settings_of(const Options& options) {
    const Shape* shape = find_shape(options.find("shape")->second);
    if (shape == nullptr) {
        throw std::invalid_argument("--shape: there is no " + options.find("shape")->second);
    }
    const auto day = parse_rfc3339(options.find("date")->second);
    if (!day) {
        throw std::invalid_argument("--date: " + day.error().what);
    }
    TrafficSettings settings;
    settings.seed = number_of<std::uint64_t>(options, "seed");
    settings.accounts = number_of<int>(options, "accounts");
    settings.length = minutes(60 * number_of<double>(options, "hours"));
    settings.shape = *shape;
    if (!options.find("sharers")->second.empty()) {
        settings.shape.sharer_share = number_of<double>(options, "sharers");
    }
    settings.space = options.find("networks")->second == "unrouted" ? AddressSpace::unrouted
                                                                    : AddressSpace::routed;
    settings.day = std::chrono::floor<std::chrono::days>(*day);
    return settings;
}

void write_file(const std::string& path, const std::string& text) {
    if (path.empty()) {
        return;
    }
    std::ofstream file(path, std::ios::binary);
    file << text << '\n';
    if (!file.flush()) {
        throw std::runtime_error("cannot write " + path);
    }
}

void write_log(Traffic& traffic, const std::string& path) {
    std::FILE* file = path == "-" ? stdout : std::fopen(path.c_str(), "wb");
    if (file == nullptr) {
        throw std::runtime_error("cannot write " + path);
    }
    constexpr std::size_t chunk = 1 << 20;
    std::string text;
    bool written = true;
    for (std::size_t i = 0; i < traffic.size(); ++i) {
        traffic.append(i, text);
        if (text.size() > chunk) {
            written = written && std::fwrite(text.data(), 1, text.size(), file) == text.size();
            text.clear();
        }
    }
    written = written && std::fwrite(text.data(), 1, text.size(), file) == text.size();
    if ((file == stdout ? std::fflush(file) : std::fclose(file)) != 0 || !written) {
        throw std::runtime_error("cannot write " + path);
    }
}

void print_networks() {
    const Providers all = providers(AddressSpace::routed);
    for (const auto* list : {&all.fixed, &all.mobile, &all.rotating, &all.mixed, &all.exits}) {
        for (const Provider& each : *list) {
            std::cout << each.v4.text() << '\t' << each.asn << '\t' << each.name << '\n';
            if (each.v6) {
                std::cout << each.v6->text() << '\t' << each.asn << '\t' << each.name << '\n';
            }
        }
    }
}

}  // namespace

int main(int count, char** words) {
    try {
        if (count == 2 && std::string_view(words[1]) == "networks") {
            print_networks();
            return 0;
        }
        const Options options = read_options(count, words);
        Traffic traffic(settings_of(options));
        write_log(traffic, options.find("log")->second);
        write_file(options.find("truth")->second, traffic.truth_json());
        write_file(options.find("limits")->second, traffic.limits_json());
        return 0;
    } catch (const std::exception& fault) {
        std::cerr << "fairgate-sim: " << fault.what() << '\n' << usage;
        return 2;
    }
}
