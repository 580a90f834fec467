// The properties of safety, judged on the steps of a replay. Internal to traces.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>

#include "spec/properties/judge.h"
#include "spec/world/history.h"
#include "traces/replay.h"
#include "traces/trace.h"

namespace takeover::traces {

// What was before the first step is not known unless the nodes start empty. A manager that is here then is
// taken to have come by a Bootstrap; nothing else is assumed, so that what is found to be violated is.
class SafetyJudge {
 public:
  explicit SafetyJudge(const Nodes& initial);

  void observe(const ImplementationStep& step);

  struct Violation {
    std::optional<std::size_t> step{};  // none: the state before the first
  };
  // The first, or none.
  [[nodiscard]] const std::optional<Violation>& violation(spec::Property property) const {
    return violations_.at(static_cast<std::size_t>(property));
  }
  // Whether the property had something to say.
  [[nodiscard]] bool is_met(spec::Property property) const {
    return met_[static_cast<std::size_t>(property)];
  }
  // Whether a violation could lean on something that was before the first step.
  [[nodiscard]] bool leans_on_the_past(spec::Property property) const;

 private:
  void add(const spec::Findings& findings, std::optional<std::size_t> step);

  std::map<impl::NodeId, spec::History> histories_{};
  std::array<std::optional<Violation>, spec::kPropertyCount> violations_{};
  spec::PropertySet met_{};
  bool starts_empty_ = true;
};

}  // namespace takeover::traces
