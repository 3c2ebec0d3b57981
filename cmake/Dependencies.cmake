# Third-party libraries, all from Debian 12. Each is used by the folders that name it in
# src/CMakeLists.txt and by no other (tools/check_layers.py).
if(FAIRGATE_STATIC)
  # docs/decisions/0017: one file to install, and half the time to start. glibc stays shared.
  set(OPENSSL_USE_STATIC_LIBS ON)
  set(ZLIB_USE_STATIC_LIBS ON)
  set(Boost_USE_STATIC_LIBS ON)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)  # SQLite and what pkg-config finds
endif()
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(PkgConfig REQUIRED)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(MAXMINDDB REQUIRED IMPORTED_TARGET libmaxminddb)
pkg_check_modules(MINIZIP REQUIRED IMPORTED_TARGET minizip)
pkg_check_modules(NGHTTP2 REQUIRED IMPORTED_TARGET libnghttp2)
pkg_check_modules(PROTOBUF_LITE REQUIRED IMPORTED_TARGET protobuf-lite)
find_program(PROTOC protoc REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
# Debian has it as a shared library only; config/toml.cpp compiles it.
find_path(TOMLPLUSPLUS toml++/toml.h REQUIRED)
add_library(tomlplusplus INTERFACE)
target_compile_definitions(tomlplusplus INTERFACE TOML_HEADER_ONLY=0)
# Loaded by kernel/nft_library.cpp when it is needed, never linked (docs/decisions/0019).
find_path(NFTABLES nftables/libnftables.h REQUIRED)

if(FAIRGATE_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
  find_library(RAPIDCHECK rapidcheck REQUIRED)
  add_library(fairgate_gtest INTERFACE)
  target_link_libraries(fairgate_gtest INTERFACE GTest::gmock GTest::gtest GTest::gtest_main ${RAPIDCHECK})
endif()
