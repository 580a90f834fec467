// From the implementation to the encoding: a node's state and steps as values of the encoding's variables.
//
// This is the one place that knows both sides. It translates what is there; what a step makes of it is
// neither taken from the implementation nor repeated here.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "impl/node.h"
#include "spec/smt/message_params.h"
#include "spec/smt/relation.h"

namespace takeover::spec {
struct WorldAction;
}

namespace takeover::smt {

using Values = std::vector<std::uint64_t>;

// The values of a state's terms(), with this id tracked. History is not part of a node and stays at its
// default.
[[nodiscard]] Values ground(const impl::DispatcherOrchestrator& node, impl::DispatcherId tracked);
// Why the encoding has no such state ("" if it has).
[[nodiscard]] std::string_view why_no_ground(const impl::DispatcherOrchestrator& node);

// One step of the relation and the values of its parameters.
struct GroundStep {
  Action action{};
  ParamValues in{};
  bool is_source = false;  // the tracked id is one of the merge's sources
};

// A step of the implementation: a message that arrives, or an action of the node.
struct ImplStep {
  const impl::Message* received = nullptr;
  impl::NodeAction action{};
};

// What the node does in a step of the world, which must outlive it; nothing in one of the environment alone.
[[nodiscard]] std::optional<ImplStep> impl_step(const spec::WorldAction& action);

// The steps of the relation that a step of the implementation is, with `tracked` in view: one, none for what
// the encoding does not see, or several for a batch of Creates. Param::kOther of a Create that is taken in is
// left open.
[[nodiscard]] std::vector<GroundStep> translate(const impl::DispatcherOrchestrator& before,
                                                const ImplStep& step, impl::DispatcherId tracked);

// Ids that occur in a node, or in a message.
void collect_ids(const impl::DispatcherOrchestrator& node, std::set<impl::DispatcherId>& ids);
void collect_ids(const impl::Message& request, std::set<impl::DispatcherId>& ids);

// The values of Output::terms(), as far as an outbox tells them (the control message is not part of it).
struct GroundOutput {
  Values values{};
  Values known{};  // 1 where `values` is to be compared
};
[[nodiscard]] GroundOutput ground(const impl::Outbox& out, impl::DispatcherId tracked);

}  // namespace takeover::smt
