// Transitions changed in a few places, to what no run may lead to: a lemma and the judge are formulas, and
// say something of any state and step.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string_view>
#include <vector>

#include "impl/node.h"
#include "spec/smt/ground.h"
#include "spec/smt/state.h"
#include "spec/world/history.h"

namespace takeover::tests {

// A transition as both sides see it. What is remembered of the run is changed on both sides at once: in
// `history` and `later` for the judge, beside them for the relation.
struct Strange {
  impl::DispatcherOrchestrator before{};
  impl::DispatcherOrchestrator after{};
  impl::Outbox out{};
  spec::History history{};  // before the step
  spec::History later{};    // after it
  bool control = false;     // a control message comes to admission
  bool responds = false;    // a Bootstrap is answered without error
  bool ends = false;        // a handler of the orchestrator, or a batch
  std::map<smt::Scalar, std::uint64_t> remembered{};
  std::map<spec::DispatcherKey, bool> owed{};
  std::map<spec::DispatcherKey, bool> trigger_asked{};
};

using Change = std::function<void(Strange&)>;

// One of the ways to change something that a property looks at; `ids` are those that may be named.
[[nodiscard]] Change any_change(const Strange& of, const std::vector<impl::DispatcherId>& ids,
                                std::mt19937_64& random);

// The values of a node, with what the run remembers from `values`.
void ground_strange(const Strange& strange, const impl::DispatcherOrchestrator& node, impl::DispatcherId id,
                    smt::Values& values);
// What is seen of the step: what an outbox tells, and of the control message who sent it.
void ground_output(const Strange& strange, impl::DispatcherId id, smt::Values& values);
// Where Output::terms() has `control`; what it is of follows.
inline constexpr std::size_t kControl = 12;

// Why the encoding has no such transition ("" if it has).
[[nodiscard]] std::string_view why_not_encoded(const Strange& strange);

}  // namespace takeover::tests
