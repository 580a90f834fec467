// What properties remember, clause by clause: what one step adds to a history, and what it takes away.
#include <vector>

#include "tests/spec/properties/judge_cases.h"

using namespace takeover;
using namespace takeover::judged;

namespace {

using spec::History;
using Step = OrchestratorStep;

constexpr spec::DispatcherKey kRedoTriggerKey{kRedoTrigger, Mode::kRedo};

}  // namespace

TEST_CASE("it is remembered whose Bootstrap was received") {
  const std::vector<Memory> cases{
      {"nothing happens", [](Scene& /*as it is*/) {}, stays},
      {"a Bootstrap arrives", [](Scene& s) { s.received = bootstrap(kB, 6); },
       [](History& h) {
         h.bootstraps = {{kA, kEpoch}, {kB, 6}};
       }},
      {"in order", [](Scene& s) { s.received = bootstrap(kA, 4); },
       [](History& h) {
         h.bootstraps = {{kA, 4}, {kA, kEpoch}};
       }},
      {"once", [](Scene& s) { s.received = bootstrap(kA, kEpoch); }, stays},
      {"no other message", [](Scene& s) { s.received = post_bootstrap(kB, 6); }, stays}};
  check_memory(cases);
}

TEST_CASE("it is remembered which Close was acknowledged") {
  const auto acknowledge = [](impl::Epoch epoch, bool success, bool removed, History before = {}) {
    Scene s;
    handle(s, close(kA, epoch, removed), Step::kClose);
    s.out.send(kA, 0, impl::HeartBeatRequest{});
    s.out.send(kA, epoch, impl::MaintainerCloseResponse{.success = success});
    spec::update(before, s.observation(), spec::PropertySet().set());
    return before;
  };
  History known;
  known.acknowledged_close = 5;
  CHECK(acknowledge(5, true, false) == known);
  CHECK(acknowledge(5, true, true) == known);
  CHECK(acknowledge(5, false, true) == History{});
  CHECK(acknowledge(4, true, false, known) == known);
  CHECK(acknowledge(6, true, false, known).acknowledged_close == 6U);
  CHECK(acknowledge(0, true, false) == History{});
  History zero;
  zero.acknowledged_zero_removed = true;
  CHECK(acknowledge(0, true, true) == zero);
  CHECK(acknowledge(0, false, true) == History{});
  CHECK(acknowledge(1, true, false).acknowledged_close == 1U);
}

