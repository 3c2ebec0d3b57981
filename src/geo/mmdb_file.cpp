#include "geo/mmdb_file.hpp"

#include "geo/mmdb_fields.hpp"

#include <maxminddb.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <optional>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace fairgate::geo {

namespace {

// Larger than any table of networks; a city table of 2026 has 70 MB.
constexpr std::uint64_t most_bytes = 512U << 20U;
// So many nodes are looked at, all over the file: to learn how the fields of their records are
// called, and that they can be read. Each one of half a million would take 20 ms at every start.
constexpr std::uint32_t checked_nodes = 2048;
// Enough to learn the names of the fields; the rest is for who runs for longer than it takes.
constexpr std::uint32_t checked_nodes_if_mapped = 64;

Error cannot_read(const std::string& path, int number) {
    return Error{
        .code = "FG-GEO-001",
        .what = "cannot read the table of networks " + path,
        .cause = std::generic_category().message(number),
        .state = "networks are counted as before, or as one unknown network if there was no table",
        .next = number == EACCES ? "chmod a+r " + path : "check the path",
    };
}

Error damaged(const std::string& path, std::string cause) {
    return Error{
        .code = "FG-GEO-002",
        .what = path + " is no table of networks, or is damaged",
        .cause = std::move(cause),
        .state = "networks are counted as before, or as one unknown network if there was no table",
        .next = "fetch it again, in MaxMind DB format (.mmdb)",
    };
}

class Fd {
public:
    explicit Fd(int fd) : fd_(fd) {}
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    int get() const { return fd_; }

private:
    int fd_;
};

FileStamp stamp_of(const struct stat& status) {
    return {
        .device = status.st_dev,
        .inode = status.st_ino,
        .size = static_cast<std::uint64_t>(status.st_size),
        .changed_ns = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec,
    };
}

/// A file without a name, which ends with the process: on disk, so that only the parts of a table
/// that are looked at take memory; in memory where there is no folder for it. -1 with errno.
int open_unnamed() {
    std::error_code none;
    const auto folder = std::filesystem::temp_directory_path(none);
    const int fd = none ? -1 : ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return fd >= 0 ? fd : memfd_create("fairgate-networks", MFD_CLOEXEC);
}

/// 0, or the errno of what failed.
int copy_all(int from, int to, std::uint64_t size) {
    while (size > 0) {
        const ssize_t sent = sendfile(to, from, nullptr, size);
        if (sent <= 0) {
            return sent < 0 ? errno : EIO;
        }
        size -= static_cast<std::uint64_t>(sent);
    }
    return 0;
}

sockaddr_in v4_socket_address(const Address& address) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_addr.s_addr = htonl(address.v4_bits());
    return result;
}

sockaddr_in6 v6_socket_address(const Address& address) {
    sockaddr_in6 result{};
    result.sin6_family = AF_INET6;
    std::memcpy(&result.sin6_addr, address.bytes().data(), address.bytes().size());
    return result;
}

}  // namespace

FileStamp stamp_of(const std::string& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? stamp_of(status) : FileStamp{};
}

struct MmdbFile::Database {
    MMDB_s handle{};
    bool is_open = false;
    Fields fields;

    Database() = default;
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database() {
        if (is_open) {
            MMDB_close(&handle);
        }
    }

    MMDB_lookup_result_s find(const Address& address) const {
        int failed = MMDB_SUCCESS;
        if (address.is_v4()) {
            const sockaddr_in socket = v4_socket_address(address);
            // The library wants its own kind of address; the sockets API is built on such casts.
            return MMDB_lookup_sockaddr(
                &handle, reinterpret_cast<const sockaddr*>(&socket), &failed
            );
        }
        const sockaddr_in6 socket = v6_socket_address(address);
        return MMDB_lookup_sockaddr(&handle, reinterpret_cast<const sockaddr*>(&socket), &failed);
    }

    /// The prefix in the address's own family: IPv4 stands at ::/96 in a table of both.
    int prefix_of(const MMDB_lookup_result_s& found, const Address& address) const {
        const int prefix = found.netmask;
        return address.is_v4() && handle.metadata.ip_version == 6 ? std::max(0, prefix - 96)
                                                                  : prefix;
    }
};

MmdbFile::MmdbFile() : database_(std::make_unique<Database>()) {}
MmdbFile::~MmdbFile() = default;

Result<std::shared_ptr<const MmdbFile>> MmdbFile::load(const std::string& path, Hold hold) {
    const std::shared_ptr<MmdbFile> file(new MmdbFile);
    if (auto opened = file->open(path, hold); !opened) {
        return opened.error();
    }
    if (auto checked = file->check(hold); !checked) {
        return checked.error();
    }
    return std::shared_ptr<const MmdbFile>(file);
}

