// What every part of this library says of JSON by its short name.
#pragma once

#include <string>

#include "spec/json/values.h"

namespace takeover::traces {

using spec::InputError;
using spec::Json;
using spec::Result;

// Of an object's member that is text; empty if it is null or not there.
[[nodiscard]] inline std::string text_of(const Json& json, const char* key) {
  const auto it = json.find(key);
  return it == json.end() || it->is_null() ? std::string() : it->get<std::string>();
}

}  // namespace takeover::traces
