// Dispatchers, and the journal of the requests about them.
#include <algorithm>
#include <iterator>

#include "spec/properties/judge.h"

namespace takeover::spec {
namespace {

using impl::Dispatcher;
using impl::DispatcherManager;
using impl::Mode;

bool has_cause(const DispatcherManager& manager, const impl::JournalEntry& entry) {
  if (manager.clean_up.step != impl::CleanUpStep::kIdle && manager.clean_up.id == entry.id) return true;
  if (entry.action == impl::ScheduleAction::kCreate) {
    return std::any_of(manager.schedule.batch.begin(), manager.schedule.batch.end(),
                       [&](const impl::ScheduleDispatcherRequest& r) { return r.id == entry.id; });
  }
  const Dispatcher* dispatcher = manager.find(entry.id, entry.mode);
  return dispatcher != nullptr && dispatcher->try_removing;
}

impl::JournalEntry without_sender(impl::JournalEntry entry) {
  entry.from = impl::NodeId::kNone;
  return entry;
}

const impl::JournalEntry* entry_behind(const DispatcherManager& manager, const impl::JournalEntry& op) {
  const auto it = std::find_if(manager.journal.begin(), manager.journal.end(),
                               [&](const impl::JournalEntry& e) { return without_sender(e) == op; });
  return it == manager.journal.end() ? nullptr : &*it;
}

}  // namespace

bool is_stale_operator(const DispatcherManager& manager, const impl::JournalEntry& op) {
  const impl::JournalEntry* entry = entry_behind(manager, op);
  return entry == nullptr ? op.epoch != manager.epoch
                          : !manager.is_request_allowed(entry->from, entry->epoch);
}

namespace judges {

void one_writer(const impl::DispatcherOrchestrator& node, const History& /*history*/, Verdict& verdict) {
  for_each_manager(node, [&](const DispatcherManager& manager) {
    if (!manager.registered) return;
    const auto& all = manager.dispatchers;
    for (auto a = all.begin(); a != all.end(); ++a) {
      for (auto b = std::next(a); b != all.end(); ++b) {
        const bool both_write = a->can_write() && b->can_write();
        const bool one_writes = a->can_write() || b->can_write();
        verdict.judge(a->mode == b->mode && one_writes, !(both_write && a->span.overlaps(b->span)));
      }
    }
  });
}

void remove_restored(const Observation& step, const History& history, Verdict& verdict) {
  const auto* sent = find_reply<impl::MaintainerBootstrapResponse>(step.out);
  if (sent == nullptr || sent->error != impl::ErrorCode::kNone) return;
  const impl::MaintainerBootstrapResponse& response = *sent;
  const DispatcherManager& manager = *step.before.manager;
  const auto is_stale = [&](const impl::JournalEntry& e) {
    return !manager.is_request_allowed(e.from, e.epoch);
  };
  const auto reported = [&](impl::DispatcherId id, Mode mode) {
    return std::any_of(response.spans.begin(), response.spans.end(),
                       [&](const impl::ReportedSpan& s) { return s.id == id && s.mode == mode; });
  };
  const auto restored = [&](impl::DispatcherId id, Mode mode, auto&& wanted) {
    return std::any_of(
        response.operators.begin(), response.operators.end(),
        [&](const impl::JournalEntry& e) { return e.id == id && e.mode == mode && wanted(e); });
  };
  const auto stands_for = [](const impl::JournalEntry& entry) {
    return [&entry](const impl::JournalEntry& op) { return op == without_sender(entry); };
  };
  const auto is_remove = [](const impl::JournalEntry& e) {
    return e.action == impl::ScheduleAction::kRemove;
  };
  for (const impl::JournalEntry& entry : manager.journal) {
    if (!is_stale(entry)) continue;
    const bool due = is_remove(entry) && reported(entry.id, entry.mode);
    const bool there = restored(entry.id, entry.mode, stands_for(entry));
    verdict.judge(true, due == there);
  }
  for (const impl::JournalEntry& entry : response.operators) {
    verdict.judge(is_stale_operator(manager, entry), entry_behind(manager, entry) != nullptr);
  }
  for (const DispatcherKey& key : history.owed) {
    verdict.judge(true, restored(key.id, key.mode, is_remove));
  }
}

void journal_drains(const impl::DispatcherOrchestrator& node, const History& /*history*/, Verdict& verdict) {
  for_each_manager(node, [&](const DispatcherManager& manager) {
    if (manager.write_path_closed) return;
    for (const impl::JournalEntry& entry : manager.journal) verdict.judge(true, has_cause(manager, entry));
  });
}

// What clean-up passes over for ever, unless a merge that is under way aborts yet.
void removal_ends(const impl::DispatcherOrchestrator& node, const History& /*history*/, Verdict& verdict) {
  for_each_manager(node, [&](const DispatcherManager& manager) {
    if (!manager.registered || manager.closing) return;
    for (const Dispatcher& dispatcher : manager.dispatchers) {
      const bool passed_over =
          dispatcher.status == impl::Status::kPreparing || dispatcher.status == impl::Status::kMergeReady;
      verdict.judge(dispatcher.removing && !manager.can_merge(dispatcher.id), !passed_over);
    }
  });
}

void no_resurrection(const Observation& step, const History& history, Verdict& verdict) {
  if (history.removed.empty()) return;
  for (const impl::Note& note : step.out.notes) {
    if (note.kind != impl::NoteKind::kDispatcherCreated) continue;
    const DispatcherKey key{note.id, note.mode};
    verdict.judge(true, std::ranges::find(history.removed, key) == history.removed.end());
  }
}

// Any status but Working a maintainer takes for the end of a Move or a Split (Check of both operators in
// TiCDC).
void writer_told_working(const Observation& step, const History& /*history*/, Verdict& verdict) {
  const DispatcherManager* manager = step.before.manager_here();
  const auto* heartbeat = find_reply<impl::HeartBeatRequest>(step.out);
  if (manager == nullptr || heartbeat == nullptr) return;
  for (const impl::DispatcherStatus& told : heartbeat->statuses) {
    const Dispatcher* dispatcher = manager->find(told.id, told.mode);
    verdict.judge(told.status != impl::Status::kWorking, dispatcher == nullptr || !dispatcher->can_write());
  }
}

}  // namespace judges
}  // namespace takeover::spec
