# takeover_embed(TARGET HEADER NAMESPACE FUNCTION [LIST_OF TYPE] FILES ...)
#
# Adds to TARGET a source that defines, in NAMESPACE and declared in HEADER, a function that returns the files' texts, so
# that the library needs no file at run time: a std::string_view for one file; with LIST_OF a vector of
# TYPE {name without extension, text}, sorted by name.
function(takeover_embed target header namespace function)
  cmake_parse_arguments(arg "" "LIST_OF" "FILES" ${ARGN})
  set(body "")
  list(SORT arg_FILES)
  foreach(file IN LISTS arg_FILES)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} text)
    get_filename_component(name ${file} NAME_WE)
    # A string literal may have some 65,000 characters only: the text goes over in pieces, which the compiler joins.
    string(LENGTH "${text}" length)
    set(literals "")
    set(offset 0)
    while(offset LESS length)
      string(SUBSTRING "${text}" ${offset} 2000 piece)
      string(APPEND literals "R\"embedded(${piece})embedded\"\n")
      math(EXPR offset "${offset} + 2000")
    endwhile()
    string(APPEND body "      {\"${name}\", ${literals}},\n")
  endforeach()
  if(arg_LIST_OF)
    set(code "const std::vector<${arg_LIST_OF}>& ${function}() {\n  static const std::vector<${arg_LIST_OF}> kAll{\n${body}  };\n  return kAll;\n}\n")
  else()
    set(code "std::string_view ${function}() {\n  return ${literals};\n}\n")
  endif()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  file(GENERATE OUTPUT ${source}
       CONTENT "#include \"${header}\"\n\nnamespace ${namespace} {\n\n${code}\n}  // namespace ${namespace}\n")
  target_sources(${target} PRIVATE ${source})
endfunction()
