# The installed package: headers, libraries, the program, schemas, and a package config for find_package(takeover).
include(CMakePackageConfigHelpers)

get_property(libraries GLOBAL PROPERTY takeover_libraries)
install(TARGETS ${libraries} EXPORT takeover_targets)
install(EXPORT takeover_targets NAMESPACE takeover:: FILE takeover-targets.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/takeover)
foreach(directory impl spec checker/engine checker/model checker/logs checker/runs checker/examples traces)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${directory}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/takeover/${directory}
          FILES_MATCHING PATTERN "*.h")
endforeach()
install(TARGETS takeover_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
# The schemas of traces and scenarios follow from the types that they describe: the program says them whole.
foreach(what trace scenario)
  set(schema ${PROJECT_BINARY_DIR}/${what}.schema.json)
  add_custom_command(OUTPUT ${schema} COMMAND takeover_cli schema ${what} > ${schema} DEPENDS takeover_cli VERBATIM)
  list(APPEND schemas ${schema})
endforeach()
add_custom_target(takeover_schemas ALL DEPENDS ${schemas})
install(FILES ${schemas} checker/cli/check.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/takeover)

configure_package_config_file(cmake/takeover-config.cmake.in ${PROJECT_BINARY_DIR}/takeover-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/takeover)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/takeover-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/takeover-config.cmake ${PROJECT_BINARY_DIR}/takeover-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/takeover)
