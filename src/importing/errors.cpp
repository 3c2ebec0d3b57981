#include "importing/errors.hpp"

namespace fairgate::importing::errors {

namespace {

const std::string untouched = "Nothing was changed.";

}  // namespace

Error cannot_read(const std::string& file, const std::string& cause) {
    return {
        .code = "FG-IMP-001",
        .what = "cannot read a file that is to be imported",
        .where = file,
        .cause = cause,
        .state = untouched
    };
}

Error nothing_found(std::string_view peer, const std::string& looked) {
    return {
        .code = "FG-IMP-002",
        .what = "no file of " + std::string(peer) + " was found",
        .where = looked,
        .state = untouched,
        .next = "name the folder or the files; docs/import.md says which there are"
    };
}

Error whose_is_unclear(const std::string& looked, const std::set<Peer>& found) {
    std::string names;
    for (const Peer peer : found) {
        names += (names.empty() ? "" : ", ") + std::string(name_of(peer));
    }
    return {
        .code = "FG-IMP-010",
        .what = "whose files these are cannot be told",
        .where = looked,
        .cause =
            found.empty() ? "no tool that is known has such" : "they look like those of " + names,
        .state = untouched,
        .next = "name the tool before the path: pg-limiter, v2iplimit, marzban-sentry or luip"
    };
}

Error not_that(const std::string& where, std::string_view form, const std::string& cause) {
    return {
        .code = "FG-IMP-003",
        .what = "this is not " + std::string(form),
        .where = where,
        .cause = cause,
        .state = untouched,
        .next = "correct that place in a copy of the file and import the copy"
    };
}

Error wrong_value(const std::string& where, std::string_view expected, const std::string& got) {
    return {
        .code = "FG-IMP-004",
        .what = "expected " + std::string(expected) + ", got " + got,
        .where = where,
        .state = untouched,
        .next = "correct that value in a copy of the file and import the copy"
    };
}

Error bad_archive(const std::string& file, const std::string& cause) {
    return {
        .code = "FG-IMP-005",
        .what = "this archive cannot be used",
        .where = file,
        .cause = cause,
        .state = untouched,
        .next = "make the backup again, or unpack it and import the folder"
    };
}

Error bad_database(const std::string& file, const std::string& cause) {
    return {
        .code = "FG-IMP-006",
        .what = "this database cannot be used",
        .where = file,
        .cause = cause,
        .state = untouched,
        .next = "stop the other tool and copy the file again"
    };
}

Error does_not_fit(const std::string& what, const std::string& cause) {
    return {
        .code = "FG-IMP-007",
        .what = "what was read makes no sound configuration: " + what,
        .cause = cause,
        .state = untouched
    };
}

}  // namespace fairgate::importing::errors
