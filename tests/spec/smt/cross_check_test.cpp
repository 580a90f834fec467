#include <catch2/catch.hpp>

#include "checker/engine/explore.h"
#include "checker/model/node_model.h"
#include "spec/profiles.h"
#include "spec/smt/cross_check.h"

using namespace takeover;

namespace {

// The node model of a scenario with every transition held against the relation.
struct Judged {
  const model::NodeModel& model;
  const smt::CrossCheck& cross;
  smt::CrossCheck::Memory memory{};
  std::optional<smt::Divergence> first{};
  std::uint64_t divergences = 0;

  void run(std::size_t max_states) {
    std::set<std::string> seen;
    std::vector<spec::World> queue;
    model.for_each_initial([&](const spec::World& world) { queue.push_back(world); });
    model::NodeModel::Scratch scratch;
    engine::Encoder encoder;
    for (std::size_t i = 0; i < queue.size() && i < max_states; ++i) {
      const spec::World before = queue[i];
      note(cross.judge_enabled(model.rules(), before.node, memory));
      model.for_each_step(before, scratch, [&](const spec::WorldStep& step) {
        const auto* action = std::get_if<impl::NodeAction>(&step.action);
        const impl::Request* received = spec::received_in(step.action);
        if (action != nullptr || received != nullptr) {
          note(cross.judge(before.node, {received, action != nullptr ? *action : impl::NodeAction{}},
                           step.state.node, step.out, memory));
        }
        encoder.clear();
        model.encode(step.state, encoder);
        const std::string key(reinterpret_cast<const char*>(encoder.bytes().data()), encoder.bytes().size());
        if (seen.insert(key).second) queue.push_back(step.state);
      });
    }
  }
  void note(const std::optional<smt::Divergence>& divergence) {
    if (!divergence) return;
    ++divergences;
    if (!first) first = divergence;
  }
};

}  // namespace

TEST_CASE("the relation admits what the implementation does in the small scenarios, and nothing else") {
  for (const char* profile : {"reference", "pr-5436"}) {
    const impl::Rules& rules = spec::profile_named(profile)->rules;
    const smt::CrossCheck cross(rules.guards);
    std::uint64_t total = 0;
    for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
      if (!built_in.name.starts_with("small-")) continue;
      CAPTURE(profile, built_in.name);
      const model::NodeModel model(spec::built_in_scenario(built_in.name), rules, {});
      Judged judged{model, cross};
      judged.run(2000);
      if (judged.first) {
        CAPTURE(judged.first->action, judged.first->path, judged.first->expected, judged.first->actual);
        CHECK(judged.divergences == 0);
      }
      CHECK(judged.divergences == 0);
      CHECK(judged.memory.outside == 0);
      total += judged.memory.transitions;
    }
    CHECK(total > 50000);
  }
}
