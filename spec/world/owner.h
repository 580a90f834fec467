// One owner: what it may send, what sending changes in it, what it takes from replies. Internal to the
// environment.
#pragma once

#include <vector>

#include "spec/world/environment.h"

namespace takeover::spec {

// It has begun, and neither stopped nor died.
[[nodiscard]] bool is_live(Phase phase);

// What an owner's rows are judged by.
struct View {
  const Scenario& scenario;
  const impl::Rules& rules;
  const Environment& environment;
  const PerNode<impl::DispatcherOrchestrator>& nodes;
  std::size_t index;                      // of the owner
  impl::NodeId to = impl::NodeId::kNone;  // whom it speaks to

  [[nodiscard]] const Owner& owner() const { return scenario.owners[index]; }
  [[nodiscard]] const OwnerState& state() const { return environment.owners[index]; }
};

// Sets whom it speaks to.
void collect_owner(View& view, std::vector<EnvironmentAction>& actions);

// A working dispatcher, once the owner has sent its Remove.
[[nodiscard]] Placement asked_to_go(const OwnerState& state, Placement placement);

void note_sent(OwnerState& state, const EnvironmentAction& action);

// What a stopped owner knew and used up no longer matters.
void end(OwnerState& state, Phase phase);

void take(OwnerState& state, const Owner& owner, const impl::Message& reply);

}  // namespace takeover::spec
