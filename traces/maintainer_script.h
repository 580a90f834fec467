// Scripts that were recorded from TiCDC's own maintainers: reading one, and playing it on impl.
//
// A script is a list of events that were put to the MaintainerManager of one node and its maintainers, one at
// a time, with every message that was sent and the whole state after each (docs/recording.md). It is played
// by doing the same here:
//
//   const auto script = traces::read_maintainer_script(path);
//   if (!script) return fail(script.error().to_line());
//   const traces::PlayedScript played = traces::play(*script, impl::MaintainerRules{});
//
// After each event everything that was sent and all of the state is compared, but for what the table of
// kLeftOut names with its reason. A key that neither is compared nor stands there is a divergence. What the
// maintainer here does not have at all ends the play, by a row of kLimits: such a script conforms up to
// there, and never as a whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "impl/maintainer_rules.h"
#include "spec/json/json_input.h"

namespace takeover::traces {

using ScriptJson = nlohmann::json;  // its objects are sorted: scripts are compared whatever their order

struct MaintainerScript {
  std::string file{};
  ScriptJson document{};
};

// Refused unless it says that it is such a script, and its steps are what such a script has.
[[nodiscard]] spec::Result<MaintainerScript> read_maintainer_script(const std::string& path);

// What of a script is not compared, and why. A place is a path in which "*" stands for any one key; what is
// below it is left out with it.
struct LeftOut {
  std::string_view place;
  std::string_view why;
};
[[nodiscard]] std::span<const LeftOut> left_out();

// What ends the play.
enum class Limit : std::uint8_t { kRestoredBarrier };
struct LimitInfo {
  std::string_view what;
  std::string_view why;
};
[[nodiscard]] LimitInfo info(Limit limit);

struct PlayedScript {
  std::size_t steps = 0;  // of the script
  std::size_t conforming = 0;
  std::optional<Limit> limit{};  // where it ended
  // The first divergence, if there is one, in the step after the last that conforms.
  struct Divergence {
    std::string place;
    std::string expected;
    std::string actual;
  };
  std::optional<Divergence> divergence{};
  // Of the steps that conform: how much was compared, and how often each row of left_out() was used.
  std::size_t messages = 0;
  std::size_t values = 0;
  std::vector<std::size_t> passed_over{};

  [[nodiscard]] bool conforms() const { return conforming == steps; }
};
[[nodiscard]] PlayedScript play(const MaintainerScript& script, const impl::MaintainerRules& rules);

}  // namespace takeover::traces
