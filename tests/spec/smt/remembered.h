// What the judge remembers of a run, as the encoding has it.
#pragma once

#include "impl/node.h"
#include "spec/smt/ground.h"
#include "spec/world/history.h"

namespace takeover::tests {

// Puts what the properties' lemmas need of it into the values of a state with this id tracked, and (owner,
// epoch) the node's own.
void remember(const spec::History& history, const impl::DispatcherOrchestrator& node, impl::DispatcherId id,
              smt::Values& values);
// What a Bootstrap found: what is remembered, or, where it takes the fence in this step, what it finds.
void remember_found(const spec::History& history, const impl::DispatcherOrchestrator& before,
                    smt::Values& values);

}  // namespace takeover::tests
