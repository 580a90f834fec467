// A member that is forgotten does not compile. Compiled by tests, never linked: as it stands it compiles;
// with NOT_NAMED a member is not in the binding, with NOT_HANDED_ON one is bound and not handed on.
#include "impl/fields.h"

namespace takeover::impl {

struct Sample {
  int first = 0;
  int second = 0;

  static constexpr auto fields(auto& self, auto&& take) {
#ifdef NOT_NAMED
    auto& [first] = self;
    return take(field("first", first));
#else
    auto& [first, second] = self;
#ifdef NOT_HANDED_ON
    return take(field("first", first));
#else
    return take(field("first", first), field("second", second));
#endif
#endif
  }
};

inline int sum(const Sample& sample) {
  int total = 0;
  for_each_field(sample, [&](const auto& field) { total += field.value; });
  return total;
}

}  // namespace takeover::impl
