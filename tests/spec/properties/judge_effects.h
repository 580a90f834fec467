// Scenes for owner-effects: who sends what, and what is under way when it takes effect.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "tests/spec/properties/judge_cases.h"

namespace takeover::judged {

using spec::Foreign;
using spec::History;

struct Sender {
  NodeId from;
  impl::Epoch epoch;
};
inline constexpr Sender kOwner{kA, kEpoch};
// Of another epoch, on another node, or both.
inline constexpr Sender kStrangers[] = {{kA, 4}, {kA, 6}, {kA, 0}, {kB, kEpoch}, {kB, 4}, {kB, 6}, {kB, 0}};
inline constexpr Sender kStranger{kB, kEpoch};
inline constexpr Foreign kAllForeign{
    .actions = ~std::uint64_t{0}, .merges = ~std::uint64_t{0}, .close = true};

inline void admit(Scene& s, MessageType type, Sender sender) {
  s.out.note({.kind = NoteKind::kMessageAdmitted, .type = type, .from = sender.from, .epoch = sender.epoch});
}
inline void note(Scene& s, NoteKind kind, DispatcherId id = DispatcherId::kNone) {
  s.out.note({.kind = kind, .id = id});
}
// So many actions are admitted before the step.
inline void act(Scene& s, std::size_t count) {
  s.was().actions.resize(count);
  keep(s);
}
// Merges into these ids are under way before the step.
inline void merge(Scene& s, std::initializer_list<DispatcherId> ids, Mode mode = Mode::kDefault) {
  for (const DispatcherId id : ids) s.was().merges.push_back({.merged_id = id, .mode = mode});
  keep(s);
}
inline void take_merge(Scene& s, DispatcherId id, Sender sender) {
  s.is().merges.push_back({.merged_id = id});
  admit(s, MessageType::kMerge, sender);
}
// A Close is admitted by a manager of this epoch, and starts its close.
inline void start_close(Scene& s, Sender sender, impl::Epoch epoch = kEpoch) {
  s.was().epoch = epoch;
  handle(s, close(sender.from, sender.epoch), OrchestratorStep::kClose);
  s.is().closing = true;
  admit(s, MessageType::kClose, sender);
}
inline void register_trigger(Scene& s, Sender sender, Mode mode = Mode::kDefault) {
  handle(s, post_bootstrap(sender.from, sender.epoch), OrchestratorStep::kPostBootstrap);
  s.out.note({.kind = NoteKind::kTriggerRegistered, .mode = mode});
}
inline void end_close(Scene& s) {
  s.was().closing = s.was().write_path_closed = true;
  keep(s);
  s.is().closing = false;
  s.is().closed = true;
}

inline spec::Findings judged_in(const Scene& s) {
  spec::Findings findings;
  spec::judge_step(s.observation(), s.history, spec::every_property(), findings);
  return findings;
}
inline void expect_effect(const Scene& s, Found found) {
  expect(Property::kOwnerEffects, found, judged_in(s));
}
inline Foreign remembered_in(const Scene& s) {
  History history = s.history;
  spec::update(history, s.observation(), spec::PropertySet().set());
  return history.foreign;
}

}  // namespace takeover::judged
