// The node's bytes forget nothing that its future depends on, and nothing that is said of it.
#include <catch2/catch.hpp>
#include <string_view>

#include "checker/engine/audit.h"
#include "checker/engine/explore.h"
#include "checker/model/node_model.h"
#include "spec/profiles.h"

using namespace takeover;

namespace {

model::NodeModel model_of(std::string_view scenario) {
  return {spec::built_in_scenario(scenario), spec::profile_named("reference")->rules,
          spec::PropertySet().set(), spec::LivePropertySet().set()};
}

// Forgets how many creations have failed.
struct Forgetful : model::NodeModel {
  using NodeModel::NodeModel;
  void encode(const State& state, engine::Encoder& out) const {
    State forgotten = state;
    forgotten.environment.used.failed_creations = 0;
    NodeModel::encode(forgotten, out);
  }
};

}  // namespace

TEST_CASE("worlds of the same bytes do the same, and so do those that are decoded from them") {
  for (const char* scenario : {"live-close", "small-redo-marks"}) {
    CAPTURE(scenario);
    const model::NodeModel model = model_of(scenario);
    const auto audit = engine::audit_encoding(model);
    CHECK(audit.fault.value_or("") == "");
    CHECK(audit.complete);
    CHECK(audit.states == engine::explore(model, {}).states);
  }
}

TEST_CASE("an encoding of worlds that forgets one count is found out") {
  const Forgetful forgetful(spec::built_in_scenario("live-create"), spec::profile_named("reference")->rules,
                            spec::PropertySet().set(), spec::LivePropertySet().set());
  const auto audit = engine::audit_encoding(forgetful);
  REQUIRE(audit.fault);
  CHECK(audit.fault->starts_with("two states of the same bytes have different steps:"));
  REQUIRE(audit.states_of_fault.size() == 2);
  CHECK(audit.states_of_fault[0].environment.used.failed_creations !=
        audit.states_of_fault[1].environment.used.failed_creations);
}
