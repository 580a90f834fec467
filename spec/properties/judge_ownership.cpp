// Who may change a manager, and who is its owner.
#include <algorithm>

#include "spec/properties/judge.h"

namespace takeover::spec {
namespace {

using impl::DispatcherManager;
using impl::Message;
using impl::MessageType;

// Whether a Create of a batch was journalled in this step, or taken into the batch.
bool is_admitted(const Message& request, const DispatcherManager& before, const DispatcherManager* after) {
  const auto* schedule = request.as<impl::ScheduleDispatcherRequest>();
  if (schedule == nullptr || after == nullptr) return true;
  const auto entered = [&](const DispatcherManager& manager) {
    return std::any_of(manager.journal.begin(), manager.journal.end(), [&](const impl::JournalEntry& entry) {
      return entry.id == schedule->id && entry.from == request.from && entry.epoch == request.epoch;
    });
  };
  return entered(*after) && !entered(before);
}

}  // namespace

namespace judges {

void owner_fence(const Observation& step, const History& /*history*/, Verdict& verdict) {
  const DispatcherManager* before = step.before.manager_here();
  if (before == nullptr) return;
  const auto taken = taken_here(step);
  if (taken.empty() || taken.front().type() == MessageType::kCheckpointTs) return;
  const DispatcherManager* after = step.after.manager_here();
  const bool changed = after == nullptr || !impl::equal_in<impl::role::kControl>(*before, *after);
  if (taken.size() > 1) {  // a batch: what one of them does must not hide behind another's right
    for (const Message& request : taken) {
      verdict.judge(!before->is_request_allowed(request.from, request.epoch),
                    !is_admitted(request, *before, after));
    }
    return;
  }
  const Message& request = taken.front();
  const bool by_owner = before->is_request_allowed(request.from, request.epoch);
  const bool takes_over = request.type() == MessageType::kBootstrap && after != nullptr &&
                          after->owner == request.from && after->epoch == request.epoch;
  const bool closes =
      request.type() == MessageType::kClose && request.epoch != 0 && request.epoch >= before->epoch;
  verdict.judge(!by_owner, !changed || takes_over || closes);
}

void owner_from_request(const impl::DispatcherOrchestrator& node, const History& history, Verdict& verdict) {
  if (!node.manager) return;
  const OwnerId owner{node.manager->owner, node.manager->epoch};
  verdict.judge(true, std::ranges::find(history.bootstraps, owner) != history.bootstraps.end());
}

void owner_monotonic(const Observation& step, const History& /*history*/, Verdict& verdict) {
  if (!step.before.manager || !step.after.manager) return;
  const DispatcherManager& before = *step.before.manager;
  const DispatcherManager& after = *step.after.manager;
  const bool changed = before.owner != after.owner || before.epoch != after.epoch;
  verdict.judge(changed, after.epoch > before.epoch || before.epoch == 0);
}

void atomic_takeover(const Observation& step, const History& history, Verdict& verdict) {
  if (!step.before.manager || !step.after.manager) return;
  const impl::Note* ended = find_note(step.out, impl::NoteKind::kHandlerEnded);
  if (ended == nullptr || ended->type != MessageType::kBootstrap) return;
  // Refused under the fence: dropped, or answered with an error. A silent end on a leaving node is neither.
  const bool refused = sends_error(step.out) || (!ended->answered && !step.after.is_leaving());
  const FoundManager before = history.taken_over.value_or(found(*step.before.manager));
  verdict.judge(refused, found(*step.after.manager) == before);
}

void no_dead_takeover(const Observation& step, const History& /*history*/, Verdict& verdict) {
  const auto* response = find_reply<impl::MaintainerBootstrapResponse>(step.out);
  if (response == nullptr || response->error != impl::ErrorCode::kNone) return;
  verdict.judge(true, step.after.manager && !step.after.manager->is_dead());
}

}  // namespace judges
}  // namespace takeover::spec
