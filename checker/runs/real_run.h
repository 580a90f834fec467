// Real runs for what Z3 refutes: a run of the relation that breaks a property is made by the implementation,
// with the same messages and steps, judged by the properties of spec/, and written as a trace.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "impl/guards.h"
#include "spec/properties/properties.h"
#include "spec/smt/prove.h"
#include "traces/trace.h"

namespace takeover::runs {

struct RealRun {
  enum class Answer : std::uint8_t {
    kNone,         // no run of the relation is so short
    kUnknown,      // Z3 did not say
    kNotReplayed,  // the implementation does not make the run, or keeps the property in it
    kViolated,     // the implementation takes every step, and breaks the property
  };
  Answer answer = Answer::kNone;
  std::size_t steps = 0;           // of the trace
  std::string why_not{};           // why it is unknown, or where the implementation does otherwise
  nlohmann::ordered_json trace{};  // as far as the implementation makes it
};
[[nodiscard]] std::string_view to_string(RealRun::Answer answer);

struct Search {
  std::size_t max_steps = 0;
  std::uint32_t timeout_ms = 0;  // of each question; 0 for none
  const std::atomic<bool>* stop = nullptr;
  traces::Header header{};         // of the trace, but for its verdict
  std::function<void()> begins{};  // called before each lemma's search
};

// For a property: the first of its refuted lemmas (numbers in the result) that a run of the relation breaks.
[[nodiscard]] RealRun find_real_run(const smt::ProveResult& result, std::span<const std::size_t> lemmas,
                                    spec::Property property, const impl::Rules& rules, const Search& search);

}  // namespace takeover::runs
