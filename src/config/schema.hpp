#pragma once

#include <string>

/// What is made from the table of settings for people and programs.
namespace fairgate::config {

/// JSON Schema 2020-12 of the configuration, indented, for editors.
std::string json_schema();

/// The commented example file: everything, with defaults commented out.
std::string example_file();

/// docs/configuration.md.
std::string reference_page();

/// fairgate.toml(5), as mdoc.
std::string man_page();

}  // namespace fairgate::config
