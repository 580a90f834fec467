#include "checker/cli/place.h"

#include <fmt/format.h>

namespace takeover::cli {

std::string where(const Json& place) {
  const std::string step =
      place["step"].is_null() ? "" : fmt::format("step {}", place["step"].get<std::size_t>() + 1);
  return step + place["path"].get<std::string>();
}

std::string in_words(const Json& place) {
  return fmt::format("{}: expected {}, got {}", where(place), place["expected"].get<std::string>(),
                     place["actual"].get<std::string>());
}

}  // namespace takeover::cli
