// Who asked for what takes effect, clause by clause: what is judged when it does.
#include <vector>

#include "tests/spec/properties/judge_effects.h"

using namespace takeover;
using namespace takeover::judged;

TEST_CASE("owner-effects: what takes effect was asked for by who was the owner then") {
  const std::vector<Case> cases{
      {"nothing takes effect", Found::kNothing, [](Scene& s) { s.history.foreign = kAllForeign; }},
      {"the owner's action", Found::kHolds,
       [](Scene& s) {
         s.history.foreign = {.actions = 2, .merges = 1, .close = true};
         note(s, NoteKind::kActionExecuted);
       }},
      {"another's action", Found::kViolated,
       [](Scene& s) {
         s.history.foreign.actions = 1;
         note(s, NoteKind::kActionExecuted);
       }},
      {"another's action, before the owner's", Found::kViolated,
       [](Scene& s) {
         s.history.foreign.actions = 5;
         note(s, NoteKind::kActionExecuted);
       }},
      {"another's action, in a manager that is being built", Found::kViolated,
       [](Scene& s) {
         build(s);
         s.history.foreign.actions = 1;
         note(s, NoteKind::kActionExecuted);
       }},
      {"the owner's merge, beside another's", Found::kHolds,
       [](Scene& s) {
         merge(s, {kX, kY, kZ});
         s.history.foreign = {.actions = 7, .merges = 5, .close = true};
         note(s, NoteKind::kMergeDone, kY);
       }},
      {"another's merge, beside the owner's", Found::kViolated,
       [](Scene& s) {
         merge(s, {kX, kY, kZ});
         s.history.foreign.merges = 2;
         note(s, NoteKind::kMergeDone, kY);
       }},
      {"another's merge of redo, the first", Found::kViolated,
       [](Scene& s) {
         merge(s, {kX, kY}, Mode::kRedo);
         s.history.foreign.merges = 1;
         note(s, NoteKind::kMergeDone, kX);
       }},
      {"another's merge is aborted", Found::kNothing,
       [](Scene& s) {
         merge(s, {kX});
         s.history.foreign.merges = 1;
         note(s, NoteKind::kMergeAborted, kX);
       }},
      {"a close that the owner asked for", Found::kHolds,
       [](Scene& s) {
         s.history.foreign = {.actions = 1, .merges = 1};
         end_close(s);
       }},
      {"a close that another asked for", Found::kViolated,
       [](Scene& s) {
         s.history.foreign.close = true;
         end_close(s);
       }},
      {"a close that another asked for goes on", Found::kNothing,
       [](Scene& s) {
         s.history.foreign.close = true;
         end_close(s);
         s.is().closed = false;
       }},
      {"a close that another asked for has ended before", Found::kNothing,
       [](Scene& s) {
         s.history.foreign.close = true;
         s.was().closed = true;
         keep(s);
       }},
      {"the manager goes in the step", Found::kNothing,
       [](Scene& s) {
         s.history.foreign = kAllForeign;
         note(s, NoteKind::kActionExecuted);
         s.after.manager.reset();
       }},
      {"the manager comes in the step", Found::kNothing,
       [](Scene& s) {
         s.history.foreign = kAllForeign;
         note(s, NoteKind::kActionExecuted);
         s.before.manager.reset();
       }},
      {"the owner's effect, and then another's", Found::kViolated,
       [](Scene& s) {
         merge(s, {kX});
         s.history.foreign.merges = 1;
         note(s, NoteKind::kActionExecuted);
         note(s, NoteKind::kMergeDone, kX);
       }},
  };
  check_steps(Property::kOwnerEffects, cases);
}

TEST_CASE("owner-effects: a redo mark is advanced at admission, by the owner") {
  const auto advance = [](Sender sender, impl::Ts impl::DispatcherManager::*mark) {
    Scene s;
    admit(s, MessageType::kRedoMeta, sender);
    if (mark != nullptr) s.is().*mark = 7;
    return s;
  };
  using Manager = impl::DispatcherManager;
  for (impl::Ts Manager::*const mark :
       {&Manager::redo_checkpoint_ts, &Manager::redo_resolved_ts, &Manager::redo_forwarded_resolved_ts}) {
    expect_effect(advance(kOwner, mark), Found::kHolds);
    for (const Sender& stranger : kStrangers) {
      CAPTURE(stranger.from, stranger.epoch);
      expect_effect(advance(stranger, mark), Found::kViolated);
    }
  }
  expect_effect(advance(kStranger, nullptr), Found::kNothing);
  expect_effect(advance(kStranger, &Manager::checkpoint_ts), Found::kNothing);
  // Whose the manager is, is what the step finds.
  Scene handed_over = advance(kOwner, &Manager::redo_resolved_ts);
  handed_over.is().owner = kB;
  handed_over.is().epoch = 6;
  expect_effect(handed_over, Found::kHolds);
  // Epoch 0 is of one owner, too.
  for (const NodeId from : {kA, kB}) {
    Scene s = advance({from, 0}, &Manager::redo_resolved_ts);
    s.was().epoch = s.is().epoch = 0;
    expect_effect(s, from == kA ? Found::kHolds : Found::kViolated);
  }
}

TEST_CASE("owner-effects: a trigger is registered by the owner's PostBootstrap") {
  for (const Mode mode : {Mode::kDefault, Mode::kRedo}) {
    CAPTURE(mode);
    const auto found = [&](Sender sender) {
      Scene s;
      s.history.foreign = kAllForeign;  // which is not about it
      register_trigger(s, sender, mode);
      return s;
    };
    expect_effect(found(kOwner), Found::kHolds);
    for (const Sender& stranger : kStrangers) {
      CAPTURE(stranger.from, stranger.epoch);
      expect_effect(found(stranger), Found::kViolated);
    }
  }
}

TEST_CASE("owner-effects: what counts is who was the owner when it was taken in, not when it takes effect") {
  const auto executed = [](Sender sender) {
    History history;
    Scene s;
    admit(s, MessageType::kHeartBeatResponse, sender);
    s.is().actions.push_back({.from = sender.from, .epoch = sender.epoch});
    spec::update(history, s.observation(), spec::PropertySet().set());
    Scene taken_over;
    taken_over.history = history;
    taken_over.was() = s.is();
    keep(taken_over);
    taken_over.is().owner = kB;
    taken_over.is().epoch = 6;
    note(taken_over, NoteKind::kOwnerChanged);
    spec::update(history, taken_over.observation(), spec::PropertySet().set());
    Scene executes;
    executes.history = history;
    executes.was() = taken_over.is();
    keep(executes);
    executes.is().actions.clear();
    note(executes, NoteKind::kActionExecuted);
    return executes;
  };
  expect_effect(executed(kOwner), Found::kHolds);
  expect_effect(executed({kB, 6}), Found::kViolated);
}
