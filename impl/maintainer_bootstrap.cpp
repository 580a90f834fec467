// How a maintainer bootstraps: it asks every node that it knows of, and when all have answered it takes from
// their answers what there is (impl/maintainer_restore.cpp), in one step: schedulers and operators start at
// its end.
#include <algorithm>

#include "impl/maintainer.h"

namespace takeover::impl {
namespace {

// The tables of the snapshot at a time.
Tables tables_at(std::span<const TableLife> lives, Ts ts) {
  Tables tables;
  for (const TableLife& life : lives) {
    if (life.created <= ts && (!life.dropped || ts < *life.dropped)) tables.insert({life.schema, life.table});
  }
  return tables;
}

}  // namespace

bool Maintainer::is_response_of_this_epoch(const MaintainerRules& rules, Epoch response) const {
  return response == 0 || epoch == 0 || response == epoch || !rules(MaintainerGuard::kResponseEpoch);
}

void Maintainer::send_bootstrap(Surroundings& world, NodeId node) const {
  MaintainerBootstrapRequest body{.start_ts = start_ts};
  if (node == self) {
    body.event_trigger = spans.trigger.id;
    body.is_new_changefeed = new_changefeed;
  }
  world.out.send(node, epoch, body);
}

bool Maintainer::can_resend_bootstrap(const MaintainerRules& rules, NodeId node) const {
  if (removing && rules(MaintainerGuard::kRemovingQuiescesResends)) return false;
  const BootstrapNode* tracked = nodes.find(node);
  return !all_nodes_ready && tracked != nullptr && !tracked->answered;
}

void Maintainer::resend_bootstrap(Surroundings& world, NodeId node) {
  send_bootstrap(world, node);
}

bool Maintainer::can_resend_post_bootstrap(const MaintainerRules& rules) const {
  if (removing && rules(MaintainerGuard::kRemovingQuiescesResends)) return false;
  return post_pending;
}

void Maintainer::resend_post_bootstrap(Surroundings& world) const {
  world.out.send(self, epoch, MaintainerPostBootstrapRequest{.event_trigger = spans.trigger.id});
}

void Maintainer::on_bootstrap_response(Surroundings& world, const Message& response) {
  if (!is_response_of_this_epoch(world.rules, response.epoch)) {
    world.out.refuse(Refusal::kOtherResponseEpoch);
    return;
  }
  const auto& body = *response.as<MaintainerBootstrapResponse>();
  if (body.error != ErrorCode::kNone) {
    add_error(response.from, body.error);
    return;
  }
  if (response.from == self) new_changefeed = false;
  BootstrapNode* tracked = nodes.find(response.from);
  if (tracked == nullptr) {
    world.out.refuse(Refusal::kNotTracked);
    return;
  }
  tracked->answered = true;
  tracked->response = initialized ? MaintainerBootstrapResponse{} : body;
  evaluate_responses(world);
}

void Maintainer::on_post_bootstrap_response(Surroundings& world, const Message& response) {
  if (!is_response_of_this_epoch(world.rules, response.epoch)) {
    world.out.refuse(Refusal::kOtherResponseEpoch);
    return;
  }
  const auto& body = *response.as<MaintainerPostBootstrapResponse>();
  if (body.error != ErrorCode::kNone) {
    add_error(response.from, body.error);
  } else {
    post_pending = false;
  }
}

// Once all have answered since the last one joined.
void Maintainer::evaluate_responses(Surroundings& world) {
  const bool all = std::all_of(nodes.begin(), nodes.end(), [](const BootstrapNode& n) { return n.answered; });
  if (all_nodes_ready || nodes.empty() || !all) return;
  all_nodes_ready = true;
  if (removing && world.rules(MaintainerGuard::kNoFinishAfterRemove)) return;
  const bool succeeds = initialized || finish_bootstrap(world);
  if (!succeeds) add_error(self, ErrorCode::kNone);
  if (succeeds || !world.rules(MaintainerGuard::kResponsesKept)) forget_responses();
}

void Maintainer::forget_responses() {
  for (BootstrapNode& each : nodes) each.response.reset();
}

// What was made before it fails stays, and is in the way of the next try.
bool Maintainer::finish_bootstrap(Surroundings& world) {
  Ts from = 0;
  for (const BootstrapNode& each : nodes) {
    if (each.response) from = std::max(from, each.response->checkpoint_ts);
  }
  if (from == 0) return false;  // this node did not answer: it is not alive in its own view
  spans.trigger.checkpoint_ts = from;
  if (world.fail_load) {
    world.fail_load = false;
    return false;
  }
  const Tables tables = tables_at(world.tables, from);
  if (!restore_operators(world, tables)) return false;
  restore_tables(world, tables);
  initialized = true;
  post_pending = true;
  resend_post_bootstrap(world);
  return true;
}

}  // namespace takeover::impl
