// Whatever the bytes are, reading a scenario ends with a scenario or with one line; what is read can take
// steps.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "spec/profiles.h"
#include "spec/world/scenario.h"
#include "spec/world/world.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace takeover::spec;
  const auto scenario = read_scenario({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!scenario) {
    if (scenario.error().to_line().find('\n') != std::string::npos) __builtin_trap();
    return 0;
  }
  const auto& rules = profile_named("reference")->rules;
  std::vector<WorldAction> actions;
  std::vector<EnvironmentAction> scratch;
  World world = initial_world(*scenario);
  for (std::size_t i = 0; i < 30; ++i) {
    collect_actions(*scenario, rules, world, actions, scratch);
    if (actions.empty()) break;
    WorldStep step;
    step.action = actions[(i * 7919) % actions.size()];
    apply(*scenario, rules, step, world);
    world = step.state;
  }
  return 0;
}