TEST_CASE("it is remembered what a takeover agreed on, until a Remove, another owner or the manager's end") {
  const std::vector<Memory> cases{
      {"both triggers",
       [](Scene& s) { note_about(s, NoteKind::kTookOver, kTrigger, Mode::kDefault, kRedoTrigger); },
       [](History& h) {
         h.agreement = {kTrigger, kRedoTrigger};
       }},
      {"none is something to agree on, too",
       [](Scene& s) {
         s.history.agreement = {kTrigger, kRedoTrigger};
         note_about(s, NoteKind::kTookOver, DispatcherId::kNone);
       },
       [](History& h) {
         h.agreement = {DispatcherId::kNone, DispatcherId::kNone};
       }},
      {"not the event trigger, whose Remove was admitted before",
       [](Scene& s) {
         s.history.triggers_removing = {kTriggerKey};
         note_about(s, NoteKind::kTookOver, kTrigger, Mode::kDefault, kRedoTrigger);
       },
       [](History& h) { h.agreement.redo_trigger = kRedoTrigger; }},
      {"not the redo trigger, whose Remove was admitted before",
       [](Scene& s) {
         s.history.triggers_removing = {kRedoTriggerKey};
         note_about(s, NoteKind::kTookOver, kTrigger, Mode::kDefault, kRedoTrigger);
       },
       [](History& h) { h.agreement.event_trigger = kTrigger; }},
      {"whatever was admitted of the same ids in the other mode",
       [](Scene& s) {
         s.history.triggers_removing = {{kTrigger, Mode::kRedo}, {kRedoTrigger, Mode::kDefault}};
         note_about(s, NoteKind::kTookOver, kTrigger, Mode::kDefault, kRedoTrigger);
       },
       [](History& h) {
         h.agreement = {kTrigger, kRedoTrigger};
       }},
      {"another owner",
       [](Scene& s) {
         s.history.agreement = {kTrigger, kRedoTrigger};
         s.out.note({.kind = NoteKind::kOwnerChanged});
       },
       [](History& h) { h.agreement = {}; }},
      {"a Remove of the event trigger is admitted",
       [](Scene& s) {
         s.history.agreement = {kTrigger, kRedoTrigger};
         note_about(s, NoteKind::kRemoveAdmitted, kTrigger);
       },
       [](History& h) {
         h.agreement.event_trigger.reset();
         h.removing = h.triggers_removing = {kTriggerKey};
       }},
      {"a Remove of the redo trigger is admitted",
       [](Scene& s) {
         s.history.agreement = {kTrigger, kRedoTrigger};
         note_about(s, NoteKind::kRemoveAdmitted, kRedoTrigger, Mode::kRedo);
       },
       [](History& h) {
         h.agreement.redo_trigger.reset();
         h.removing = h.triggers_removing = {kRedoTriggerKey};
       }},
      {"a Remove of a trigger that was not agreed on",
       [](Scene& s) {
         s.history.agreement = {kOther, kRedoTrigger};
         note_about(s, NoteKind::kRemoveAdmitted, kTrigger);
       },
       [](History& h) { h.removing = h.triggers_removing = {kTriggerKey}; }},
      {"a Remove of a trigger of a manager that is being built",
       [](Scene& s) {
         build(s);
         note_about(s, NoteKind::kRemoveAdmitted, kTrigger);
       },
       [](History& h) { h.removing = h.triggers_removing = {kTriggerKey}; }},
      {"a Remove of a table",
       [](Scene& s) {
         s.was().dispatchers.insert(dispatcher(kX, Mode::kDefault, kTable));
         keep(s);
         s.history.agreement = {kX, kRedoTrigger};
         note_about(s, NoteKind::kRemoveAdmitted, kX);
       },
       [](History& h) { h.removing = {kKeyX}; }},
      {"a Remove of what is here in the other mode",
       [](Scene& s) {
         s.history.agreement = {kTrigger, kRedoTrigger};
         note_about(s, NoteKind::kRemoveAdmitted, kTrigger, Mode::kRedo);
       },
       [](History& h) {
         h.removing = {{kTrigger, Mode::kRedo}};
       }},
  };
  check_memory(cases);
}

