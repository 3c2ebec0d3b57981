# protos(<target> <file.proto>...): message classes without reflection (protobuf-lite), generated into
# the build folder and compiled without our warnings. Included as <folder/file.pb.h>.
function(protos target)
  set(out ${PROJECT_BINARY_DIR}/protos)
  set(generated)
  foreach(proto ${ARGN})
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    add_custom_command(
      OUTPUT ${out}/${stem}.pb.cc ${out}/${stem}.pb.h
      COMMAND ${CMAKE_COMMAND} -E make_directory ${out}
      COMMAND ${PROTOC} --cpp_out=lite:${out} -I ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/src/${proto}
      DEPENDS ${PROJECT_SOURCE_DIR}/src/${proto}
      VERBATIM)
    list(APPEND generated ${out}/${stem}.pb.cc)
  endforeach()
  add_library(${target} STATIC ${generated})
  set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "" EXPORT_COMPILE_COMMANDS OFF)
  target_include_directories(${target} SYSTEM PUBLIC ${out})
  target_link_libraries(${target} PUBLIC PkgConfig::PROTOBUF_LITE)
endfunction()
