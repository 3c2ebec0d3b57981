#pragma once

#include "base/error.hpp"
#include "config/document.hpp"
#include "config/row.hpp"
#include "config/settings.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The one reader of files, environment and flags. What is stronger comes later:
/// built-in < fairgate.toml < conf.d/*.toml < secrets.toml < environment < flags.
namespace fairgate::config {

/// The variables of the process, as main hands them over.
using Environment = std::map<std::string, std::string, std::less<>>;

/// A value that someone set.
struct Given {
    std::string path;   ///< "limits.general", "source.local.path"
    std::string value;  ///< as TOML; "***" for a secret
    Origin origin;
    const Row* row = nullptr;
};

/// What a reading gave. With faults, the settings are not to be used.
struct Loaded {
    Settings settings;
    std::vector<Given> given;        ///< in the order of reading; of equal paths the last counts
    std::vector<Error> faults;       ///< all of them, in the order of the text
    std::vector<std::string> files;  ///< that were read
};

/// Which rows a text may use.
enum class Purpose { daemon, policy, secrets };

/// What to read.
struct Sources {
    std::string file = {};  ///< "/etc/fairgate/fairgate.toml"; empty: none
    enum class Missing { is_a_fault, is_empty } missing = Missing::is_empty;
    Environment environment = {};
    std::vector<std::string> flags = {};  ///< "limits.general=3", from --set
    /// Files of conf.d as they are going to be, whatever is there now: name -> text.
    std::map<std::string, std::string> drop_ins = {};
};

/// Where the configuration is when nobody says otherwise.
inline constexpr std::string_view usual_file = "/etc/fairgate/fairgate.toml";

/// Reads everything; conf.d and secrets.toml are looked for beside the file. Blocks on files.
Loaded load(const Sources& sources);

/// Reads one text alone, without files around it. For tests, policies and what a client sends.
Loaded load_text(std::string name, std::string_view text, Purpose purpose = Purpose::daemon);

/// Reads a policy for `replay --policy`: a whole configuration is one as well; what does not
/// decide is checked and not used.
Loaded load_policy(const std::string& file);

}  // namespace fairgate::config