TEST_CASE("it is remembered what is being removed, and what was") {
  const std::vector<Memory> cases{
      {"an admitted Remove, in order",
       [](Scene& s) {
         s.history.removing = {kKeyY};
         note_about(s, NoteKind::kRemoveAdmitted, kX);
       },
       [](History& h) {
         h.removing = {kKeyX, kKeyY};
       }},
      {"once",
       [](Scene& s) {
         s.history.removing = {kKeyX};
         note_about(s, NoteKind::kRemoveAdmitted, kX);
       },
       stays},
      {"a Remove of what is not here", [](Scene& s) { note_about(s, NoteKind::kRemoveMissing, kX); }, stays},
      {"it is deleted",
       [](Scene& s) {
         s.history.removing = {kKeyX, kKeyY};
         note_about(s, NoteKind::kDispatcherDeleted, kY);
       },
       [](History& h) {
         h.removing = {kKeyX};
         h.removed = {kKeyY};
       }},
      {"in order",
       [](Scene& s) {
         s.history.removing = {kKeyX};
         s.history.removed = {kKeyY};
         note_about(s, NoteKind::kDispatcherDeleted, kX);
       },
       [](History& h) {
         h.removing.clear();
         h.removed = {kKeyX, kKeyY};
       }},
      {"what nobody asked to remove is deleted",
       [](Scene& s) {
         s.history.removing = {kKeyX};
         note_about(s, NoteKind::kDispatcherDeleted, kY);
       },
       stays},
      {"what nobody asked to remove is deleted, and it comes first",
       [](Scene& s) {
         s.history.removing = {kKeyY};
         note_about(s, NoteKind::kDispatcherDeleted, kX);
       },
       stays},
      {"where no manager is",
       [](Scene& s) {
         s.before.manager.reset();
         note_about(s, NoteKind::kRemoveAdmitted, kTrigger);
       },
       [](History& h) { h.removing = {kTriggerKey}; }},
      {"that of the other mode is deleted",
       [](Scene& s) {
         s.history.removing = {kKeyX};
         note_about(s, NoteKind::kDispatcherDeleted, kX, Mode::kRedo);
       },
       stays},
      {"a trigger that is deleted stays among the triggers",
       [](Scene& s) {
         s.history.removing = s.history.triggers_removing = {kTriggerKey};
         note_about(s, NoteKind::kDispatcherDeleted, kTrigger);
       },
       [](History& h) {
         h.removing.clear();
         h.removed = {kTriggerKey};
       }},
  };
  check_memory(cases);
}

TEST_CASE("it is remembered whether removed was asked for, by a Close that was admitted") {
  const auto admit = [](const Message& handled, MessageType type, NoteKind kind) {
    Scene s;
    handle(s, handled, Step::kClose);
    s.out.note({.kind = kind, .type = type});
    History history;
    spec::update(history, s.observation(), spec::PropertySet().set());
    return history.removed_asked;
  };
  CHECK(admit(close(kA, kEpoch, true), MessageType::kClose, NoteKind::kMessageAdmitted));
  CHECK_FALSE(admit(close(kA, kEpoch, false), MessageType::kClose, NoteKind::kMessageAdmitted));
  CHECK_FALSE(admit(close(kA, kEpoch, true), MessageType::kClose, NoteKind::kMessageDropped));
  CHECK_FALSE(admit(close(kA, kEpoch, true), MessageType::kClose, NoteKind::kHandlerEnded));
  CHECK_FALSE(admit(post_bootstrap(kA, kEpoch), MessageType::kPostBootstrap, NoteKind::kMessageAdmitted));
}

TEST_CASE("it is remembered which spans were read while they were being removed") {
  const std::vector<Memory> cases{
      {"nothing is being removed", [](Scene& s) { read_spans(s, {{.id = kX}}, 0); }, stays},
      {"what is read in this step, in order",
       [](Scene& s) {
         s.history.removing = {kKeyX, kKeyY};
         read_spans(s, {{.id = kY}, {.id = kX}, {.id = kZ}}, 0);
       },
       [](History& h) {
         h.owed = {kKeyX, kKeyY};
       }},
      {"not what was read before",
       [](Scene& s) {
         s.history.removing = {kKeyX, kKeyY};
         read_spans(s, {{.id = kX}, {.id = kY}}, 1);
       },
       [](History& h) { h.owed = {kKeyY}; }},
      {"of its mode",
       [](Scene& s) {
         s.history.removing = {kKeyX};
         read_spans(s, {{.id = kX, .mode = Mode::kRedo}}, 0);
       },
       stays},
      {"a handler that has just begun has read nothing",
       [](Scene& s) {
         s.history.removing = {kKeyX};
         s.after.handler = impl::OrchestratorHandler{.request = bootstrap(kA, kEpoch)};
         s.after.handler->response.body.spans.insert({.id = kX});
       },
       stays},
      {"until the handler ends",
       [](Scene& s) {
         s.history.owed = {kKeyX};
         note_end(s, MessageType::kBootstrap, true, true);
       },
       [](History& h) { h.owed.clear(); }},
  };
  check_memory(cases);
}

