# takeover_embed(TARGET HEADER NAMESPACE FUNCTION FILES ...)
#
# Adds to TARGET a source that defines, in NAMESPACE and declared in HEADER, a function that returns the files' texts:
# a std::string_view for one file, a vector of {name without extension, text}, sorted by name, for a list (BUILT_IN).
function(takeover_embed target header namespace function)
  cmake_parse_arguments(arg "" "LIST_OF" "FILES" ${ARGN})
  set(body "")
  list(SORT arg_FILES)
  foreach(file IN LISTS arg_FILES)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} text)
    get_filename_component(name ${file} NAME_WE)
    string(APPEND body "      {\"${name}\", R\"embedded(${text})embedded\"},\n")
  endforeach()
  if(arg_LIST_OF)
    set(code "const std::vector<${arg_LIST_OF}>& ${function}() {\n  static const std::vector<${arg_LIST_OF}> kAll{\n${body}  };\n  return kAll;\n}\n")
  else()
    set(code "std::string_view ${function}() { return R\"embedded(${text})embedded\"; }\n")
  endif()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  file(GENERATE OUTPUT ${source}
       CONTENT "#include \"${header}\"\n\nnamespace ${namespace} {\n\n${code}\n}  // namespace ${namespace}\n")
  target_sources(${target} PRIVATE ${source})
endfunction()
