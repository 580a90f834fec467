# Writes a .cpp that holds a text file as a string, so that the library needs no file at run time:
#   cmake -DINPUT=trace.schema.json -DOUTPUT=trace_schema.cpp -DFUNCTION=trace_schema -P embed.cmake
file(READ "${INPUT}" text)
# A string literal may have some 65,000 characters only: the text goes over in pieces, which the compiler joins.
string(LENGTH "${text}" length)
set(literals "")
set(offset 0)
while(offset LESS length)
  string(SUBSTRING "${text}" ${offset} 2000 piece)
  string(APPEND literals "R\"schema(${piece})schema\"\n")
  math(EXPR offset "${offset} + 2000")
endwhile()
get_filename_component(source "${INPUT}" NAME)
file(WRITE "${OUTPUT}.tmp" "// Made of ${source} by embed.cmake.
#include \"traces/trace.h\"

namespace takeover::traces {

std::string_view ${FUNCTION}() {
  static constexpr std::string_view kText =
${literals};
  return kText;
}

}  // namespace takeover::traces
")
file(COPY_FILE "${OUTPUT}.tmp" "${OUTPUT}" ONLY_IF_DIFFERENT)
file(REMOVE "${OUTPUT}.tmp")