TEST_CASE("it is remembered what a Bootstrap found, and what others change meanwhile is followed") {
  const std::vector<Memory> cases{
      {"it takes the fence",
       [](Scene& s) {
         handle(s, bootstrap(kB, 6), Step::kTakeOver, Step::kEnsureEventTrigger);
         s.is().owner = kB;
       },
       [](History& h) {
         h.taken_over = spec::FoundManager{{kA, kEpoch}, kTrigger, kRedoTrigger};
       }},
      {"another step of it",
       [](Scene& s) {
         s.history.taken_over = spec::FoundManager{{kA, 4}, kTrigger, kRedoTrigger};
         handle(s, bootstrap(kB, 6), Step::kEnsureEventTrigger, Step::kEnsureRedoTrigger);
         s.is().event_trigger = kOther;
       },
       stays},
      {"it waits at the fence",
       [](Scene& s) { handle(s, bootstrap(kB, 6), Step::kTakeOver, Step::kTakeOver); }, stays},
      {"somebody takes the event trigger away",
       [](Scene& s) {
         s.history.taken_over = spec::FoundManager{{kA, 4}, kOther, kOther};
         handle(s, bootstrap(kB, 6), Step::kEnsureRedoTrigger, Step::kEnsureRedoTrigger);
         s.is().event_trigger = DispatcherId::kNone;
         s.is().owner = kC;
       },
       [](History& h) { h.taken_over->event_trigger = DispatcherId::kNone; }},
      {"somebody takes the redo trigger away",
       [](Scene& s) {
         s.history.taken_over = spec::FoundManager{{kA, 4}, kOther, kOther};
         handle(s, bootstrap(kB, 6), Step::kReadRedoSpans, Step::kReadRedoSpans);
         s.is().redo_trigger = DispatcherId::kNone;
       },
       [](History& h) { h.taken_over->redo_trigger = DispatcherId::kNone; }},
      {"it ends",
       [](Scene& s) {
         s.history.taken_over = spec::found(s.was());
         handle(s, bootstrap(kB, 6), Step::kReadJournalAndSend);
       },
       [](History& h) { h.taken_over.reset(); }},
      {"another one begins",
       [](Scene& s) {
         s.history.taken_over = spec::found(s.was());
         s.after.handler = impl::OrchestratorHandler{.request = bootstrap(kB, 6)};
       },
       [](History& h) { h.taken_over.reset(); }},
      {"the manager goes meanwhile",
       [](Scene& s) {
         handle(s, bootstrap(kB, 6), Step::kTakeOver, Step::kEnsureEventTrigger);
         s.after.manager.reset();
       },
       stays},
      {"a manager comes meanwhile",
       [](Scene& s) {
         s.history.taken_over = spec::FoundManager{{kA, 4}, kOther, kOther};
         handle(s, bootstrap(kB, 6), Step::kReadRedoSpans, Step::kReadRedoSpans);
         s.is().event_trigger = s.is().redo_trigger = DispatcherId::kNone;
         s.before.manager.reset();
       },
       stays},
      {"no manager is published",
       [](Scene& s) {
         build(s);
         handle(s, bootstrap(kB, 6), Step::kTakeOver, Step::kEnsureEventTrigger);
       },
       stays}};
  check_memory(cases);
}

TEST_CASE("a clean-up that has failed was tried, and is no longer one that was asked for and lost") {
  Scene s;
  s.history.removed_asked = true;
  s.out.note({.kind = NoteKind::kRemovedCleanUp});
  spec::update(s.history, s.observation(), spec::PropertySet().set());
  CHECK(s.history.removed_asked);
  s.out.note({.kind = NoteKind::kRemovedCleanUpFailed});
  spec::update(s.history, s.observation(), spec::PropertySet().set());
  CHECK_FALSE(s.history.removed_asked);
}
