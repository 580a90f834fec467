// The transition relation of one node, written from the protocol's prose: one relation for each kind of step.
//
// A step is a function: of the state, of what comes from outside (the message, which dispatcher, ...: its
// parameters) and of the guards it gives when it is possible (enabled), the next state, and what is seen of
// it (Output). So the relation of an action is
//     enabled(state, parameters) and next = f(state, parameters)
// and frame conditions need not be written: what a step does not mention stays.
//
// The environment is arbitrary: a parameter is any value. Well-formedness and what a proof assumes of senders
// are separate terms, by name, so that a proof says which it uses.
//
// What depends on a dispatcher that is not tracked is a parameter, too (`other`): the step of a message for
// another id may find it here or not. For the step's own id tracked, nothing is left open.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "impl/guards.h"
#include "spec/smt/action.h"
#include "spec/smt/state.h"

namespace takeover::smt {

// The stage of a merge's task (Params::stage).
namespace stage {
inline constexpr std::uint64_t kStarted = 0;  // the merged dispatcher starts
inline constexpr std::uint64_t kLost = 1;     // aborted
inline constexpr std::uint64_t kReady = 2;
inline constexpr std::uint64_t kClosing = 3;  // the sources are closed
}  // namespace stage

// What a step takes from outside.
struct Params {
  std::array<Term, kParamCount> values{};
  std::vector<Term> source{};  // for each tracked id: it is one of the merge's sources
  [[nodiscard]] Term operator[](Param param) const { return values[static_cast<std::size_t>(param)]; }
};
[[nodiscard]] Params params(Pool& pool, std::size_t tracked, const std::string& prefix = "in.");

// One Boolean for each guard.
struct Guards {
  std::array<Term, impl::kGuardCount> values{};
  [[nodiscard]] Term operator()(impl::Guard guard) const { return values[static_cast<std::size_t>(guard)]; }
};
[[nodiscard]] Guards guards(Pool& pool);
// Guards that are in or out, once and for all.
[[nodiscard]] Guards guards(Pool& pool, const std::bitset<impl::kGuardCount>& in);

// What is seen of a step.
struct Output {
  Term ended{};      // a handler of the orchestrator ended
  Term bootstrap{};  // it was that of a Bootstrap
  Term post_bootstrap{};
  Term admitted{};        // its request had been admitted
  Term answered{};        // it sent an answer
  Term error{};           // that is an error
  Term took_over{};       // that is a Bootstrap response without error
  Term created{};         // a manager is being built from here on
  Term close_answered{};  // a CloseResponse was sent
  Term close_success{};   // with success
  Term registered{};      // the event trigger was registered with the event collector
  Term registered_redo{};
  Term control{};  // a control message came to admission
  Term control_from{};
  Term control_epoch{};
  Term control_closes{};
  Term control_bootstraps{};
  std::vector<Term> included{};  // for each tracked id: the response carries its journal entry
  [[nodiscard]] std::vector<Term> terms() const;
};
[[nodiscard]] std::vector<std::string> output_names(std::size_t tracked);

struct Transition {
  Term enabled{};
  Term well_formed{};        // no Create and no Merge names the DDL span, ids and senders are there, ...
  Term ids_drawn_once{};     // an id belongs to one mode, and is a trigger's or a table's, for ever
  Term names_one_trigger{};  // the tracked owner names the same triggers in every Bootstrap of its epoch
  Term sender_knows{};       // a Create's sender knows what it was told (one-writer)
  State next{};
  Output out{};
};

[[nodiscard]] Transition transition(Action action, const State& state, const Params& in, const Guards& guard);

// (TiCDC: canUpdateMaintainer and IsMaintainerRequestAllowedBySnapshot.)
[[nodiscard]] Term can_update_maintainer(const State& state, const Guards& guard, Term from, Term epoch);
[[nodiscard]] Term is_request_allowed(const State& state, Term from, Term epoch);
[[nodiscard]] Term overlaps(Term table, Term begin, Term end, Term table2, Term begin2, Term end2);

}  // namespace takeover::smt
