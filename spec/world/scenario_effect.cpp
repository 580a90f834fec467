#include "spec/world/scenario_effect.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "impl/guards.h"
#include "impl/message.h"
#include "impl/named.h"
#include "spec/world/environment.h"

namespace takeover::spec {
namespace {

// A row for what advances redo marks: a message that is admitted as those of redo are.
constexpr bool is_of_redo(Row row) {
  const RowInfo info = row_of(row);
  return info.message && info.allowance != nullptr &&
         impl::info(*info.message).admission == impl::Guard::kRedoAdmission;
}
constexpr auto kAllowancesOfRedo = [] {
  constexpr auto kRows = impl::kAllThat<Row, is_of_redo>;
  std::array<Allowances::Row, kRows.size()> all{};
  std::ranges::transform(kRows, all.begin(), [](Row row) {
    return *std::ranges::find(Allowances::kRows, row_of(row).allowance, &Allowances::Row::count);
  });
  return all;
}();

// What the owners of a scenario may do at all, together.
struct Deeds {
  explicit Deeds(const Scenario& scenario) {
    for (const Owner& owner : scenario.owners) {
      misbehaves = misbehaves || !owner.misbehaviour.empty();
      dies = dies || owner.dies;
      creates += owner.creates.size();
      merges = merges || !owner.merges.empty();
      removes = removes || owner.allowed.removes > 0;
      actions = actions || owner.allowed.actions > 0;
      for (const Allowances::Row& each : kAllowancesOfRedo) {
        redo_marks = redo_marks || owner.allowed.*each.count > 0;
      }
      hands_over = hands_over || owner.hands_over;
      triggers = triggers || owner.event_trigger != impl::DispatcherId::kNone;
      redo_triggers = redo_triggers || owner.redo_trigger != impl::DispatcherId::kNone;
      closes = closes || owner.closes || owner.closes_removed;
      closes_removed = closes_removed || owner.closes_removed;
      bootstraps += owner.removal_of ? 0U : 1U;
    }
    for (const impl::Span& a : scenario.spans) {
      for (const impl::Span& b : scenario.spans) {
        neighbours = neighbours || (a.table == b.table && a.end == b.begin);
      }
    }
  }

