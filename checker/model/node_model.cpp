#include "checker/model/node_model.h"

#include "checker/model/encode.h"

namespace takeover::model {

static_assert(engine::Model<NodeModel>);
static_assert(spec::kPropertyCount <= engine::kMaxProperties);
static_assert(spec::kWitnessCount <= engine::kMaxWitnesses);

NodeModel::NodeModel(const spec::Scenario& scenario, const impl::Rules& rules,
                     const spec::PropertySet& judged)
    : scenario_(scenario), rules_(rules) {
  scenario_.properties &= judged;
  for (const spec::PropertyInfo& property : spec::all_properties()) properties_.emplace_back(property.id);
  for (const spec::WitnessInfo& witness : spec::all_witnesses()) witnesses_.emplace_back(witness.id);
}

void NodeModel::encode(const State& state, engine::Encoder& out) const {
  WorldEncoder<engine::Encoder>(out).put(state);
}

void NodeModel::add(const spec::Findings& findings, engine::Judgement& judgement) const {
  judgement.met |= (findings.met & scenario_.properties).to_ullong();
  judgement.violated |= (findings.violated & scenario_.properties).to_ullong();
  judgement.reached |= findings.reached.to_ullong();
}

void NodeModel::judge_state(const State& state, engine::Judgement& judgement) const {
  spec::Findings findings;
  spec::judge_state(state.node, state.history, findings);
  add(findings, judgement);
}

void NodeModel::judge_step(const State& before, const Step& step, engine::Judgement& judgement) const {
  const spec::Observation observation{before.node, step.state.node, step.out, spec::received_in(step.action)};
  spec::Findings findings;
  spec::judge_step(observation, before.history, findings);
  spec::witness_step(observation, findings);
  add(findings, judgement);
}

}  // namespace takeover::model
