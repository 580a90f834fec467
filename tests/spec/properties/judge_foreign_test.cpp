// Who asked for what has yet to take effect, clause by clause: what is remembered of it.
#include <vector>

#include "tests/spec/properties/judge_effects.h"

using namespace takeover;
using namespace takeover::judged;

TEST_CASE("it is remembered which actions and merges are no owner's") {
  const std::vector<Memory> cases{
      {"an action behind two others",
       [](Scene& s) {
         act(s, 2);
         s.history.foreign.actions = 1;
         admit(s, MessageType::kHeartBeatResponse, kStranger);
       },
       [](History& h) { h.foreign.actions = 5; }},
      {"the owner's action behind another's",
       [](Scene& s) {
         act(s, 1);
         s.history.foreign.actions = 1;
         admit(s, MessageType::kHeartBeatResponse, kOwner);
       },
       stays},
      {"an action in a manager that is being built",
       [](Scene& s) {
         build(s);
         admit(s, MessageType::kHeartBeatResponse, kStranger);
       },
       [](History& h) { h.foreign.actions = 1; }},
      {"an action is dropped",
       [](Scene& s) {
         s.out.note({.kind = NoteKind::kMessageDropped, .type = MessageType::kHeartBeatResponse, .from = kB});
       },
       stays},
      {"the first action is executed",
       [](Scene& s) {
         act(s, 4);
         s.history.foreign = {.actions = 13, .merges = 13, .close = true};
         note(s, NoteKind::kActionExecuted);
       },
       [](History& h) { h.foreign.actions = 6; }},
      {"a merge behind another",
       [](Scene& s) {
         merge(s, {kX});
         take_merge(s, kY, kStranger);
       },
       [](History& h) { h.foreign.merges = 2; }},
      {"the owner's merge behind another's",
       [](Scene& s) {
         merge(s, {kX});
         s.history.foreign.merges = 1;
         take_merge(s, kY, kOwner);
       },
       stays},
      {"a merge that cannot be",
       [](Scene& s) {
         merge(s, {kX});
         admit(s, MessageType::kMerge, kStranger);
       },
       stays},
      {"merges grow, and another message was admitted",
       [](Scene& s) {
         take_merge(s, kX, kOwner);
         admit(s, MessageType::kSchedule, kStranger);
       },
       stays},
      {"the first merge ends",
       [](Scene& s) {
         merge(s, {kX, kY, kZ});
         s.history.foreign = {.actions = 6, .merges = 6, .close = true};
         note(s, NoteKind::kMergeDone, kX);
       },
       [](History& h) { h.foreign.merges = 3; }},
      {"the second merge ends",
       [](Scene& s) {
         merge(s, {kX, kY, kZ});
         s.history.foreign.merges = 5;
         note(s, NoteKind::kMergeDone, kY);
       },
       [](History& h) { h.foreign.merges = 3; }},
      {"the last merge is aborted",
       [](Scene& s) {
         merge(s, {kX, kY, kZ}, Mode::kRedo);
         s.history.foreign.merges = 7;
         note(s, NoteKind::kMergeAborted, kZ);
       },
       [](History& h) { h.foreign.merges = 3; }},
      {"the write path is closed",
       [](Scene& s) {
         s.history.foreign = {.actions = 1, .merges = 1, .close = true};
         note(s, NoteKind::kWritePathClosed);
       },
       [](History& h) { h.foreign = {.close = true}; }},
      {"another owner takes over",
       [](Scene& s) {
         s.history.foreign = {.actions = 2, .merges = 2, .close = true};
         s.is().owner = kB;
         s.is().epoch = 6;
         admit(s, MessageType::kBootstrap, {kB, 6});
         note(s, NoteKind::kOwnerChanged);
       },
       stays},
      {"the manager is published",
       [](Scene& s) {
         build(s);
         s.after.manager = *s.before.initializing;
         s.after.initializing.reset();
         s.history.foreign = kAllForeign;
       },
       stays},
      {"the manager goes",
       [](Scene& s) {
         s.history.foreign = kAllForeign;
         s.after.manager.reset();
       },
       [](History& h) { h.foreign = {}; }},
      {"a manager comes",
       [](Scene& s) {
         s.history.foreign = kAllForeign;
         s.before.manager.reset();
         admit(s, MessageType::kHeartBeatResponse, kStranger);
       },
       [](History& h) { h.foreign = {}; }},
  };
  check_memory(cases);
}