Result<> MmdbFile::open(const std::string& path, Hold hold) {
    const Fd original(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status{};
    if (original.get() < 0 || fstat(original.get(), &status) != 0) {
        return cannot_read(path, errno);
    }
    stamp_ = stamp_of(status);
    if (!S_ISREG(status.st_mode) || stamp_.size > most_bytes) {
        return damaged(path, "not a file of at most 512 MiB");
    }
    return hold == Hold::copy ? open_copy(path, original.get()) : map(path, path);
}

Result<> MmdbFile::open_copy(const std::string& path, int original) {
    const Fd copy(open_unnamed());
    if (copy.get() < 0) {
        return cannot_read(path, errno);
    }
    if (const int failed = copy_all(original, copy.get(), stamp_.size); failed != 0) {
        return cannot_read(path, failed);
    }
    return map("/proc/self/fd/" + std::to_string(copy.get()), path);
}

/// `told` is the path as people know it.
Result<> MmdbFile::map(const std::string& path, const std::string& told) {
    const int failed = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &database_->handle);
    if (failed != MMDB_SUCCESS) {
        return damaged(told, MMDB_strerror(failed));
    }
    database_->is_open = true;
    const MMDB_metadata_s& metadata = database_->handle.metadata;
    facts_.path = told;
    facts_.kind = metadata.database_type != nullptr ? metadata.database_type : "";
    if (metadata.description.count > 0) {
        facts_.description = metadata.description.descriptions[0]->description;
    }
    facts_.built = TimePoint(std::chrono::seconds(metadata.build_epoch));
    facts_.nodes = metadata.node_count;
    return {};
}

// A node that leads to records teaches how their fields are called.
Result<> MmdbFile::look_at(std::uint32_t number) {
    MMDB_search_node_s node{};
    if (MMDB_read_node(&database_->handle, number, &node) != MMDB_SUCCESS ||
        node.left_record_type == MMDB_RECORD_TYPE_INVALID ||
        node.right_record_type == MMDB_RECORD_TYPE_INVALID) {
        return damaged(facts_.path, "node " + std::to_string(number) + " points nowhere");
    }
    const bool left = node.left_record_type == MMDB_RECORD_TYPE_DATA;
    const bool right = node.right_record_type == MMDB_RECORD_TYPE_DATA;
    if ((left && !database_->fields.learn(node.left_record_entry)) ||
        (right && !database_->fields.learn(node.right_record_entry))) {
        return damaged(facts_.path, "record of node " + std::to_string(number));
    }
    return {};
}

// A file that was cut is found by its missing end, where the format has its description. Damage in
// between is looked for here, so that it is found now; a lookup that meets what is left of it finds
// no network, for the library checks each step.
Result<> MmdbFile::check(Hold hold) {
    const MMDB_s& handle = database_->handle;
    const bool small = facts_.nodes < 16 * checked_nodes;  // it may hold a record of each kind
    const std::uint32_t looks =
        hold == Hold::copy || small ? checked_nodes : checked_nodes_if_mapped;
    const std::uint32_t step = 1 + facts_.nodes / looks;
    for (std::uint32_t number = 0; number < facts_.nodes; number += step) {
        if (auto sound = look_at(number); !sound) {
            return sound;
        }
    }
    // The records of a small table may all lie between the nodes that were looked at.
    const auto tells = [this] {
        return database_->fields.has_asn() || database_->fields.has_country();
    };
    for (std::uint32_t number = 0; number < facts_.nodes && !tells(); ++number) {
        if (auto sound = look_at(number); !sound) {
            return sound;
        }
    }
    if (hold == Hold::copy) {
        // A server meets a hundredth of the networks there are: what was only checked need not
        // stay. The library hands its mapping out as constant, and no byte of it changes here.
        madvise(
            const_cast<std::uint8_t*>(handle.file_content),
            static_cast<std::size_t>(handle.file_size),
            MADV_DONTNEED
        );
    }
    facts_.has_asn = database_->fields.has_asn();
    facts_.has_country = database_->fields.has_country();
    if (!facts_.has_asn && !facts_.has_country) {
        return Error{
            .code = "FG-GEO-003",
            .what = facts_.path + " tells neither AS numbers nor countries",
            .cause = "it is of the kind \"" + facts_.kind + "\"",
            .next = "give an ASN table, such as GeoLite2-ASN.mmdb",
        };
    }
    return {};
}

MmdbFile::Found MmdbFile::asn_of(const Address& address) const {
    const MMDB_lookup_result_s found = database_->find(address);
    Found result{.asn = {}, .prefix = database_->prefix_of(found, address)};
    if (found.found_entry) {
        result.asn = database_->fields.asn(found.entry);
    }
    return result;
}

NetworkInfo MmdbFile::info_of(const Address& address) const {
    const MMDB_lookup_result_s found = database_->find(address);
    if (!found.found_entry) {
        return {};
    }
    const Fields& fields = database_->fields;
    return {
        .asn = fields.asn(found.entry),
        .organisation = fields.organisation(found.entry),
        .country = fields.country(found.entry),
    };
}

}  // namespace fairgate::geo
