#include "spec/properties/judge.h"

#include <algorithm>
#include <utility>

namespace takeover::spec {
namespace {

using impl::DispatcherManager;
using impl::Message;
using impl::OrchestratorStep;

// Asks the property of that index, if it is judged and has such a judge.
template <auto kJudge, std::size_t kIndex>
void ask_one(const auto& subject, const History& history, const PropertySet& judged, Findings& findings) {
  if constexpr (constexpr auto* kAsked = all_properties()[kIndex].judges.*kJudge; kAsked != nullptr) {
    if (!judged[kIndex]) return;
    Verdict verdict;
    kAsked(subject, history, verdict);
    if (verdict.met) findings.met[kIndex] = true;
    if (verdict.violated) findings.violated[kIndex] = true;
  }
}
// Asks all: unrolled, since this is done for every step.
template <auto kJudge>
void ask(const auto& subject, const History& history, const PropertySet& judged, Findings& findings) {
  [&]<std::size_t... I>(std::index_sequence<I...> /*properties*/) {
    (ask_one<kJudge, I>(subject, history, judged, findings), ...);
  }
  (std::make_index_sequence<kPropertyCount>());
}

}  // namespace

void judge_state(const impl::DispatcherOrchestrator& node, const History& history, const PropertySet& judged,
                 Findings& findings) {
  ask<&Judges::of_state>(node, history, judged, findings);
}

void judge_step(const Observation& step, const History& history, const PropertySet& judged,
                Findings& findings) {
  ask<&Judges::of_step>(step, history, judged, findings);
  if (!step.is_of_node) return;
  ask<&Judges::of_node_step>(step, history, judged, findings);
  if (step.out.notes.empty() && step.out.sent.empty()) return;
  ask<&Judges::of_output>(step, history, judged, findings);
}

const impl::Note* find_note(const impl::Outbox& out, impl::NoteKind kind) {
  const auto it = std::ranges::find(out.notes, kind, &impl::Note::kind);
  return it == out.notes.end() ? nullptr : &*it;
}

const impl::Message* find_sent(const impl::Outbox& out, impl::MessageType type) {
  const auto it = std::find_if(out.sent.begin(), out.sent.end(),
                               [&](const impl::Message& message) { return message.type() == type; });
  return it == out.sent.end() ? nullptr : &*it;
}

bool sends_error(const impl::Outbox& out) {
  return std::any_of(out.sent.begin(), out.sent.end(), [](const impl::Message& reply) {
    return impl::visit_body(reply.body, [](const auto& body) {
      if constexpr (requires { body.error; }) return body.error != impl::ErrorCode::kNone;
      return false;
    });
  });
}

impl::SmallVector<Message, 2> taken_here(const Observation& step) {
  impl::SmallVector<Message, 2> taken;
  if (const auto& handler = step.before.handler) {
    const bool under_fence = handler->next == OrchestratorStep::kTakeOver ||
                             handler->next == OrchestratorStep::kPostBootstrap ||
                             handler->next == OrchestratorStep::kClose;
    // The handler moved on, so this step is its own and not somebody's in between.
    if (under_fence && step.after.handler != step.before.handler) taken.push_back(handler->request);
  }
  const DispatcherManager* before = step.before.manager_here();
  const DispatcherManager* after = step.after.manager_here();
  if (before == nullptr || after == nullptr || !after->registered) return taken;
  if (before->streams.size() <= after->streams.size()) return taken;
  // Streams are sorted by type, and what is handled comes off the front of one of them.
  std::size_t popped = before->streams.size() - after->streams.size();
  const auto first = std::mismatch(before->streams.begin(), before->streams.end(), after->streams.begin(),
                                   after->streams.end())
                         .first;
  for (auto it = first; it != before->streams.end() && popped > 0; ++it, --popped) taken.push_back(*it);
  return taken;
}

}  // namespace takeover::spec