TEST_CASE("it is remembered of everybody but the owner of that moment") {
  const auto admitted = [](MessageType type, Sender sender, impl::Epoch epoch = kEpoch) {
    Scene s;
    s.was().epoch = epoch;
    keep(s);
    s.is().merges.push_back({.merged_id = kX});
    s.is().owner = kB;  // after the step it is another's
    s.is().epoch = 9;
    admit(s, type, sender);
    return remembered_in(s);
  };
  for (const Sender& stranger : kStrangers) {
    CAPTURE(stranger.from, stranger.epoch);
    CHECK(admitted(MessageType::kHeartBeatResponse, stranger) == Foreign{.actions = 1});
    CHECK(admitted(MessageType::kMerge, stranger) == Foreign{.merges = 1});
    for (const MessageType type :
         {MessageType::kBootstrap, MessageType::kPostBootstrap, MessageType::kSchedule,
          MessageType::kRedoMeta, MessageType::kRedoResolvedTsForward}) {
      CHECK(admitted(type, stranger) == Foreign{});
    }
  }
  for (const MessageType type : {MessageType::kHeartBeatResponse, MessageType::kMerge}) {
    CHECK(admitted(type, kOwner) == Foreign{});
    CHECK(admitted(type, {kA, 0}, 0) == Foreign{});
    CHECK_FALSE(admitted(type, {kB, 0}, 0) == Foreign{});
  }
}

TEST_CASE("it is remembered whose close is under way, until somebody asks for it who may") {
  struct Asked {
    Sender sender;
    impl::Epoch epoch;  // of the manager
    bool foreign;
  };
  const Asked cases[] = {
      {kOwner, kEpoch, false}, {{kA, 4}, kEpoch, true},  {{kA, 6}, kEpoch, false}, {{kA, 0}, kEpoch, true},
      {{kB, 4}, kEpoch, true}, {{kB, 5}, kEpoch, false}, {{kB, 6}, kEpoch, false}, {{kB, 0}, kEpoch, true},
      {{kA, 0}, 0, false},     {{kB, 0}, 0, true},       {{kB, 1}, 0, false},      {{kB, 1}, 1, false},
  };
  for (const Asked& each : cases) {
    CAPTURE(each.sender.from, each.sender.epoch, each.epoch);
    Scene s;
    start_close(s, each.sender, each.epoch);
    CHECK(remembered_in(s) == Foreign{.close = each.foreign});
    // It is under way: whoever may ask for it makes it theirs, and nobody else changes it.
    s.was().closing = true;
    CHECK(remembered_in(s) == Foreign{});
    s.history.foreign = {.actions = 1, .merges = 1, .close = true};
    CHECK(remembered_in(s) == Foreign{.actions = 1, .merges = 1, .close = each.foreign});
    // It has ended, or does not begin.
    s.was().closing = s.is().closing = false;
    s.history.foreign = {};
    CHECK(remembered_in(s) == Foreign{});
  }
  Scene shuts_down;
  shuts_down.is().closing = true;
  CHECK(remembered_in(shuts_down) == Foreign{});
}

TEST_CASE("so many at once that there is no bit for them are taken for the owner's") {
  constexpr std::uint64_t kTop = std::uint64_t{1} << 63U;
  for (const bool fits : {true, false}) {
    CAPTURE(fits);
    const std::size_t before = fits ? 63 : 64;
    Scene acts;
    act(acts, before);
    admit(acts, MessageType::kHeartBeatResponse, kStranger);
    CHECK(remembered_in(acts) == Foreign{.actions = fits ? kTop : 0});

    Scene merges;
    for (std::size_t i = 0; i < before; ++i) merge(merges, {kX});
    take_merge(merges, kY, kStranger);
    CHECK(remembered_in(merges) == Foreign{.merges = fits ? kTop : 0});

    Scene ends;
    ends.was().merges = merges.is().merges;
    keep(ends);
    ends.history.foreign.merges = kTop | 1U;
    note(ends, NoteKind::kMergeDone, kY);
    CHECK(remembered_in(ends) == Foreign{.merges = fits ? 1 : kTop | 1U});
    expect_effect(ends, fits ? Found::kViolated : Found::kHolds);
  }
}
