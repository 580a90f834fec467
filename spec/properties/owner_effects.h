// owner-effects: who asked for what a manager carries out. Some requests take effect when they are taken in,
// others steps later, and perhaps under another owner: whose they were is remembered meanwhile.
#pragma once

#include "spec/world/history.h"

namespace takeover::spec {

// The judge's memory, History::foreign, after the step.
void update_foreign(Foreign& foreign, const Observation& step);

}  // namespace takeover::spec
