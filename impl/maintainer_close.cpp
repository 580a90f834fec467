// How a maintainer ends. A Remove that does not cascade hands the changefeed over: only the trigger goes, the
// dispatchers wait for the next owner. One that cascades closes the changefeed on every node.
//
// clang-format off
//                            does not cascade                        cascades
//   not initialized          ignored, unless it says removed         removing, Close to every node alive
//   initialized              removing, the trigger is removed        removing, Close to every node alive
//   removing                 what it says replaces what the last one said; then
//                            stopped if the trigger works no longer  stopped if every node alive has closed, else Close to the rest
//   stopped                  dropped
//   of another epoch         dropped, without an answer
// clang-format on
#include "impl/maintainer.h"

namespace takeover::impl {
namespace {

// TiCDC: isMaintainerEpochRequestAllowed.
bool is_request_allowed(Epoch request, Epoch current) {
  return request == 0 ? current == 0 : current == 0 || request == current;
}

}  // namespace

void Maintainer::on_remove(Surroundings& world, Epoch request, const RemoveMaintainerRequest& body) {
  if (!is_request_allowed(request, epoch)) {
    world.out.refuse(Refusal::kOtherEpoch);
    return;
  }
  const bool hands_over = !body.cascade && !body.removed;
  if (hands_over && !initialized && world.rules(MaintainerGuard::kRemoveBeforeBootstrap)) {
    world.out.refuse(Refusal::kRemoveBeforeBootstrap);
    return;
  }
  removing = true;
  quiesced = true;
  cascade_removing = body.cascade;
  changefeed_removed = body.removed;
  if (cascade_removing) {
    if (close_round(world)) stop();
    return;
  }
  remove_task(world, spans.trigger.id);
  if (spans.trigger.status != Status::kWorking) stop();
}

// The operator is inserted whatever stands in the way; one of a task that is nowhere is not needed. Whoever
// asks again finds no task.
void Maintainer::remove_task(Surroundings& world, DispatcherId id) {
  const SpanReplication* task = spans.find_task(id);
  if (task == nullptr) return;
  const Operator removal = remove_operator(*task, OperatorType::kRemove, false);
  for (Operator& each : operators) {
    if (each.id != id || !each.current) continue;
    each.on_task_removed(spans);
    each.post_finish(spans);
    each.current = false;  // it stays queued until it is polled
  }
  if (removal.dest != NodeId::kNone) push_operator(world, removal);
  spans.remove_task(id);
}

void Maintainer::on_close_response(Surroundings& world, const Message& response) {
  if (!is_response_of_this_epoch(world.rules, response.epoch)) {
    world.out.refuse(Refusal::kOtherResponseEpoch);
    return;
  }
  if (!removing && world.rules(MaintainerGuard::kCloseResponseRemoving)) {
    world.out.refuse(Refusal::kNotRemoving);
    return;
  }
  if (!response.as<MaintainerCloseResponse>()->success) return;
  closed_nodes.insert(response.from);
  if (removing && cascade_removing && close_round(world)) stop();
}

// Asks every node alive that has not closed; true if there is none.
bool Maintainer::close_round(Surroundings& world) const {
  bool all = true;
  for (const NodeId node : world.alive) {
    if (closed_nodes.contains(node)) continue;
    all = false;
    world.out.send(node, epoch, MaintainerCloseRequest{.removed = changefeed_removed});
  }
  return all;
}

void Maintainer::resend_close(Surroundings& world) const {
  close_round(world);
}

void Maintainer::stop() {
  removed = true;
  state = ScheduleState::kStopped;
}

}  // namespace takeover::impl
