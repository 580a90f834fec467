// What a scenario says and what changes nothing: a mistake of its author, who counts on it.
#pragma once

#include "spec/json/json_cursor.h"
#include "spec/world/scenario.h"

namespace takeover::spec {

// Throws an InputError at the first field of the document, read as `scenario`, that has no effect without
// another which is not there, or names a property or witness that no run could be about. What only some sets
// of rules give an effect to is left alone, and so is whatever a misbehaving message may bring about.
void expect_effect(const Cursor& document, const Scenario& scenario);

}  // namespace takeover::spec
