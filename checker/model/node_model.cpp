#include "checker/model/node_model.h"

#include "checker/engine/snapshot.h"
#include "checker/model/decode.h"
#include "checker/model/encode.h"

namespace takeover::model {

static_assert(engine::LiveModel<NodeModel> && engine::LiveSteps<NodeModel> &&
              engine::DecodableModel<NodeModel>);
static_assert(spec::kPropertyCount < engine::kMaxProperties);  // one more: kCrossCheck
static_assert(spec::kWitnessCount <= engine::kMaxWitnesses);

namespace {

constexpr std::uint64_t kCrossCheckBit = std::uint64_t{1} << spec::kPropertyCount;

// What evaluations write into; allocated once for each worker.
smt::CrossCheck::Memory& memory_of_this_worker() {
  thread_local smt::CrossCheck::Memory memory;
  return memory;
}

}  // namespace

NodeModel::NodeModel(const spec::Scenario& scenario, const impl::Rules& rules,
                     const spec::PropertySet& judged, const spec::LivePropertySet& live)
    : scenario_(scenario), rules_(rules), claims_(spec::live_claims(scenario, live)) {
  scenario_.properties &= judged;
  for (const spec::PropertyInfo& property : spec::all_properties()) properties_.emplace_back(property.id);
  for (const spec::WitnessInfo& witness : spec::all_witnesses()) witnesses_.emplace_back(witness.id);
}

void NodeModel::cross_check(std::shared_ptr<const smt::CrossCheck> relation) {
  relation_ = std::move(relation);
  properties_.emplace_back(kCrossCheck);
}

void NodeModel::encode(const State& state, engine::Encoder& out) const {
  WorldEncoder<engine::Encoder>(out).put(state);
}

spec::World NodeModel::decode(std::span<const std::uint8_t> bytes) const {
  return WorldDecoder(bytes).world();
}

void NodeModel::add(const spec::Findings& findings, engine::Judgement& judgement) const {
  judgement.met |= (findings.met & scenario_.properties).to_ullong();
  judgement.violated |= (findings.violated & scenario_.properties).to_ullong();
  judgement.reached |= findings.reached.to_ullong();
}

std::vector<std::string> NodeModel::live_properties() const {
  std::vector<std::string> ids;
  for (const spec::LiveClaim& claim : claims_) ids.emplace_back(spec::info(claim.property).id);
  return ids;
}

engine::LiveJudgement NodeModel::judge_live(const State& state) const {
  engine::LiveJudgement judgement;
  for (std::size_t i = 0; i < claims_.size(); ++i) {
    const std::uint64_t bit = std::uint64_t{1} << i;
    if (spec::is_owed(scenario_, claims_[i], state)) judgement.from |= bit;
    if (spec::is_settled(scenario_, claims_[i], state)) judgement.goal |= bit;
  }
  return judgement;
}

std::uint64_t NodeModel::live_goals(const State& before, const Step& step) const {
  std::uint64_t goals = 0;
  for (std::size_t i = 0; i < claims_.size(); ++i) {
    if (spec::settles(scenario_, claims_[i], before, step)) goals |= std::uint64_t{1} << i;
  }
  return goals;
}

void NodeModel::judge_state(const State& state, engine::Judgement& judgement) const {
  spec::Findings findings;
  spec::judge_state(state.node, state.history, findings);
  add(findings, judgement);
  if (relation_ != nullptr && relation_->judge_enabled(rules_, state.node, memory_of_this_worker())) {
    judgement.violated |= kCrossCheckBit;
  }
}

std::optional<smt::Divergence> NodeModel::divergence(const State& before, const Step& step) const {
  smt::CrossCheck::Memory memory;
  const auto* action = std::get_if<impl::NodeAction>(&step.action);
  if (const impl::Request* received = spec::received_in(step.action);
      action != nullptr || received != nullptr) {
    const smt::ImplStep taken{received, action != nullptr ? *action : impl::NodeAction{}};
    if (auto found = relation_->judge(before.node, taken, step.state.node, step.out, memory)) return found;
  }
  return relation_->judge_enabled(rules_, step.state.node, memory);
}

void NodeModel::cross_check_step(const State& before, const Step& step, engine::Judgement& judgement) const {
  const auto* action = std::get_if<impl::NodeAction>(&step.action);
  const impl::Request* received = spec::received_in(step.action);
  if (action == nullptr && received == nullptr) return;  // of the environment alone
  smt::CrossCheck::Memory& memory = memory_of_this_worker();
  const std::uint64_t outside = memory.outside;
  const smt::ImplStep taken{received, action != nullptr ? *action : impl::NodeAction{}};
  if (relation_->judge(before.node, taken, step.state.node, step.out, memory))
    judgement.violated |= kCrossCheckBit;
  if (memory.outside == outside) judgement.met |= kCrossCheckBit;
}

void NodeModel::judge_step(const State& before, const Step& step, engine::Judgement& judgement) const {
  const spec::Observation observation{before.node, step.state.node, step.out, spec::received_in(step.action)};
  spec::Findings findings;
  spec::judge_step(observation, before.history, findings);
  spec::witness_step(observation, findings);
  add(findings, judgement);
  if (relation_ != nullptr) cross_check_step(before, step, judgement);
}

}  // namespace takeover::model
