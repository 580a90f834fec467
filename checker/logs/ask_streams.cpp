// What lines of a manager's streams ask for.
#include <algorithm>
#include <cstddef>
#include <vector>

#include "checker/logs/ask.h"

namespace takeover::logs {

void Asker::schedules() const {
  impl::ScheduleDispatcherRequest body{.action = impl::ScheduleAction::kRemove,
                                       .op = impl::OperatorType::kRemove};
  body.id = facts().id.value_or(impl::DispatcherId::kNone);
  with_each(body, impl::Path::kSchedule);
}

void Asker::stores_adds() const {
  if (!owner()) return;
  Messages batch;
  std::vector<std::size_t> ends;
  for_each_next([&](const Observed& next) {
    const Facts& of = next.facts;
    impl::ScheduleDispatcherRequest body{.action = impl::ScheduleAction::kCreate};
    if (next.line == LineId::kStaleSchedule && of.from && of.epoch) {
      body.id = of.id.value_or(impl::DispatcherId::kNone);
      batch.push_back(request_of({*of.from, *of.epoch}, body));
      return true;
    }
    if (next.line != LineId::kStoresAdd) return false;
    body.op = of.operator_type.value_or(impl::OperatorType::kAdd);
    body.mode = of.mode.value_or(impl::Mode::kDefault);
    body.id = of.id.value_or(impl::DispatcherId::kNone);
    body.span = of.span.value_or(impl::Span{});
    body.start_ts = of.start_ts.value_or(0);
    batch.push_back(request_of({owner()->node, of.epoch.value_or(owner()->epoch)}, body));
    ends.push_back(batch.size());
    return true;
  });
  // Behind the last Create that is let in, the stale ones are of its batch, too, or come by themselves. Of
  // how many of them each is, makes no difference.
  if (ends.empty() || ends.back() != batch.size()) ends.push_back(batch.size());
  for (; !ends.empty(); ends.pop_back()) {
    batch.erase(batch.begin() + static_cast<std::ptrdiff_t>(ends.back()), batch.end());
    if (batch.empty()) return;
    deliver(batch, impl::Path::kSchedule);
    attempt_(batch, impl::Path::kSchedule, impl::NodeActionKind::kFailCreate);
  }
}

void Asker::removes() const {
  if (!owner() || !facts().id) return;
  impl::ScheduleDispatcherRequest body{.action = impl::ScheduleAction::kRemove};
  body.op = facts().operator_type.value_or(impl::OperatorType::kRemove);
  body.id = *facts().id;
  body.start_ts = facts().start_ts.value_or(0);
  for (const impl::Mode mode : {impl::Mode::kDefault, impl::Mode::kRedo}) {
    if (facts().mode.value_or(mode) != mode) continue;
    const impl::Dispatcher* dispatcher = manager_->find(body.id, mode);
    body.mode = mode;
    body.span = facts().span.value_or(dispatcher == nullptr ? impl::Span{} : dispatcher->span);
    deliver({request_of({owner()->node, facts().epoch.value_or(owner()->epoch)}, body)},
            impl::Path::kSchedule);
  }
}

// A Create of which the log tells only what came of it.
void Asker::creates_alone() const {
  if (!owner()) return;
  for_each_next([&](const Observed& next) {
    const bool is_redo = next.line == LineId::kRedoDispatcherCreated;
    if ((!is_redo && next.line != LineId::kDispatcherCreated) || next.facts.id != facts().id) return true;
    impl::ScheduleDispatcherRequest body{.mode = is_redo ? impl::Mode::kRedo : impl::Mode::kDefault};
    body.id = next.facts.id.value_or(impl::DispatcherId::kNone);
    body.span = next.facts.span.value_or(impl::Span{});
    body.start_ts = next.facts.start_ts.value_or(0);
    deliver({request_of(*owner(), body)}, impl::Path::kSchedule);
    return false;
  });
}

void Asker::merges() const {
  impl::MergeDispatcherRequest body;
  body.mode = facts().mode.value_or(impl::Mode::kDefault);
  if (line().line == LineId::kStaleMerge) return with_each(body, impl::Path::kMerge);
  if (!owner()) return;
  if (line().line == LineId::kMergeCreated) {
    body.merged_id = facts().id.value_or(impl::DispatcherId::kNone);
    const impl::Span span = facts().span.value_or(impl::Span{});
    std::int32_t begin = span.begin;
    for (std::size_t i = 0; i <= manager_->dispatchers.size() && (body.ids.empty() || begin != span.end);
         ++i) {
      for (const impl::Dispatcher& source : manager_->dispatchers) {
        const bool is_next = source.mode == body.mode && source.span.table == span.table &&
                             source.span.begin == begin && source.span.end <= span.end;
        if (!is_next || (!body.ids.empty() && body.ids.back() == source.id)) continue;
        body.ids.push_back(source.id);
        begin = source.span.end;
        break;
      }
    }
    deliver({request_of(*owner(), body)}, impl::Path::kMerge);
    return;
  }
  // Refused: by a source that is not here, or by one that is no neighbour of itself.
  const auto& known = task_.history.pools.dispatchers;
  const auto merged = std::find_if(known.begin(), known.end(), [&](impl::DispatcherId id) {
    return manager_->find(id, impl::Mode::kDefault) == nullptr &&
           manager_->find(id, impl::Mode::kRedo) == nullptr;
  });
  if (merged == known.end()) return;
  body.merged_id = *merged;
  std::vector<impl::DispatcherId> sources;
  if (facts().id) sources.push_back(*facts().id);
  for (const impl::Dispatcher& dispatcher : manager_->dispatchers) sources.push_back(dispatcher.id);
  sources.push_back(*merged);
  for (const impl::DispatcherId source : sources) {
    body.ids = {source, source};
    if (deliver({request_of(*owner(), body)}, impl::Path::kMerge)) return;
  }
}

void Asker::redo() const {
  if (facts().type == impl::MessageType::kRedoMeta)
    return with_each(impl::RedoMetaMessage{}, impl::Path::kRedoMeta);
  with_each(impl::RedoResolvedTsForwardMessage{}, impl::Path::kRedoResolvedTsForward);
}

void Asker::executes() const {
  if (!owner() || !manager_->actions.empty()) return;
  const impl::BarrierAction action = facts().barrier_action.value_or(impl::BarrierAction::kWrite);
  attempt_({request_of(*owner(), impl::HeartBeatResponse{action})}, impl::Path::kHeartBeatResponse,
           impl::NodeActionKind::kExecute);
}

}  // namespace takeover::logs
