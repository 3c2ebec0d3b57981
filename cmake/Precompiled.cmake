# Headers that most files include are compiled once. The daily build does without: it finds missing
# includes (docs/decisions/0020).
option(FAIRGATE_PRECOMPILED "Compile common headers once" OFF)

# precompiled_set(<set> <libs>...): what cmake/<set>.hpp includes. Everybody who uses it must be
# compiled with the same flags.
function(precompiled_set set)
  if(FAIRGATE_PRECOMPILED)
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/${set}.cpp CONTENT "")  # CMake needs a file to hang it on
    add_library(fairgate_${set} OBJECT ${PROJECT_BINARY_DIR}/${set}.cpp)
    target_link_libraries(fairgate_${set} PRIVATE fairgate_flags ${ARGN})
    target_compile_definitions(fairgate_${set} PRIVATE
      BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
    # What ccache needs to know one made yesterday for the same.
    target_compile_options(fairgate_${set} PRIVATE
      $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp> $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
    target_precompile_headers(fairgate_${set} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/${set}.hpp)
  endif()
endfunction()

function(use_precompiled target set)
  if(FAIRGATE_PRECOMPILED)
    target_precompile_headers(${target} REUSE_FROM fairgate_${set})
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()
