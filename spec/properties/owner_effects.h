// owner-effects: who asked for what a manager carries out. Some requests take effect when they are taken in,
// others steps later, and perhaps under another owner: whose they were is remembered meanwhile.
#pragma once

#include "spec/properties/judge.h"
#include "spec/world/history.h"

namespace takeover::spec {

void update_foreign(Foreign& foreign, const Observation& step);

// history is that before the step.
void judge_owner_effects(const Observation& step, const History& history, Findings& findings);

}  // namespace takeover::spec
