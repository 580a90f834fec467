// Where the judge and the lemmas of the properties differ, by name; and whether they differ anywhere else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spec/world/history.h"
#include "tests/spec/smt/claims.h"

namespace takeover::tests {

// What one side calls a violation and the other does not, exactly there, as docs/proof.md names it.
struct Difference {
  std::string_view property;
  bool of_step;   // of the lemmas and judgements of a step, or of those of a state
  bool by_lemma;  // the lemma is broken, and the judge content; or the other way round
  bool (*is_one)(const spec::Observation& step, const spec::History& later);
  std::string_view why;
};
[[nodiscard]] std::span<const Difference> named_differences();

class Comparison {
 public:
  void add(const spec::Observation& step, const spec::History& later, const Verdicts& verdicts);

  std::string where{};  // what comes next
  spec::PropertySet judged = spec::PropertySet{}.set();
  std::uint64_t transitions = 0;
  std::map<std::string, std::vector<std::string>> unnamed{};  // differences that nothing names, and where
  std::set<std::string> violated{};                           // by both
  std::set<const Difference*> met{};

 private:
  void compare(std::string_view id, bool of_step, bool judge, bool lemma, const spec::Observation& step,
               const spec::History& later);
};

}  // namespace takeover::tests
