// What a check says of one property.
#pragma once

#include <stdexcept>
#include <string_view>

#include "checker/model/check.h"

namespace takeover::model {

inline const PropertyResult& property(const CheckResult& result, std::string_view id) {
  for (const PropertyResult& each : result.properties) {
    if (each.id == id) return each;
  }
  throw std::out_of_range("no such property");
}

}  // namespace takeover::model
