#include "checker/model/node_model.h"

#include <algorithm>
#include <array>
#include <utility>

#include "checker/engine/snapshot.h"
#include "checker/model/decode.h"
#include "checker/model/encode.h"

namespace takeover::model {

static_assert(engine::LiveModel<NodeModel> && engine::LiveSteps<NodeModel> &&
              engine::DecodableModel<NodeModel> && engine::SymmetricModel<NodeModel> &&
              engine::ReducibleModel<NodeModel>);
static_assert(spec::kPropertyCount < engine::kMaxProperties);  // one more: kCrossCheck
static_assert(spec::kWitnessCount <= engine::kMaxWitnesses);
static_assert(spec::kMostFairActions <= engine::kMaxFairActions);

namespace {

constexpr engine::Bits kCrossCheckBit = engine::bit(spec::kPropertyCount);

// What evaluations write into; allocated once for each worker.
smt::CrossCheck::Memory& memory_of_this_worker() {
  thread_local smt::CrossCheck::Memory memory;
  return memory;
}

// A message that misbehaves may come from anybody's node at any time: then nobody is said to be alone.
bool begins_alone(const spec::Scenario& scenario, const spec::Owner& owner) {
  const auto misbehaves = [](const spec::Owner& other) { return !other.misbehaviour.empty(); };
  return !owner.removal_of && std::ranges::none_of(scenario.owners, misbehaves) &&
         std::ranges::count(scenario.owners, owner.node, &spec::Owner::node) == 1;
}

}  // namespace

NodeModel::NodeModel(const spec::Scenario& scenario, const impl::Rules& rules,
                     const spec::PropertySet& judged, const spec::LivePropertySet& live)
    : scenario_(scenario),
      listed_(scenario.properties),
      live_asked_(live),
      is_asked_by_name_(!judged.all()),
      rules_(rules),
      claims_(spec::live_claims(scenario, live)),
      renamings_(spec::renamings(scenario)) {
  for (const spec::Owner& owner : scenario.owners) begins_alone_.push_back(begins_alone(scenario, owner));
  scenario_.properties &= judged;
  for (const spec::PropertyInfo& property : spec::all_properties()) properties_.emplace_back(property.id);
  for (const spec::WitnessInfo& witness : spec::all_witnesses()) witnesses_.emplace_back(witness.id);
}

void NodeModel::cross_check(std::shared_ptr<const smt::CrossCheck> relation) {
  relation_ = std::move(relation);
  properties_.emplace_back(kCrossCheck);
}

void NodeModel::encode(const State& state, engine::Encoder& out) const {
  WorldEncoder(out).put(state);
}

spec::World NodeModel::decode(std::span<const std::uint8_t> bytes) const {
  return WorldDecoder(bytes).world();
}

void NodeModel::canonicalize(State& state) const {
  if (renamings_.empty()) return;
  thread_local std::array<engine::Encoder, 2> encoders;
  engine::Encoder* least = encoders.data();
  engine::Encoder* other = least + 1;
  least->clear();
  encode(state, *least);
  const State original = state;
  for (const spec::Renaming& renaming : renamings_) {
    State candidate = spec::renamed(original, renaming);
    other->clear();
    encode(candidate, *other);
    if (std::ranges::lexicographical_compare(other->bytes(), least->bytes())) {
      state = std::move(candidate);
      std::swap(least, other);
    }
  }
}

std::optional<std::uint32_t> NodeModel::candidate(const State& state, const Step& step) const {
  const spec::EnvironmentAction* action = step.action.of_environment();
  const bool begins = action != nullptr && action->kind == spec::EnvironmentActionKind::kSend &&
                      action->row == spec::Row::kBootstrap && begins_alone_[action->owner] &&
                      state.environment.owners[action->owner].phase == spec::Phase::kIdle;
  return begins ? std::optional<std::uint32_t>(action->owner) : std::nullopt;
}

void NodeModel::add(const spec::Findings& findings, engine::Judgement& judgement) const {
  judgement.met |= engine::bits_of(findings.met);
  judgement.violated |= engine::bits_of(findings.violated);
  judgement.reached |= engine::bits_of(findings.reached);
}

std::vector<std::string> NodeModel::live_properties() const {
  std::vector<std::string> ids;
  for (const spec::LiveClaim& claim : claims_) ids.emplace_back(spec::info(claim.property).id);
  return ids;
}

engine::LiveJudgement NodeModel::judge_live(const State& state) const {
  engine::LiveJudgement judgement;
  for (std::size_t i = 0; i < claims_.size(); ++i) {
    const engine::Bits bit = engine::bit(i);
    if (spec::is_owed(claims_[i], state)) judgement.from |= bit;
    if (spec::is_settled(scenario_, claims_[i], state)) judgement.goal |= bit;
  }
  return judgement;
}

engine::Bits NodeModel::live_goals(const State& before, const Step& step) const {
  engine::Bits goals = 0;
  for (std::size_t i = 0; i < claims_.size(); ++i) {
    if (spec::settles(scenario_, claims_[i], before, step)) goals |= engine::bit(i);
  }
  return goals;
}

void NodeModel::judge_state(const State& state, engine::Judgement& judgement) const {
  spec::Findings findings;
  for (const impl::NodeId id : scenario_.nodes) {
    spec::judge_state(state.nodes[id], state.histories[id], scenario_.properties, findings);
  }
  add(findings, judgement);
  if (relation_ == nullptr) return;
  for (const impl::NodeId id : scenario_.nodes) {
    if (relation_->judge_enabled(rules_, state.nodes[id], memory_of_this_worker()))
      judgement.violated |= kCrossCheckBit;
  }
}

std::optional<smt::Divergence> NodeModel::divergence(const State& before, const Step& step) const {
  smt::CrossCheck::Memory memory;
  const impl::NodeId id = step.action.node;
  if (const auto taken = smt::impl_step(step.action)) {
    auto found = relation_->judge(before.nodes[id], *taken, step.state.nodes[id], step.out, memory);
    if (found) return found;
  }
  for (const impl::NodeId each : scenario_.nodes) {
    if (auto found = relation_->judge_enabled(rules_, step.state.nodes[each], memory)) return found;
  }
  return std::nullopt;
}

void NodeModel::cross_check_step(const State& before, const Step& step, engine::Judgement& judgement) const {
  const auto taken = smt::impl_step(step.action);
  if (!taken) return;
  smt::CrossCheck::Memory& memory = memory_of_this_worker();
  const std::uint64_t outside = memory.outside;
  const impl::NodeId id = step.action.node;
  if (relation_->judge(before.nodes[id], *taken, step.state.nodes[id], step.out, memory))
    judgement.violated |= kCrossCheckBit;
  if (memory.outside == outside) judgement.met |= kCrossCheckBit;
}

void NodeModel::judge_step(const State& before, const Step& step, engine::Judgement& judgement) const {
  spec::Findings findings;
  for (const impl::NodeId id : scenario_.nodes) {
    if (!spec::sees(id, step.action)) continue;
    const spec::Observation observation = spec::observe(before, step, id);
    spec::judge_step(observation, before.histories[id], scenario_.properties, findings);
    spec::witness_step(observation, scenario_.witnesses, findings);
  }
  add(findings, judgement);
  if (relation_ != nullptr) cross_check_step(before, step, judgement);
}

}  // namespace takeover::model
