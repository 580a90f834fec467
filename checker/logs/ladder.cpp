#include "checker/logs/ladder.h"

namespace takeover::logs {
namespace {

const Ladder& of_messages(const Try& how) {
  static const Ladder kEverywhere{{.stage = 0, .ahead = 32, .unasked = true}};
  static const Ladder kWider{
      {.stage = 0, .ahead = 32},
      {.stage = 1, .ahead = 32, .late_arrivals = true},
      {.stage = 1, .ahead = 32, .fine = true, .late_arrivals = true},
      {.stage = 2, .ahead = 128, .fine = true, .late_arrivals = true, .unasked = true},
  };
  return how.max_cost ? kEverywhere : kWider;
}

const Ladder& of_lines(const Try& how) {
  // Lines of two threads stand in the order of their steps, or a step asked for far ahead would count as one
  // that is placed elsewhere.
  static const Ladder kEverywhere{{.stage = 0, .unasked = true}};
  static const Ladder kWider{
      {.stage = 0},
      {.stage = 1, .untold = true},
      {.stage = 1, .ahead = 1, .untold = true},
      {.stage = 1, .ahead = 4, .untold = true},
      {.stage = 2, .ahead = 1, .untold = true, .pools = true},
      {.stage = 2, .ahead = 8, .fine = true, .untold = true, .pools = true},
  };
  static const Ladder kFar{
      {.stage = 0},
      {.stage = 3, .ahead = 16, .fine = true, .untold = true, .pools = true, .queued = true},
  };
  if (how.max_cost) return kEverywhere;
  return how.goes_far ? kFar : kWider;
}

}  // namespace

const Ladder& ladder_of(const Plan& plan, const Try& how) {
  return plan.owes_sends() ? of_messages(how) : of_lines(how);
}

}  // namespace takeover::logs
