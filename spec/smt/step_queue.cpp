// The orchestrator's queue: what arrives, and what the next message finds.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "spec/smt/step_orchestrator.h"

namespace takeover::smt {
namespace {

using impl::Guard;
using impl::MessageType;

// What a body says: as a parameter, while the message waits, and while it is handled.
struct BodyField {
  Param param;
  Scalar waiting;
  Scalar handled;
};
constexpr std::array kBootstrapFields{
    BodyField{Param::kEvent, Scalar::kBootstrapEvent, Scalar::kRequestEvent},
    BodyField{Param::kRedo, Scalar::kBootstrapRedo, Scalar::kRequestRedo},
    BodyField{Param::kConfigEpoch, Scalar::kBootstrapConfigEpoch, Scalar::kRequestConfigEpoch},
    BodyField{Param::kRedoEnabled, Scalar::kBootstrapRedoEnabled, Scalar::kRequestRedoEnabled},
    BodyField{Param::kTs, Scalar::kBootstrapStartTs, Scalar::kRequestStartTs},
};
constexpr std::array kPostFields{BodyField{Param::kEvent, Scalar::kPostEvent, Scalar::kRequestEvent}};
constexpr std::array kCloseFields{BodyField{Param::kRemoved, Scalar::kCloseRemoved, Scalar::kRequestRemoved}};

// One message of each type waits at most.
struct Slot {
  MessageType type;
  Part part;
  Scalar here;
  Scalar rank;
  Scalar from;
  Scalar epoch;
  std::span<const BodyField> fields;
  std::optional<std::uint64_t> only_step;  // of its handler; none: a Bootstrap's, which has several
};
constexpr std::array kSlots{
    Slot{MessageType::kBootstrap, Part::kPendingBootstrap, Scalar::kBootstrapHere, Scalar::kBootstrapRank,
         Scalar::kBootstrapFrom, Scalar::kBootstrapEpoch, kBootstrapFields, std::nullopt},
    Slot{MessageType::kPostBootstrap, Part::kPendingPostBootstrap, Scalar::kPostHere, Scalar::kPostRank,
         Scalar::kPostFrom, Scalar::kPostEpoch, kPostFields, step::kPostBootstrap},
    Slot{MessageType::kClose, Part::kPendingClose, Scalar::kCloseHere, Scalar::kCloseRank, Scalar::kCloseFrom,
         Scalar::kCloseEpoch, kCloseFields, step::kClose},
};

constexpr bool has_slot_if_it_waits_here(const impl::MessageInfo& message) {
  const bool waits = message.path == impl::Path::kOrchestrator;
  return std::ranges::count(kSlots, message.type, &Slot::type) == (waits ? 1 : 0);
}
static_assert(std::ranges::all_of(impl::kMessages, has_slot_if_it_waits_here));

constexpr bool has_one_step_but_bootstrap(const Slot& slot) {
  return slot.only_step.has_value() == (slot.type != MessageType::kBootstrap);
}
static_assert(std::ranges::all_of(kSlots, has_one_step_but_bootstrap));

const Slot& slot_of(Action action) {
  return *std::ranges::find(kSlots, row_of(action).message, &Slot::type);
}

void fill(Builder& b, const Slot& slot) {
  b.set(slot.from, b[Param::kFrom]);
  b.set(slot.epoch, b[Param::kEpoch]);
  for (const BodyField& field : slot.fields) b.set(field.waiting, b[field.param]);
}

// Whether the handler under way handles a message of this type.
Term handles(const Builder& b, const Slot& slot) {
  const Term now = b[Scalar::kStep];
  if (slot.only_step) return now == *slot.only_step;
  Term in_none_of_the_others = now != step::kNone;
  for (const Slot& other : kSlots) {
    if (other.only_step) in_none_of_the_others = in_none_of_the_others && now != *other.only_step;
  }
  return in_none_of_the_others;
}

Term place_at_the_end(Builder& b) {
  Term place = b.number(0);
  for (const Slot& slot : kSlots) place = ite(b[slot.here], place + 1, place);
  return place;
}

// The message leaves the queue; a fenced node does nothing with it.
void take_out(Builder& b, const Slot& slot) {
  b.require(b[Scalar::kStep] == step::kNone && b[slot.here] && b[slot.rank] == 0);
  b.clear(slot.part);
  for (const Slot& other : kSlots) {
    if (other.type == slot.type) continue;
    b.when(b[other.here], [&] { b.set(other.rank, b[other.rank] - 1); });
  }
  b.when(!b[Scalar::kFenced], [&] { b.set(Scalar::kExisted, b[Scalar::kManager] == manager::kPublished); });
}

// Its handler begins, with what it said while it waited.
void begin(Builder& b, const Slot& slot, const State& before, Term first_step) {
  b.set(Scalar::kStep, first_step);
  b.set(Scalar::kFrom, before[slot.from]);
  b.set(Scalar::kRequestEpoch, before[slot.epoch]);
  for (const BodyField& field : slot.fields) b.set(field.handled, before[field.waiting]);
}

void look_up(Builder& b, const Slot& slot) {
  const State before = b.t.next;
  take_out(b, slot);
  b.when(!b[Scalar::kFenced], [&] { begin(b, slot, before, b.number(*slot.only_step)); });
}

// The only look-up that may drop: a Bootstrap whose epoch is buried must not build a manager anew. Whether
// the others find a manager they look up themselves.
void look_up_bootstrap(Builder& b, const Slot& slot) {
  const State before = b.t.next;
  const Term from = before[slot.from];
  const Term epoch = speaks_for(b, before[slot.epoch], before[Scalar::kBootstrapConfigEpoch]);
  take_out(b, slot);
  b.when(!b[Scalar::kFenced], [&] {
    // A closed manager makes room for a newer owner, as if its close had been retried.
    const Tombstone here{b[Scalar::kTombstoneHere], b[Scalar::kTombstone]};
    const Tombstone after = buried(here, b[Scalar::kEpoch], b[Scalar::kRemoveRequested]);
    const Term makes_room =
        b.on(Guard::kBootstrapRefusesClosing) && b[Scalar::kManager] == manager::kPublished &&
        b[Scalar::kClosed] && !(b.on(Guard::kCloseAckCleanUp) && b.owes_clean_up()) &&
        can_update_maintainer(b.t.next, b.guard, from, epoch) && !is_buried(after, b.guard, epoch);
    b.when(makes_room, [&] {
      b.set(Scalar::kTombstoneHere, after.here);
      b.set(Scalar::kTombstone, after.epoch);
      b.forget_manager();
      b.set(Scalar::kExisted, false);
    });
    const Term here_now = b[Scalar::kManager] == manager::kPublished;
    const Term dropped =
        !here_now && is_buried({b[Scalar::kTombstoneHere], b[Scalar::kTombstone]}, b.guard, epoch);
    b.choose(
        dropped, [&] { b.set(Scalar::kExisted, false); },
        [&] {
          begin(b, slot, before,
                ite(here_now, b.number(step::kTakeOver), b.number(step::kRegisterInitializing)));
        });
  });
}

}  // namespace

Term speaks_for(const Builder& b, Term epoch, Term config_epoch) {
  return ite(!b.on(Guard::kRequestEpochOnly) && config_epoch != 0, config_epoch, epoch);
}

// A message replaces one of its type that waits if it is of a later epoch, or a Close that asks for more. An
// old one that is sent again must not take the place of a new one.
void receive(Builder& b, Action action) {
  const Slot& slot = slot_of(action);
  b.t.well_formed = b[Param::kFrom] != 0;
  if (slot.type == MessageType::kBootstrap) {
    // A redo trigger is named only where redo is enabled.
    b.t.well_formed = b.t.well_formed && implies(b[Param::kRedo] != 0, b[Param::kRedoEnabled]);
    b.t.names_one_trigger =
        implies(b[Param::kFrom] == b.t.next.tracked_owner && b[Param::kEpoch] == b.t.next.tracked_epoch,
                b[Param::kEvent] == b.t.next.tracked_event && b[Param::kRedo] == b.t.next.tracked_redo);
    b.when(b[Param::kFrom] == b.t.next.tracked_owner && b[Param::kEpoch] == b.t.next.tracked_epoch,
           [&] { b.set(Scalar::kSeen, true); });
    for (const Record& record : b.t.next.records) {
      b.t.ids_drawn_once = b.t.ids_drawn_once &&
                           implies(b[Param::kEvent] == record.id, record.is_trigger && !record.is_redo) &&
                           implies(b[Param::kRedo] == record.id, record.is_trigger && record.is_redo);
    }
  }
  const Term newer = b[slot.epoch] < b[Param::kEpoch] && b.on(Guard::kQueueNewerEpoch);
  Term upgrade = b.no();
  if (slot.type == MessageType::kClose) {
    upgrade = b.on(Guard::kQueueRemovedUpgrade) && !b[Scalar::kCloseRemoved] && b[Param::kRemoved] &&
              b[Scalar::kCloseEpoch] <= b[Param::kEpoch];
  }
  const Term taken = !b[slot.here] && (b.on(Guard::kQueueReleaseAtPop) || !handles(b, slot));
  const Term place = place_at_the_end(b);
  b.when(!b.is_leaving() && ite(b[slot.here], newer || upgrade, taken), [&] {
    b.set(slot.rank, ite(b[slot.here], b[slot.rank], place));
    fill(b, slot);
    b.set(slot.here, true);
  });
}

void look_up_step(Builder& b, Action action) {
  const Slot& slot = slot_of(action);
  if (!slot.only_step) return look_up_bootstrap(b, slot);
  look_up(b, slot);
}

}  // namespace takeover::smt
