// The verdicts: every property as a predicate over a state or a step.
#pragma once

#include "spec/properties/properties.h"
#include "spec/properties/witnesses.h"
#include "spec/world/history.h"

namespace takeover::spec {

// Which premises were met, which properties violated, which witnesses reached.
struct Findings {
  PropertySet met;
  PropertySet violated;
  WitnessSet reached;

  void judge(Property property, bool premise, bool holds) {
    const auto bit = static_cast<std::size_t>(property);
    if (premise) met.set(bit);
    if (premise && !holds) violated.set(bit);
  }
  void reach(Witness witness) { reached.set(static_cast<std::size_t>(witness)); }
};

// Judges a state. history is the state's own.
void judge_state(const impl::DispatcherOrchestrator& node, const History& history, Findings& findings);

// Judges a step. history is that before the step.
void judge_step(const Observation& step, const History& history, Findings& findings);

// Whether an operator of a response stands for somebody who is not the manager's owner. It carries no sender:
// the entry of the journal behind it does. Without one its epoch has to say it.
[[nodiscard]] bool is_stale_operator(const impl::DispatcherManager& manager, const impl::JournalEntry& op);

// The witnesses that a step reaches.
void witness_step(const Observation& step, Findings& findings);

}  // namespace takeover::spec
