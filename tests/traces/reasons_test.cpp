// What steps say of why they did something, against the rules that they were taken under.
#include <catch2/catch.hpp>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "impl/reason.h"
#include "traces/flips.h"

namespace takeover::traces {
namespace {

std::vector<Trace> traces_in(const std::string& folder) {
  std::vector<Trace> traces;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    auto trace = read_trace_file(file.path().string());
    if (!trace) FAIL(trace.error().to_line());
    traces.push_back(*std::move(trace));
  }
  return traces;
}

// Of each reason that a step of the run gives; and notes which there are.
void check_reasons(const Trace& trace, const impl::Rules& rules, std::set<impl::Reason>& seen) {
  const auto watch = [&](const ImplementationStep& step) {
    for (const impl::Note& note : step.out.notes) {
      if (!seen.insert(note.why).second && !info(note.why).guard) continue;
      const impl::ReasonInfo why = info(note.why);
      CAPTURE(trace.file, why.text);
      if (why.guard) CHECK(rules(*why.guard) == !why.by_its_loss);
    }
  };
  static_cast<void>(replay(trace, rules, watch));
}

}  // namespace

TEST_CASE("a reason names a guard that is in, or one that is out and would have prevented it") {
  std::set<impl::Reason> seen;
  for (const Trace& trace : traces_in(TAKEOVER_CONFORMANCE_DIR)) {
    check_reasons(trace, trace.rules, seen);
    for (const Flip& flip : flips_of(trace.rules)) check_reasons(trace, flip.rules, seen);
  }
  for (const Trace& trace :
       traces_in(std::string(TAKEOVER_SOURCE_DIR) + "/traces/recorded/counterexamples")) {
    check_reasons(trace, trace.rules, seen);
  }
  for (const char* of : {"/random", "/findings"}) {
    for (const Trace& trace : traces_in(std::string(TAKEOVER_REAL_DIR) + of))
      check_reasons(trace, trace.rules, seen);
  }
  std::set<impl::Reason> missing;
  for (std::size_t i = 0; info(static_cast<impl::Reason>(i)).text.data() != nullptr; ++i) {
    if (!seen.contains(static_cast<impl::Reason>(i))) missing.insert(static_cast<impl::Reason>(i));
  }
  // Only pr-5435 looks for the trigger before admission, and no trace is of that profile.
  CHECK(missing == std::set{impl::Reason::kNoTrigger});
}

}  // namespace takeover::traces
