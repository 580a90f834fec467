// How long histories remember: until the manager's end, and only what a judged property needs.
#include <initializer_list>

#include "tests/spec/properties/judge_cases.h"

using namespace takeover;
using namespace takeover::judged;

namespace {

using spec::History;
using Step = OrchestratorStep;

}  // namespace

TEST_CASE("what is said of a manager is forgotten with it, and no more than that") {
  const auto all = [](Scene& s) {
    s.history.acknowledged_close = 4;
    s.history.acknowledged_zero_removed = true;
    s.history.agreement = {kTrigger, kRedoTrigger};
    s.history.taken_over = spec::found(s.was());
    s.history.removed_asked = true;
    s.history.removing = s.history.owed = {kKeyX};
    s.history.triggers_removing = {kTriggerKey};
    s.history.removed = {kKeyY};
    s.history.foreign = {.actions = 1, .merges = 2, .close = true};
    handle(s, close(kA, kEpoch), Step::kClose, Step::kClose);
    s.out.note({.kind = NoteKind::kManagerDeleted});
  };
  Scene s;
  all(s);
  History history = s.history;
  spec::update(history, s.observation(), spec::PropertySet().set());
  CHECK(history == s.history);  // it was one that was being built: the published one is still here
  s.after.manager.reset();
  History expected = s.history;
  expected.agreement = {};
  expected.removed_asked = false;
  expected.removing.clear();
  expected.triggers_removing.clear();
  expected.owed.clear();
  expected.foreign = {};
  spec::update(history, s.observation(), spec::PropertySet().set());
  CHECK(history == expected);
}

TEST_CASE("a history keeps only what the judged properties need") {
  const auto kept = [](std::initializer_list<Property> judged) {
    Scene s;
    handle(s, close(kA, kEpoch, true), Step::kTakeOver, Step::kReadDefaultSpans);
    s.after.handler->response.body.spans.insert({.id = kTrigger});
    s.is().closing = true;
    s.received = bootstrap(kB, 6);
    note_about(s, NoteKind::kTookOver, kOther, Mode::kDefault, kRedoTrigger);
    note_about(s, NoteKind::kRemoveAdmitted, kTrigger);
    s.out.note({.kind = NoteKind::kMessageAdmitted, .type = MessageType::kClose});
    s.out.send(kA, 3, impl::MaintainerCloseResponse{.success = true});
    spec::PropertySet set;
    for (const Property each : judged) set.set(static_cast<std::size_t>(each));
    History history;
    spec::update(history, s.observation(), set);
    return history;
  };
  History expected;
  CHECK(kept({}) == expected);
  expected.bootstraps = {{kB, 6}};
  CHECK(kept({Property::kOwnerFromRequest}) == expected);
  expected = {};
  expected.acknowledged_close = 3;
  CHECK(kept({Property::kNoStaleRecreate}) == expected);
  expected = {};
  expected.agreement = {kOther, kRedoTrigger};
  expected.triggers_removing = {kTriggerKey};
  CHECK(kept({Property::kTriggerAgreed}) == expected);
  expected = {};
  expected.taken_over = spec::FoundManager{{kA, kEpoch}, kTrigger, kRedoTrigger};
  CHECK(kept({Property::kAtomicTakeover}) == expected);
  expected = {};
  expected.removed_asked = true;
  CHECK(kept({Property::kRemovedKept}) == expected);
  expected = {};
  expected.removing = {kTriggerKey};
  CHECK(kept({Property::kRemoveRestored}) == expected);
  CHECK(kept({Property::kNoResurrection}) == expected);
  expected = {};
  expected.foreign.close = true;
  CHECK(kept({Property::kOwnerEffects}) == expected);

  // What was read while it was being removed, and what was deleted: of the two that know what is removed.
  const auto later = [](Property judged) {
    Scene s;
    read_spans(s, {{.id = kX}}, 0);
    note_about(s, NoteKind::kDispatcherDeleted, kX);
    s.history = {};
    s.history.removing = {kKeyX};
    spec::update(s.history, s.observation(), spec::PropertySet().set(static_cast<std::size_t>(judged)));
    return s.history;
  };
  expected = {};
  expected.owed = {kKeyX};
  CHECK(later(Property::kRemoveRestored) == expected);
  expected = {};
  expected.removed = {kKeyX};
  CHECK(later(Property::kNoResurrection) == expected);
}
