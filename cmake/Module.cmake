# Several files of a folder compiled as one: headers cost more than what is in the files, above all
# with g++ (docs/decisions/0020). Files whose local names another one of the folder has too stay alone.
option(FAIRGATE_UNITY "Compile several files as one" OFF)
set(FAIRGATE_ALONE
  api/routes_blocks.cpp api/routes_decisions.cpp api/routes_limits.cpp api/routes_modes.cpp
  cli/run_follow.cpp cli/run_import.cpp cli/run_top.cpp config/overrides.cpp control/blocks.cpp control/decisions.cpp control/why.cpp
  daemon/node_refusals.cpp daemon/own_servers.cpp http/connection.cpp importing/marzban_sentry.cpp
  link/slot_reader.cpp link/sockets_wire.cpp setup/steps_sources.cpp setup/toml_edit.cpp
  sim/marzban/api_nodes.cpp)

# module(<folder> USES <folder>... LIBS <target>...): one folder, one static library. USES names
# the folders whose headers it may include; each must stand above it in the table, so there is no
# circle. LIBS names third-party targets. Files ending in _test.cpp become one test program.
function(module folder)
  cmake_parse_arguments(ARG "" "" "USES;LIBS" ${ARGN})
  string(REPLACE "/" "_" target ${folder})
  set(target fg_${target})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  file(GLOB headers CONFIGURE_DEPENDS ${folder}/*.hpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  add_library(${target} STATIC ${sources})
  # Which headers compile by themselves is shown by the file of the same name, which includes them
  # first (tools/lint.py); only those without such a file are compiled alone.
  set(lone)
  foreach(header ${headers})
    string(REGEX REPLACE "hpp$" "cpp" own ${header})
    if(NOT own IN_LIST sources)
      list(APPEND lone ${header})
    endif()
  endforeach()
  list(REMOVE_ITEM headers ${lone})
  target_sources(${target} PUBLIC
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${headers}
    FILE_SET lone TYPE HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${lone})
  set_target_properties(${target} PROPERTIES INTERFACE_HEADER_SETS_TO_VERIFY lone)
  target_link_libraries(${target} PRIVATE fairgate_flags PUBLIC ${ARG_LIBS})
  if(FAIRGATE_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
    set(alone ${FAIRGATE_ALONE})
    list(FILTER alone INCLUDE REGEX "^${folder}/[^/]*$")
    set_source_files_properties(${alone} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  if(sources)
    use_precompiled(${target} precompiled)
  endif()
  foreach(used ${ARG_USES})
    string(REPLACE "/" "_" used_target ${used})
    if(NOT TARGET fg_${used_target})
      message(FATAL_ERROR "module(${folder}): '${used}' must be declared above it")
    endif()
    target_link_libraries(${target} PUBLIC fg_${used_target})
  endforeach()
  if(FAIRGATE_TESTS AND tests)
    add_executable(${target}_test ${tests})
    target_link_libraries(${target}_test PRIVATE ${target} fairgate_flags fairgate_gtest)
    use_precompiled(${target}_test precompiled_tests)
    gtest_discover_tests(${target}_test TEST_PREFIX "${folder}: " DISCOVERY_MODE PRE_TEST
      PROPERTIES LABELS unit TIMEOUT 120 WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  endif()
endfunction()
