# Catch2 of either kind: Debian 12 has version 2, Ubuntu 24.04 version 3. The tests are written for version 2 and
# use only what both have. Defines takeover_catch2 to link to; with version 3, main comes with it.
find_package(Catch2 REQUIRED)
add_library(takeover_catch2 INTERFACE)
if(Catch2_VERSION VERSION_LESS 3)
  target_link_libraries(takeover_catch2 INTERFACE Catch2::Catch2)
else()
  set(catch2_compat ${PROJECT_BINARY_DIR}/catch2-compat)
  file(CONFIGURE OUTPUT ${catch2_compat}/catch2/catch.hpp CONTENT "#pragma once\n#include <catch2/catch_all.hpp>\n")
  target_include_directories(takeover_catch2 SYSTEM INTERFACE ${catch2_compat})
  target_link_libraries(takeover_catch2 INTERFACE Catch2::Catch2WithMain)
endif()
