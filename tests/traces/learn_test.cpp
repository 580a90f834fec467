// What a trace of another version teaches.
#include "traces/learn.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "spec/profiles.h"
#include "tests/traces/other_version.h"
#include "tests/traces/recorded.h"
#include "traces/flips.h"

namespace takeover::traces {
namespace {

// "-tombstone" is without it, "+tombstone" with it.
std::string text_of(const Attempt& attempt) {
  std::string text;
  for (const Change& change : attempt.changes) {
    text += (text.empty() ? "" : " ") + std::string(change.put_in ? "+" : "-") + std::string(change.name);
  }
  return text;
}

std::set<std::string> texts_of(const std::vector<Attempt>& attempts) {
  std::set<std::string> texts;
  for (const Attempt& attempt : attempts) texts.insert(text_of(attempt));
  return texts;
}

impl::Rules without(const Attempt& attempt, std::size_t left_out, const Trace& trace) {
  impl::Rules rules = trace.rules;
  for (std::size_t i = 0; i < attempt.changes.size(); ++i) {
    const Change& change = attempt.changes[i];
    if (i == left_out) continue;
    if (const auto guard = impl::named<impl::Guard>(change.name)) rules.set(*guard, change.put_in);
    for (const impl::VariantInfo& variant : impl::kVariants) {
      if (variant.name == change.name) rules.variants.*variant.value = change.put_in;
    }
  }
  return rules;
}

// The sets lead to the end, and none of their changes can be left out.
void check_sets(const Lesson& lesson, const Trace& trace) {
  REQUIRE_FALSE(lesson.sets.empty());
  for (const Attempt& attempt : lesson.sets) {
    CAPTURE(text_of(attempt));
    CHECK(without(attempt, attempt.changes.size(), trace) == attempt.rules);
    CHECK(replay(trace, attempt.rules).conforms);
    for (std::size_t i = 0; i < attempt.changes.size(); ++i) {
      CHECK_FALSE(replay(trace, without(attempt, i, trace)).conforms);
    }
    CHECK(attempt.changes.size() == lesson.sets.front().changes.size());
  }
}

}  // namespace

TEST_CASE("of a trace that conforms nothing is to be learned", "[traces][learn]") {
  const Lesson lesson = learn(real_trace("findings/04-closing-manager-is-taken-over"));
  CHECK(lesson.own.conforms);
  CHECK(lesson.alone.empty());
  CHECK(lesson.sets.empty());
  CHECK_FALSE(lesson.is_fewest);
}

TEST_CASE("a trace recorded with one guard flipped teaches that guard", "[traces][learn][repeats]") {
  const Json documented = document_at("tests/traces/held_by.json");
  std::set<std::string> expected;
  for (const auto& row : documented["told apart by at least so many traces"].items()) {
    expected.insert(row.key());
  }
  // With it the one step in question cannot be taken, so that there is nothing to record.
  expected.erase("clean-up-under-fence");
  std::set<std::string> learned;
  for (const std::string& name : real_names()) {
    const Trace real = real_trace(name);
    const std::vector<Flip> flips = flips_of(real.rules);
    const std::vector<ReplayResult> results = replay_flipped(real, run(real, real.rules), flips);
    for (std::size_t i = 0; i < flips.size(); ++i) {
      const std::string guard(impl::info(flips[i].guard).name);
      if (results[i].conforms || learned.contains(guard)) continue;
      const Trace other = trace_of(recorded_under(flips[i].rules, real));
      if (replay(other, other.rules).conforms) continue;
      const Lesson lesson = learn(other);
      CAPTURE(name, guard);
      CHECK(lesson.is_fewest);
      CHECK(lesson.is_all);
      CHECK(texts_of(lesson.sets).contains((flips[i].put_in ? "+" : "-") + guard));
      learned.insert(guard);
    }
  }
  CHECK(learned == expected);
}

TEST_CASE("all the guards are named, each of which alone leads to the end", "[traces][learn]") {
  const Trace real = real_trace("findings/08-acknowledged-as-removed-then-created");
  // An old owner's Close: the guard that refuses it, and the repair that lets a Close of an epoch at least
  // the manager's through, answer it alike.
  const Trace other = trace_of(recorded_under(flipped(real.rules, "close-admission"), real));
  const Lesson lesson = learn(other);
  check_sets(lesson, other);
  CHECK(texts_of(lesson.sets) == texts_of(lesson.alone));
  CHECK(lesson.sets.size() > 1);
}

TEST_CASE("two changes are found that one step needs, neither of which goes further alone",
          "[traces][learn]") {
  const Trace real = real_trace("findings/11-failed-create-stays");
  const impl::Rules both =
      flipped(flipped(real.rules, "failed-create-unjournalled"), "error-keeps-its-owner");
  const Trace other = trace_of(recorded_under(both, real));
  const Lesson lesson = learn(other);
  CHECK(lesson.alone.empty());
  check_sets(lesson, other);
  CHECK(texts_of(lesson.sets).contains("+failed-create-unjournalled +error-keeps-its-owner"));
  CHECK(lesson.is_fewest);
  CHECK(lesson.is_all);
}

TEST_CASE(
    "a trace recorded under another profile teaches a set that none can be left out of, and the profile",
    "[traces][learn][repeats]") {
  for (const char* name :
       {"random/fence-110794", "random/shutdown-117489", "random/trigger-removed-102895"}) {
    const Trace real = real_trace(name);
    for (const spec::Profile& profile : spec::all_profiles()) {
      CAPTURE(name, profile.name);
      const Trace other = trace_of(recorded_under(profile.rules, real));
      const Lesson lesson = learn(other);
      CHECK(lesson.own.conforms == (profile.name == "pr-5436"));
      if (lesson.own.conforms) continue;
      check_sets(lesson, other);
      CHECK(std::ranges::find(lesson.profiles, profile.name) != lesson.profiles.end());
      CHECK(std::ranges::find(lesson.profiles, "pr-5436") == lesson.profiles.end());
    }
  }
}

TEST_CASE("what one step needs more than two changes for is found in a profile, and no more than it needs",
          "[traces][learn]") {
  const Trace real = real_trace("random/merge-queues-108346");
  for (const char* profile : {"pre-5434", "reference"}) {
    CAPTURE(profile);
    // All that differs comes together in the last step.
    Json document = recorded_under(spec::profile_named(profile)->rules, real);
    for (std::size_t i = 0; i + 1 < document["steps"].size(); ++i) {
      document["steps"][i].erase("sent");
      document["steps"][i].erase("state");
    }
    const Trace other = trace_of(document);
    const Lesson lesson = learn(other);
    CHECK(lesson.own.step + 1 == other.steps.size());
    CHECK(lesson.alone.empty());
    check_sets(lesson, other);
    CHECK(lesson.sets.front().changes.size() == 3);
    CHECK(lesson.is_fewest);
    CHECK_FALSE(lesson.is_all);
  }
}

TEST_CASE("where no rule is the reason, it is said how far the trace goes, and with what",
          "[traces][learn]") {
  const Trace real = real_trace("findings/02-dropped-create-deletes-the-remove");
  Json document = recorded_under(flipped(real.rules, "journal-replaces-stale"), real);
  const std::size_t last = document["steps"].size() - 1;
  document["steps"][last]["state"]["nodes"]["A"]["manager"]["owner"] = "nobody-of-this-name";
  const Trace other = trace_of(document);
  const Lesson lesson = learn(other);
  CHECK(lesson.own.step < last);
  CHECK(texts_of(lesson.sets).contains("-journal-replaces-stale"));
  for (const Attempt& attempt : lesson.sets) {
    CHECK_FALSE(attempt.result.conforms);
    CHECK(attempt.result.step == last);
    CHECK(attempt.changes.size() == 1);
  }
  CHECK_FALSE(lesson.is_fewest);
  CHECK_FALSE(lesson.is_all);
  CHECK(lesson.profiles.empty());

  // And if it is so from the first step on, there is nothing.
  Json first = recorded_under(real.rules, real);
  first["steps"][0]["sent"] =
      Json::array({{{"to", "nobody-of-this-name"}, {"message", {{"type", "MaintainerCloseResponse"}}}}});
  const Lesson none = learn(trace_of(first));
  CHECK_FALSE(none.own.conforms);
  CHECK(none.alone.empty());
  CHECK(none.sets.empty());
}

}  // namespace takeover::traces
