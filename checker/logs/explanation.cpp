#include "checker/logs/explanation.h"

#include "impl/named.h"

namespace takeover::logs {

std::string_view name_of(Assumption what) {
  switch (what) {
    case Assumption::kLostAtDeath: return "lost-at-death";
    case Assumption::kTableFirstEvent: return "table-first-event";
    case Assumption::kSlack: return "slack";
    case Assumption::kInitialState: return "initial-state";
    case Assumption::kGap: return "gap";
    case Assumption::kRedo: return "redo";
  }
  return impl::kNoName;
}

std::string_view meaning_of(Assumption what) {
  switch (what) {
    case Assumption::kLostAtDeath: return "lines that were owed when the process was killed";
    case Assumption::kTableFirstEvent:
      return "that a table's dispatcher works from its first event on, not from its creation";
    case Assumption::kSlack: return "lines of two threads that stand in the other order";
    case Assumption::kInitialState:
      return "that the node was, before the first line, as the first lines imply";
    case Assumption::kGap: return "stretches that the log misses";
    case Assumption::kRedo: return "whether redo is enabled";
  }
  return impl::kNoName;
}

std::string_view reason_of(const Inconclusive& stopped) {
  switch (stopped.bound) {
    case Bound::kNone: return engine::to_string(stopped.reason);
    case Bound::kPlaces: return "more nodes that a line may leave than are followed";
    case Bound::kGap: return "a gap, of which no state that the next lines imply explains them";
    case Bound::kUnseenSteps: return "more unseen steps between lines than are looked for";
    case Bound::kFar: return "more states beyond the bounds of a refutation than are looked at";
  }
  return impl::kNoName;
}

}  // namespace takeover::logs
