#include "tests/spec/smt/strange.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include "spec/smt/ground.h"
#include "tests/spec/smt/strange_manager.h"

namespace takeover::tests {
namespace {

using impl::DispatcherId;
using impl::DispatcherManager;
using impl::DispatcherOrchestrator;
using impl::JournalEntry;
using impl::Mode;
using impl::OrchestratorStep;

void apply(const ManagerChange& change, DispatcherOrchestrator& node) {
  if (node.manager) {
    change(*node.manager);
  } else if (node.initializing) {
    DispatcherManager manager = *node.initializing;
    change(manager);
    node.initializing = manager;
  }
}

// In the state after the step, or in that before it, or in both.
Change of_manager(ManagerChange change, Dice& dice) {
  return [change = std::move(change), where = dice.below(4)](Strange& s) {
    if (where <= 1) apply(change, s.before);
    if (where >= 1) apply(change, s.after);
  };
}

void on_both(const ManagerChange& change, Strange& s) {
  apply(change, s.before);
  apply(change, s.after);
}

// A control message of somebody who is mostly not the owner comes to a manager that is changed in some
// places, and changes it in one, or in none.
Change change_by_a_stranger(Dice& dice) {
  std::vector<ManagerChange> found{[owner = dice.node(), epoch = dice.below(4)](DispatcherManager& m) {
    m.owner = owner;
    m.epoch = epoch;
  }};
  for (std::size_t i = dice.below(3); i > 0; --i) found.push_back(addition(dice));
  std::vector<ManagerChange> changes;
  if (dice.below(4) != 0) changes.push_back(nudge_of_control_state(dice));
  return [found, changes](Strange& s) {
    for (const ManagerChange& each : found) on_both(each, s);
    for (const ManagerChange& each : changes) apply(each, s.after);
  };
}

// There is nobody before the step, or after it; or nobody is left of a manager that had nothing.
Change change_of_presence(Dice& dice) {
  return [where = dice.below(3)](Strange& s) {
    if (s.control && s.before.handler == s.after.handler) return;  // a stream's
    if (where == 0) {
      s.before.manager.reset();
      return;
    }
    if (where == 2 && s.before.manager) {
      DispatcherManager bare;
      bare.owner = s.before.manager->owner;
      bare.epoch = s.before.manager->epoch;
      bare.streams = s.before.manager->streams;
      s.before.manager = bare;
    }
    s.after.manager.reset();
  };
}

// Where the handler of a Bootstrap stands: before the step, and after it if it does not move.
Change change_of_place(Dice& dice) {
  constexpr std::array kPlaces{OrchestratorStep::kRegisterInitializing,
                               OrchestratorStep::kCreateTriggers,
                               OrchestratorStep::kPublish,
                               OrchestratorStep::kTakeOver,
                               OrchestratorStep::kEnsureEventTrigger,
                               OrchestratorStep::kEnsureRedoTrigger,
                               OrchestratorStep::kReadDefaultSpans,
                               OrchestratorStep::kReadRedoSpans,
                               OrchestratorStep::kReadJournalAndSend};
  return [place = kPlaces[dice.below(kPlaces.size())]](Strange& s) {
    auto& before = s.before.handler;
    if (!before || before->request.type() != impl::MessageType::kBootstrap) return;
    const bool moves = s.after.handler != before;
    if (moves && s.after.handler && s.after.handler->next == place) return;
    before->next = place;
    if (!moves) s.after.handler = before;
  };
}

Change change_of_node(Dice& dice) {
  return [fences = dice.coin(), where = dice.below(3)](Strange& s) {
    const auto turn = [&](DispatcherOrchestrator& n) {
      bool& flag = fences ? n.fenced : n.closed;
      flag = !flag;
    };
    if (where <= 1) turn(s.before);
    if (where >= 1) turn(s.after);
  };
}

template <class Body>
Body* find_reply(impl::Outbox& out) {
  for (impl::Message& reply : out.sent) {
    if (auto* body = reply.as<Body>()) return body;
  }
  return nullptr;
}

impl::Note* find_note(impl::Outbox& out, impl::NoteKind kind) {
  const auto it = std::find_if(out.notes.begin(), out.notes.end(),
                               [&](const impl::Note& each) { return each.kind == kind; });
  return it == out.notes.end() ? nullptr : &*it;
}

void turn_error(impl::Outbox& out) {
  if (auto* post = find_reply<impl::MaintainerPostBootstrapResponse>(out)) {
    post->error =
        post->error == impl::ErrorCode::kNone ? impl::ErrorCode::kErrWritePathClosed : impl::ErrorCode::kNone;
  }
  auto* response = find_reply<impl::MaintainerBootstrapResponse>(out);
  if (response == nullptr) return;
  if (impl::Note* note = find_note(out, impl::NoteKind::kTookOver)) {
    response->error = impl::ErrorCode::kErrWritePathClosed;
    out.notes.erase(out.notes.begin() + (note - out.notes.data()));
  } else {
    response->error = impl::ErrorCode::kNone;
    out.notes.push_back({.kind = impl::NoteKind::kTookOver});
  }
}

// What was read into the response, and is sent.
void report(Strange& s, const impl::ReportedSpan& span) {
  const auto turn = [&](auto& spans) {
    if (!spans.erase(span.mode, span.id)) spans.insert(span);
  };
  auto* response = find_reply<impl::MaintainerBootstrapResponse>(s.out);
  if (response == nullptr || !s.before.handler) return;
  response->spans = s.before.handler->response.body.spans;
  turn(response->spans);
  turn(s.before.handler->response.body.spans);
}

// An operator in the response, or none: that of the journal, or one that is not journalled.
void restore(Strange& s, const JournalEntry& entry) {
  auto* response = find_reply<impl::MaintainerBootstrapResponse>(s.out);
  if (response == nullptr || !s.before.manager) return;
  auto& operators = response->operators;
  if (operators.erase(entry.id)) return;
  const JournalEntry* known = s.before.manager->journal.find(entry.id);
  JournalEntry restored = known != nullptr ? *known : entry;
  restored.from = impl::NodeId::kNone;
  operators.insert(restored);
}

void owe(Strange& s, const spec::DispatcherKey& key, bool owed) {
  auto& all = s.history.owed;
  all.erase(key);
  if (owed) all.insert(key);
  s.owed[key] = owed;
}

// A response, and what there is of one dispatcher that it may speak of.
Change change_of_response(Dice& dice) {
  const JournalEntry entry{
      .id = dice.id(),
      .action = dice.below(3) != 0 ? impl::ScheduleAction::kRemove : impl::ScheduleAction::kCreate,
      .mode = dice.mode(),
      .from = dice.node(),
      .epoch = dice.below(3)};
  std::optional<spec::OwnerId> owner;
  if (dice.coin()) owner = {dice.node(), dice.below(3)};
  const Mode mode = dice.below(4) == 0 ? dice.mode() : entry.mode;
  return [=, journals = dice.below(4), reports = dice.below(3) != 0, restores = dice.coin(),
          owes = dice.below(4)](Strange& s) {
    const auto change = [&](DispatcherManager& m) {
      if (owner) m.owner = owner->node;
      if (owner) m.epoch = owner->epoch;
      if (journals != 0) m.journal.erase(DispatcherId{entry.id});
      if (journals > 1) m.journal.insert(entry);
    };
    on_both(change, s);
    if (reports) report(s, {.id = entry.id, .mode = mode});
    if (restores) restore(s, entry);
    if (owes == 0) owe(s, {entry.id, mode}, true);
  };
}

Change change_of_output(Dice& dice) {
  switch (dice.below(7)) {
    case 0:
      return [](Strange& s) {
        if (impl::Note* ended = find_note(s.out, impl::NoteKind::kHandlerEnded)) {
          ended->answered = !ended->answered;
        }
      };
    case 1:
      return [](Strange& s) {
        if (impl::Note* ended = find_note(s.out, impl::NoteKind::kHandlerEnded)) {
          ended->admitted = !ended->admitted;
        }
      };
    case 2: return [](Strange& s) { turn_error(s.out); };
    case 3:
      return [](Strange& s) {
        if (auto* close = find_reply<impl::MaintainerCloseResponse>(s.out)) close->success = !close->success;
      };
    case 4:
      return
          [span = impl::ReportedSpan{.id = dice.id(), .mode = dice.mode()}](Strange& s) { report(s, span); };
    default:
      return [entry = JournalEntry{
                  .id = dice.id(),
                  .action = dice.coin() ? impl::ScheduleAction::kRemove : impl::ScheduleAction::kCreate,
                  .mode = dice.mode(),
                  .from = dice.node(),
                  .epoch = dice.below(4)}](Strange& s) { restore(s, entry); };
  }
}

// Who asks, in what epoch; of a manager that is being built, the epoch that it is built with.
Change change_of_request(Dice& dice) {
  return [from = dice.below(3) == 0 ? std::optional(dice.node()) : std::nullopt,
          epoch = dice.below(4)](Strange& s) {
    if (s.before.handler) {
      s.before.handler->request.epoch = epoch;
      if (from) s.before.handler->request.from = *from;
      if (s.after.handler) s.after.handler->request = s.before.handler->request;
    }
    for (impl::Message& sent : s.out.sent) {
      if (sent.type() == impl::MessageType::kCloseResponse) sent.epoch = epoch;
    }
    if (impl::Note* created = find_note(s.out, impl::NoteKind::kManagerCreated)) {
      created->epoch = epoch;
      apply([&](DispatcherManager& m) { m.epoch = epoch; }, s.after);
    }
  };
}

void agree(Strange& s, Mode mode, DispatcherId id, bool is_removed) {
  const bool is_redo = mode == Mode::kRedo;
  if (!is_removed || id != DispatcherId::kNone) {
    for (spec::History* history : {&s.history, &s.later}) {
      auto& agreed = is_redo ? history->agreement.redo_trigger : history->agreement.event_trigger;
      agreed = is_removed ? std::nullopt : std::optional(id);
    }
    s.trigger_asked[{id, mode}] = is_removed;
  }
  s.remembered[is_redo ? smt::Scalar::kAgreedRedo : smt::Scalar::kAgreedEvent] =
      static_cast<std::uint64_t>(id);
}

Change change_of_memory(Dice& dice) {
  switch (dice.below(5)) {
    case 0:
      return [epoch = dice.below(4), zero = dice.coin()](Strange& s) {
        for (spec::History* history : {&s.history, &s.later}) {
          history->acknowledged_close = epoch == 0 ? std::nullopt : std::optional<impl::Epoch>(epoch);
          history->acknowledged_zero_removed = zero;
        }
        s.remembered[smt::Scalar::kAcknowledged] = epoch;
        s.remembered[smt::Scalar::kAcknowledgedZero] = zero ? 1 : 0;
      };
    case 1:
      return [event = dice.id_or_none(), redo = dice.id_or_none(), removed = dice.below(4)](Strange& s) {
        if (!s.after.manager) return;
        s.remembered[smt::Scalar::kAgreed] = 1;
        const bool event_is = removed == 1 && event != DispatcherId::kNone;
        const bool redo_is = removed == 2 && redo != DispatcherId::kNone;
        agree(s, Mode::kDefault, event, event_is);
        agree(s, Mode::kRedo, redo, redo_is);
      };
    case 2:
      return [id = dice.id(), mode = dice.mode(), owed = dice.coin()](Strange& s) {
        owe(s, {id, mode}, owed);
      };
    default:
      return [what = dice.below(4), node = dice.node(), epoch = dice.below(4),
              id = dice.id_or_none()](Strange& s) {
        if (!s.history.taken_over) return;
        spec::FoundManager& found = *s.history.taken_over;
        if (what == 0) found.owner.node = node;
        if (what == 1) found.owner.epoch = epoch;
        if (what == 2) found.event_trigger = id;
        if (what == 3) found.redo_trigger = id;
      };
  }
}

// A request or a batch ends otherwise, on a node that may be leaving, with a manager that may not be what it
// was.
Change change_of_ending(Dice& dice) {
  std::vector<Change> changes;
  if (dice.coin()) changes.push_back(change_of_node(dice));
  if (dice.below(4) == 0) changes.push_back(change_of_memory(dice));
  if (dice.below(8) == 0) changes.push_back(change_of_presence(dice));
  if (dice.coin()) changes.push_back(change_of_output(dice));
  const std::size_t kind = dice.below(4);
  if (kind == 1) changes.push_back(of_manager(nudge_of_control_state(dice), dice));
  if (kind > 1) changes.push_back(of_manager(change_of_owner(dice), dice));
  return [changes](Strange& s) {
    for (const Change& each : changes) each(s);
  };
}

}  // namespace

Change any_change(const Strange& of, const std::vector<DispatcherId>& ids, std::mt19937_64& random) {
  Dice dice(ids, random);
  if (of.control && dice.coin()) return change_by_a_stranger(dice);
  if (of.responds && dice.coin()) return change_of_response(dice);
  if (of.ends && dice.coin()) return change_of_ending(dice);
  const bool is_told = !of.out.notes.empty() || !of.out.sent.empty();
  switch (dice.below(is_told ? 20 : 13)) {
    case 0: return dice.coin() ? change_of_node(dice) : change_of_presence(dice);
    case 1:
    case 2:
    case 3: return of_manager(change_of_flag(dice), dice);
    case 4:
    case 5: return of_manager(change_of_owner(dice), dice);
    case 6: return of_manager(two_writers(dice), dice);
    case 7: return of_manager(change_of_dispatcher(dice), dice);
    case 8:
    case 9: return of_manager(change_of_journal(dice), dice);
    case 10: return of_manager(change_of_batch(dice), dice);
    case 11: return change_of_place(dice);
    case 12: return of_manager(change_of_clean_up(dice), dice);
    case 13:
    case 14: return change_of_request(dice);
    case 15:
    case 16: return change_of_memory(dice);
    default: return change_of_output(dice);
  }
}

}  // namespace takeover::tests
