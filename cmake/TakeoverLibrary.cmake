# takeover_library(NAME [INTERFACE] SOURCES ... DEPENDS ...)
#
# One directory is one library. Its headers are included as "directory/header.h", from the source tree as from the
# installed package. DEPENDS are public: what a library may include is what it names here.
function(takeover_library name)
  cmake_parse_arguments(arg "INTERFACE" "" "SOURCES;DEPENDS" ${ARGN})
  if(arg_INTERFACE)
    set(scope INTERFACE)
    add_library(takeover_${name} INTERFACE)
  else()
    set(scope PUBLIC)
    add_library(takeover_${name} STATIC ${arg_SOURCES})
    target_link_libraries(takeover_${name} PRIVATE $<BUILD_INTERFACE:takeover_flags>)
  endif()
  add_library(takeover::${name} ALIAS takeover_${name})
  set_target_properties(takeover_${name} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(takeover_${name} ${scope} cxx_std_20)
  target_include_directories(takeover_${name} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/takeover>)
  target_link_libraries(takeover_${name} ${scope} ${arg_DEPENDS})
  set_property(GLOBAL APPEND PROPERTY takeover_libraries takeover_${name})
endfunction()
