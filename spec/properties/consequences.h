// What the loss of each guard comes to: the property whose violation is the mistake that the table of guards
// speaks of (GuardInfo::mistake). Other properties may be violated sooner, and say less: that a message was
// let in, and not what came of it.
#pragma once

#include <string_view>

#include "impl/guards.h"

namespace takeover::spec {

// The id of a property, of a liveness property, or "deadlock-free".
[[nodiscard]] std::string_view consequence_of(impl::Guard guard);

}  // namespace takeover::spec
