// Changed transitions as values of the encoding's variables.
#include <algorithm>
#include <cstddef>
#include <map>
#include <string_view>
#include <utility>
#include <variant>

#include "spec/smt/ground.h"
#include "tests/spec/smt/remembered.h"
#include "tests/spec/smt/strange.h"

namespace takeover::tests {
namespace {

using impl::DispatcherManager;
using impl::DispatcherOrchestrator;
using impl::JournalEntry;
using impl::OrchestratorStep;
using smt::number;
using smt::Scalar;

bool is_history(const smt::Row& row) {
  return row.part == smt::Part::kHistory;
}

const impl::MaintainerBootstrapResponse* bootstrap_response(const impl::Outbox& out) {
  for (const impl::Message& reply : out.sent) {
    if (const auto* body = reply.as<impl::MaintainerBootstrapResponse>()) return body;
  }
  return nullptr;
}

bool is_creation_encoded(const Strange& strange) {
  const auto& notes = strange.out.notes;
  const auto created = std::ranges::find(notes, impl::NoteKind::kManagerCreated, &impl::Note::kind);
  const DispatcherManager* manager = strange.after.manager_here();
  return created == notes.end() || (manager != nullptr && manager->epoch == created->epoch);
}

const JournalEntry* journalled(const DispatcherManager& manager, impl::DispatcherId id) {
  const auto it = std::ranges::find(manager.journal, id, &JournalEntry::id);
  return it == manager.journal.end() ? nullptr : &*it;
}

bool is_response_encoded(const Strange& s) {
  const auto* response = bootstrap_response(s.out);
  if (response == nullptr || response->error != impl::ErrorCode::kNone) return true;
  if (!s.before.handler || !s.before.manager) return false;
  if (response->spans != s.before.handler->response.body.spans) return false;
  for (const JournalEntry& each : response->operators) {
    const JournalEntry* entry = journalled(*s.before.manager, each.id);
    if (entry == nullptr) continue;
    JournalEntry told = *entry;
    told.from = impl::NodeId::kNone;
    if (told != each) return false;
  }
  return true;
}

// Whether something differs in what is not encoded alone.
bool has_hidden_difference(const Strange& s) {
  const DispatcherManager* before = s.before.manager_here();
  const DispatcherManager* after = s.after.manager_here();
  if (before == nullptr || after == nullptr) return false;
  const bool in_journal = std::ranges::any_of(before->journal, [&](const JournalEntry& was) {
    const JournalEntry* is = journalled(*after, was.id);
    return is != nullptr && was != *is && was.action == is->action && was.mode == is->mode &&
           was.from == is->from && was.epoch == is->epoch;
  });
  return in_journal || std::ranges::any_of(before->dispatchers, [&](impl::Dispatcher was) {
           const impl::Dispatcher* is = after->find(was.id, was.mode);
           if (is == nullptr || was == *is) return false;
           was.start_ts = is->start_ts;
           was.checkpoint_ts = is->checkpoint_ts;
           return was == *is;
         });
}

}  // namespace

void ground_strange(const Strange& strange, const impl::DispatcherOrchestrator& node, impl::DispatcherId id,
                    smt::Values& values) {
  const smt::Values known = std::exchange(values, smt::ground(node, id));
  for (std::size_t i = 0; i < smt::kScalarCount; ++i) {
    if (is_history(smt::row(static_cast<Scalar>(i)))) values[i] = known[i];
  }
  const auto at = [](std::size_t mode, smt::InMode variable) {
    return smt::kScalarCount + smt::kOwnCount + mode * smt::kInModeCount + number(variable);
  };
  for (std::size_t m = 0; m < 2; ++m) {
    for (std::size_t i = 0; i < smt::kInModeCount; ++i) {
      const auto variable = static_cast<smt::InMode>(i);
      if (is_history(smt::row(variable))) values[at(m, variable)] = known[at(m, variable)];
    }
  }
  for (const auto& [variable, value] : strange.remembered) values[number(variable)] = value;
  if (!node.manager) values[number(Scalar::kAgreed)] = 0;  // it goes with the manager
  remember_found(strange.history, strange.before, values);
  const auto remember = [&](const std::map<spec::DispatcherKey, bool>& all, smt::InMode variable) {
    for (const auto& [key, value] : all) {
      if (key.id == id) values[at(key.mode == impl::Mode::kRedo ? 1 : 0, variable)] = value ? 1 : 0;
    }
  };
  remember(strange.owed, smt::InMode::kOwed);
  remember(strange.trigger_asked, smt::InMode::kTriggerAsked);
}

void ground_output(const Strange& strange, impl::DispatcherId id, smt::Values& values) {
  const smt::GroundOutput told = smt::ground(strange.out, id);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (told.known[i] != 0) values[i] = told.values[i];
  }
  const auto& handler = strange.before.handler;
  if (!handler || handler == strange.after.handler) return;
  const bool comes = handler->next == impl::OrchestratorStep::kTakeOver ||
                     handler->next == impl::OrchestratorStep::kPostBootstrap ||
                     handler->next == impl::OrchestratorStep::kClose;
  const impl::MessageType type = handler->request.type();
  values[kControl] = comes ? 1 : 0;
  values[kControl + 1] = comes ? number(handler->request.from) : 0;
  values[kControl + 2] = comes ? handler->request.epoch : 0;
  values[kControl + 3] = comes && type == impl::MessageType::kClose ? 1 : 0;
  values[kControl + 4] = comes && type == impl::MessageType::kBootstrap ? 1 : 0;
}

std::string_view why_not_encoded(const Strange& s) {
  for (const DispatcherOrchestrator* node : {&s.before, &s.after}) {
    if (const auto why = smt::why_no_ground(*node); !why.empty()) return why;
  }
  const auto& handler = s.before.handler;
  if (handler && handler->next == OrchestratorStep::kReadDefaultSpans && !s.before.manager) {
    return "spans are read of a published manager";
  }
  if (has_hidden_difference(s))
    return "the span of a journal entry is not encoded, nor a dispatcher's timestamps";
  if (!is_creation_encoded(s)) return "a manager is created with the epoch that is told";
  if (!is_response_encoded(s)) {
    return "a response has the spans that were read and, of what is journalled, entries as they are there";
  }
  return "";
}

}  // namespace takeover::tests