  bool misbehaves = false;
  bool dies = false;
  std::size_t creates = 0;
  std::size_t bootstraps = 0;  // owners that send one
  bool merges = false;
  bool removes = false;
  bool actions = false;
  bool redo_marks = false;
  bool hands_over = false;
  bool triggers = false;
  bool redo_triggers = false;
  bool closes = false;
  bool closes_removed = false;
  bool neighbours = false;  // among the spans
};

// A key that stands there and asks for something.
bool asks(const Cursor& object, std::string_view key) {
  if (!object.has(key)) return false;
  const nlohmann::ordered_json& value = object[key].json();
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>() != 0;
  return !value.empty();
}

// Something that has no effect unless something else is there.
struct Need {
  std::string_view key;
  bool met;
  std::string_view lacks;
  std::string_view expected;
};

void expect(const Cursor& object, std::span<const Need> needs) {
  for (const Need& need : needs) {
    if (!need.met && asks(object, need.key)) {
      object[need.key].fail(fmt::format("has no effect: {}", need.lacks), std::string(need.expected));
    }
  }
}

bool may_end(const Owner& owner, const Scenario& scenario) {
  const bool hands_over = owner.hands_over && owner.event_trigger != impl::DispatcherId::kNone;
  return owner.closes || owner.closes_removed || hands_over || (owner.dies && scenario.bounds.deaths > 0);
}

// A removal-only maintainer closes the changefeed, and does nothing else.
void expect_removal(const Cursor& json, const Owner& owner, const Scenario& scenario) {
  const auto expect_none = [&](std::string_view key) {
    if (!asks(json, key)) return;
    json[key].fail("has no effect: a removal-only maintainer sends its Close only",
                   "it to be left out, or no \"removal_of\"");
  };
  for (const std::string_view key :
       {"config_epoch", "event_trigger", "redo_trigger", "start_ts", "creates", "merges"}) {
    expect_none(key);
  }
  for (const Allowances::Row& row : Allowances::kRows) expect_none(row.name);
  for (const std::string_view key : {"redo", "hands_over", "retries"}) expect_none(key);
  const Owner& replaced = scenario.owners[*owner.removal_of];
  const std::array needs{
      Need{"removal_of", owner.closes || owner.closes_removed, "a removal-only maintainer closes, or is idle",
           "\"closes\" or \"closes_removed\" beside it"},
      Need{"removal_of", may_end(replaced, scenario), "that owner never ends, so that nobody takes its place",
           "an owner that closes, hands over a trigger of its own, or dies within \"bounds\""}};
  expect(json, needs);
}

void expect_owner(const Cursor& json, const Owner& owner, const Scenario& scenario, const Deeds& deeds) {
  if (owner.removal_of) expect_removal(json, owner, scenario);
  const bool any_dispatcher = deeds.creates > 0 || deeds.misbehaves;
  const auto of_redo = [&](std::string_view key) {
    return Need{key, owner.redo, "its changefeed has no redo log", "\"redo\": true"};
  };
  const std::array needs{
      Need{"dies", scenario.bounds.deaths > 0, "no owner may die", "\"deaths\" in \"bounds\""},
      Need{"creates", !scenario.spans.empty(), "there is no span to place", "\"spans\" of tables"},
      Need{"removes", any_dispatcher, "nobody places what could be removed", "\"creates\" of some owner"},
      Need{"merges", deeds.neighbours || deeds.misbehaves, "no two spans are neighbours",
           "\"spans\" of which one ends where another begins"},
      Need{"merges", deeds.creates > 1 || deeds.misbehaves, "nobody places what could be merged",
           "at least two \"creates\""},
      Need{"retries", any_dispatcher, "nobody creates or merges anything", "\"creates\" of some owner"},
      Need{"hands_over", owner.event_trigger != impl::DispatcherId::kNone, "it has no trigger to give up",
           "an \"event_trigger\" beside it"},
      of_redo("redo_trigger")};
  expect(json, needs);
  for (const Allowances::Row& each : kAllowancesOfRedo) expect(json, std::array{of_redo(each.name)});
}

void expect_bounds(const Cursor& json, const Deeds& deeds) {
  const bool schedules = deeds.creates > 0 || deeds.hands_over || deeds.misbehaves;
  const std::array needs{
      Need{"deaths", deeds.dies, "no owner dies", "\"dies\": true of some owner"},
      Need{"resends", schedules, "nobody schedules anything", "\"creates\" or \"hands_over\" of some owner"},
      Need{"failed_creations", schedules || deeds.triggers || deeds.redo_triggers,
           "nothing is created that could fail", "\"creates\" or triggers of some owner"},
      Need{"failed_clean_ups", deeds.closes_removed || deeds.misbehaves,
           "nothing is removed whose clean-up could fail", "\"closes_removed\" of some owner"},
      Need{"first_events", deeds.triggers || deeds.misbehaves, "no trigger could get one",
           "an \"event_trigger\" of some owner"},
      Need{"complete_heartbeats", deeds.creates > 0 || deeds.misbehaves || asks(json, "first_events"),
           "no dispatcher has anything to say", "\"creates\" of some owner, or \"first_events\""}};
  expect(json, needs);
}

void expect_parts(const Cursor& document, const Scenario& scenario, const Deeds& deeds) {
  const std::array needs{Need{"spans", deeds.creates > 0, "nobody places any", "\"creates\" of some owner"},
                         Need{"terminal", document["terminal"].json().size() == 1,
                              "whatever has stopped is quiet", "one of \"quiet\" and \"stopped\""}};
  expect(document, needs);
  std::size_t i = 0;
  document.each("elsewhere", [&](const Cursor& id) {
    const impl::DispatcherId moved = scenario.elsewhere[i++];
    const auto moves = [&](const Owner& owner) {
      return std::ranges::find(owner.creates, moved) != owner.creates.end();
    };
    if (std::ranges::none_of(scenario.owners, moves))
      id.fail("has no effect: nobody moves it here", "an id that is among the \"creates\" of some owner");
  });
}

// ---- what no run could be about ----

struct Premise {
  std::string_view id;
  bool met;
  std::string_view expected;
};

void expect_possible(const Cursor& document, std::string_view key, std::span<const Premise> premises) {
  document.each(key, [&](const Cursor& id) {
    const auto premise = std::ranges::find(premises, id.text(), &Premise::id);
    if (premise != premises.end() && !premise->met) {
      id.fail(fmt::format("no run of the scenario could be about '{}'", id.text()),
              std::string(premise->expected));
    }
  });
}

constexpr std::string_view kClose = "\"closes\" or \"closes_removed\" of some owner";
constexpr std::string_view kTrigger = "an \"event_trigger\" of some owner";
constexpr std::string_view kPlacing = "\"creates\" of some owner";
constexpr std::string_view kRemoving = "\"removes\", \"hands_over\" or \"closes\" of some owner";
constexpr std::string_view kLeaving = "\"removes\", \"hands_over\" or \"merges\" of some owner";
constexpr std::string_view kMerging = "\"merges\" of some owner";
constexpr std::string_view kFence = "\"local_fences\" in \"bounds\"";

void expect_premises(const Cursor& document, const Scenario& scenario, const Deeds& deeds) {
  const auto some = [&](auto&& is_such) { return std::ranges::any_of(scenario.owners, is_such); };
  const bool retries = some([](const Owner& o) { return o.retries && !o.creates.empty(); });
  const bool ordered = some([](const Owner& o) { return !o.removal_of && o.epoch > 0; });
  const bool switches_redo = deeds.redo_triggers && some([](const Owner& o) { return !o.redo; });
  const bool any = deeds.misbehaves;
  const bool fenced = scenario.bounds.local_fences > 0;
  const bool fails = scenario.bounds.failed_creations > 0 && (deeds.creates > 0 || any);
  const bool takes_effect =
      deeds.actions || deeds.merges || deeds.redo_marks || deeds.triggers || deeds.closes;
  constexpr std::string_view kRetries = "an owner that \"retries\" and has \"creates\"";
  const std::array premises{
      Premise{"create-accepted", retries, kRetries},
      Premise{"create-tried", retries, kRetries},
      Premise{"create-succeeds", retries, kRetries},
      Premise{"close-succeeds", deeds.closes, kClose},
      Premise{"bootstrap-answered", ordered, "an owner of an epoch above 0 that is not removal-only"},
      Premise{"remove-completes", deeds.removes || deeds.hands_over || deeds.closes || any, kRemoving},
      Premise{"trigger-unique", deeds.triggers || deeds.redo_triggers || any, kTrigger},
      Premise{"start-ts-reported", deeds.triggers || deeds.redo_triggers || any, kTrigger},
      Premise{"registered-once", deeds.triggers || any, kTrigger},
      Premise{"no-stale-recreate", deeds.closes || any, kClose},
      Premise{"close-ack-sound", deeds.closes || any, kClose},
      Premise{"removed-kept", deeds.closes_removed || any, "\"closes_removed\" of some owner"},
      Premise{"removed-completed", deeds.closes_removed || any, "\"closes_removed\" of some owner"},
      Premise{"fenced-is-silent", fenced, kFence},
      Premise{"fenced-writes-nothing", fenced, kFence},
      Premise{"removal-ends", deeds.removes || deeds.hands_over || deeds.merges || any, kLeaving},
      Premise{"writer-told-working", deeds.removes || deeds.hands_over || deeds.merges || any, kLeaving},
      Premise{"registration-ends", deeds.triggers || any, kTrigger},
      Premise{"error-attributed", fails, "\"failed_creations\" in \"bounds\", and \"creates\" of some owner"},
      Premise{"process-lives", switches_redo || any,
              "a \"redo_trigger\" of one owner, and \"redo\": false of another"},
      Premise{"owner-effects", any || takes_effect,
              "\"actions\", \"merges\", redo marks, a trigger or \"closes\" of some owner"},
      Premise{"shutdown-is-no-error", fenced || scenario.bounds.shutdowns > 0,
              "\"local_fences\" or \"shutdowns\" in \"bounds\""}};
  // What it does not name, it may have nothing to say of.
  if (!scenario.all_but) expect_possible(document, "properties", premises);
}

void expect_witnesses(const Cursor& document, const Scenario& scenario, const Deeds& deeds) {
  const bool any = deeds.misbehaves;
  const bool fenced = scenario.bounds.local_fences > 0;
  std::string redo_marks;
  for (const Allowances::Row& each : kAllowancesOfRedo) {
    redo_marks += fmt::format("{}\"{}\"", redo_marks.empty() ? "" : " or ", each.name);
  }
  redo_marks += " of some owner";
  const std::array premises{
      Premise{"takeover-accepted", deeds.bootstraps > 1 || any, "two owners that send a Bootstrap"},
      Premise{"trigger-created-on-reuse", deeds.triggers || deeds.redo_triggers || any, kTrigger},
      Premise{"trigger-taken-back", (deeds.redo_triggers && scenario.bounds.failed_creations > 0) || any,
              "a \"redo_trigger\", and \"failed_creations\" in \"bounds\""},
      Premise{"dispatcher-created", deeds.creates > 0 || any, kPlacing},
      Premise{"trigger-removed", deeds.hands_over || any, "\"hands_over\" of some owner"},
      Premise{"post-bootstrapped", deeds.triggers || any, kTrigger},
      Premise{"close-acknowledged", deeds.closes || any, kClose},
      Premise{"close-refused", deeds.closes || any, kClose},
      Premise{"stale-close-acknowledged", deeds.closes || any, kClose},
      Premise{"tombstone-drops-bootstrap", deeds.closes || any, kClose},
      Premise{"removed-clean-up", deeds.closes_removed || any, "\"closes_removed\" of some owner"},
      Premise{"clean-up-failed", scenario.bounds.failed_clean_ups > 0, "\"failed_clean_ups\" in \"bounds\""},
      Premise{"cleaned-up-again", scenario.bounds.failed_clean_ups > 0, "\"failed_clean_ups\" in \"bounds\""},
      Premise{"action-admitted", deeds.actions || any, "\"actions\" of some owner"},
      Premise{"action-executed-after-takeover", deeds.actions || any, "\"actions\" of some owner"},
      Premise{"redo-mark-set", deeds.redo_marks || any, redo_marks},
      Premise{"merge-done", deeds.merges || any, kMerging},
      Premise{"merge-aborted", deeds.merges || any, kMerging},
      Premise{"takeover-during-merge", deeds.merges || any, kMerging},
      Premise{"fenced-while-building", fenced, kFence},
      Premise{"fenced-while-handling", fenced, kFence},
      Premise{"creation-failed", scenario.bounds.failed_creations > 0, "\"failed_creations\" in \"bounds\""}};
  expect_possible(document, "witnesses", premises);
}

}  // namespace

void expect_effect(const Cursor& document, const Scenario& scenario) {
  const Deeds deeds(scenario);
  std::size_t i = 0;
  document.each("owners", [&](const Cursor& json) {
    expect_owner(json, scenario.owners[i], scenario, deeds);
    ++i;
  });
  if (document.has("bounds")) expect_bounds(document["bounds"], deeds);
  expect_parts(document, scenario, deeds);
  expect_premises(document, scenario, deeds);
  expect_witnesses(document, scenario, deeds);
}

}  // namespace takeover::spec
