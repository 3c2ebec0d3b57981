#pragma once

#include "config/load.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace fairgate::config {

/// Applies documents to settings, one after the other, and keeps what was found wrong.
class Reading {
public:
    /// Applies a document that was read for this purpose; its syntax faults are taken over.
    void apply(Document document, Purpose purpose);
    /// Applies one map, such as account -> devices, to the row "limits.accounts.*".
    void apply_map(Document document, const RawTable& table, std::string_view path);
    /// Applies FAIRGATE_LIMITS__GENERAL and the like.
    void apply(const Environment& environment);
    /// Applies "limits.general=3".
    void apply_flag(const std::string& flag);

    void add_fault(Error fault) { loaded_.faults.push_back(std::move(fault)); }
    void add_file(std::string file) { loaded_.files.push_back(std::move(file)); }

    /// Checks what only the whole shows (required keys, contradictions) and gives the result.
    Loaded finish(Purpose purpose);

private:
    /// Where in the tables a walk is: "source[]" and "source.local" of element 2.
    struct At {
        std::string pattern;
        std::string path;
        Element element;
    };
    /// Where an array element was first written.
    struct Opened {
        std::string pattern;
        std::size_t number = 0;  ///< of the element
        std::shared_ptr<const Document> document;
        Place place;
    };

    void walk(const Document& document, const RawTable& table, const At& at);
    void take(const Document& document, const RawMember& member, const At& at);
    void set(const Document& document, const Raw& raw, const Row& row, const At& at);
    void walk_array(const Document& document, const RawMember& member, const ArrayRow& row);
    void open_element(
        const Document& document, const Raw& element, const ArrayRow& row, std::size_t number
    );
    void refuse_unknown(const Document& document, const RawMember& member, const At& at);
    void set_named(const Document& document, const std::string& path, std::string_view text);
    bool find_element(const std::string& path, std::string& rest, At& at) const;
    void check_required();
    void check_whole(Purpose purpose);

    Purpose purpose_ = Purpose::daemon;
    std::shared_ptr<const Document> current_;
    Loaded loaded_;
    std::map<std::string, std::shared_ptr<const Document>> documents_;  ///< by name
    std::map<std::string, Opened> opened_;                              ///< by path: "source.local"
    std::map<std::string, int> seen_in_document_;  ///< identities of the document being applied
};

}  // namespace fairgate::config
