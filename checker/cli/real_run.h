// A run of the relation that breaks a property, made by the implementation: the same messages and steps,
// judged by the properties of spec/, and written as a trace.
#pragma once

#include <cstddef>
#include <string>

#include "impl/guards.h"
#include "spec/properties.h"
#include "spec/smt/unroll.h"
#include "traces/record.h"

namespace takeover::cli {

struct RealRun {
  bool violates = false;  // the implementation takes every step, and breaks the property
  std::size_t steps = 0;  // of the trace
  std::string why_not{};  // which step the implementation does not take
  nlohmann::ordered_json trace{};
};

// The header's verdict is filled in.
[[nodiscard]] RealRun make_run(const smt::Unrolled& unrolled, const impl::Rules& rules,
                               spec::Property property, traces::Header header);

}  // namespace takeover::cli
