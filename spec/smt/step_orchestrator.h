// What the files of the orchestrator's steps share. Internal to spec/smt.
#pragma once

#include "spec/smt/builder.h"

namespace takeover::smt {

// The epoch that a Bootstrap speaks for.
[[nodiscard]] Term speaks_for(const Builder& b, Term epoch, Term config_epoch);

// ---- what every handler does ----

// A control message comes to admission.
void control(Builder& b, Term from, Term epoch);
// The handler ends. Who held the fence lets it go, unless the mistake is made of keeping it.
void end(Builder& b, Term admitted, Term answered, Term error, Term keeps_fence);
void end_silently(Builder& b, Term admitted);
void end_with_answer(Builder& b, Term admitted);
// An error found before anything was tried: a leaving node does not tell.
void end_with_error(Builder& b);

}  // namespace takeover::smt
