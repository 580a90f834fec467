// Partial expectations: whether an actual value, written whole, is as a person or a recording expects.
//
//   * a key that the expectation does not have is not compared; an object is compared key by key;
//   * dispatchers and journal: the same ids, each compared key by key;
//   * an array is compared element by element, all of them and no more; in any order for spans, operators,
//   statuses, sent and registered_triggers;
//   * null means "none".
#pragma once

#include <optional>
#include <string>

#include "traces/json.h"

namespace takeover::traces {

struct Mismatch {
  std::string pointer;  // from the value that was compared
  std::string expected;
  std::string actual;
};

// `key` is the one that both values stand under: it says which rule holds.
[[nodiscard]] std::optional<Mismatch> compare(const Json& expected, const Json& actual,
                                              const std::string& key);

}  // namespace takeover::traces
