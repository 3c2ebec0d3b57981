# Warnings, sanitizers, linker and compiler cache: everything that is not about one folder.

find_program(CCACHE ccache)
if(CCACHE)
  # Paths relative to the checkout, so that two checkouts share one cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

add_library(fairgate_flags INTERFACE)
target_compile_options(fairgate_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wformat=2 -Wimplicit-fallthrough
  -Wswitch-enum -Wextra-semi
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(fairgate_flags INTERFACE
    -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wsuggest-override
    # g++ 12 takes Asio's awaitable frames (aligned_alloc, then free) for a mismatch under ASan.
    -Wno-mismatched-new-delete
    # Where several files are compiled as one (FAIRGATE_UNITY), each of them looks like a header to it,
    # and what is local in one is shadowed in another; clang finds what is shadowed within a file.
    -Wno-subobject-linkage -Wno-shadow
    # It also blames us for casts in OpenSSL's macros; clang finds our own.
    -Wno-old-style-cast)
endif()
if(FAIRGATE_WERROR)
  target_compile_options(fairgate_flags INTERFACE -Werror)
endif()

if(FAIRGATE_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(FAIRGATE_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
elseif(NOT FAIRGATE_SANITIZE STREQUAL "")
  message(FATAL_ERROR "FAIRGATE_SANITIZE: '${FAIRGATE_SANITIZE}' is neither address nor thread")
endif()

if(FAIRGATE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-fPIE -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
    -ffunction-sections -fdata-sections)
  add_link_options(-pie -Wl,-z,relro -Wl,-z,now -Wl,--gc-sections)
endif()
if(FAIRGATE_STATIC)
  add_link_options(-static-libstdc++ -static-libgcc)
endif()
