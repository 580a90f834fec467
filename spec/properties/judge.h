// Judging a state or a step: which of the judged properties have something to say of it, and which of those
// are violated. And what several judges look at.
#pragma once

#include "spec/properties/properties.h"
#include "spec/properties/witnesses.h"
#include "spec/world/history.h"

namespace takeover::spec {

// What one property says.
struct Verdict {
  bool met = false;
  bool violated = false;

  void judge(bool premise, bool holds) {
    met = met || premise;
    violated = violated || (premise && !holds);
  }
};

// Which premises were met, which properties violated, which witnesses reached.
struct Findings {
  PropertySet met;
  PropertySet violated;
  WitnessSet reached;
};

// Judges a state. history is the state's own.
void judge_state(const impl::DispatcherOrchestrator& node, const History& history, const PropertySet& judged,
                 Findings& findings);

// Judges a step. history is that before the step.
void judge_step(const Observation& step, const History& history, const PropertySet& judged,
                Findings& findings);

// Whether an operator of a response stands for somebody who is not the manager's owner. It carries no sender:
// the entry of the journal behind it does. Without one its epoch has to say it.
[[nodiscard]] bool is_stale_operator(const impl::DispatcherManager& manager, const impl::JournalEntry& op);

// Which of the witnesses that are asked for a step reaches.
void witness_step(const Observation& step, const WitnessSet& asked, Findings& findings);

// ---- what several judges look at ----

// Every manager on the node: published, and being built.
template <class Visit>
void for_each_manager(const impl::DispatcherOrchestrator& node, Visit&& visit) {
  if (node.initializing) visit(*node.initializing);
  if (node.manager) visit(*node.manager);
}

// The first note of its kind, or null.
[[nodiscard]] const impl::Note* find_note(const impl::Outbox& out, impl::NoteKind kind);
[[nodiscard]] bool sends_error(const impl::Outbox& out);

// The first message of the type that was sent, or null; and its body.
[[nodiscard]] const impl::Message* find_sent(const impl::Outbox& out, impl::MessageType type);
template <class Body>
[[nodiscard]] const Body* find_reply(const impl::Outbox& out) {
  for (const impl::Message& sent : out.sent) {
    if (const auto* body = sent.as<Body>()) return body;
  }
  return nullptr;
}

// The control messages that this step admits or refuses: one, or a batch of Creates.
[[nodiscard]] impl::SmallVector<impl::Message, 2> taken_here(const Observation& step);

}  // namespace takeover::spec
