#include "spec/profiles.h"

#include <algorithm>
#include <array>

namespace takeover::spec {
namespace {

using impl::Guard;
using impl::Rules;
using impl::Since;

// The rules of a version: those that it brought, and those before it.
Rules rules_until(Since version) {
  Rules rules;
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    rules.set(guard.guard, guard.origin.since <= version);
  }
  return rules;
}

Rules pr_5435() {
  Rules rules = rules_until(Since::k5435);
  rules.variants.report_every_operator = true;
  rules.variants.trigger_before_admission = true;
  rules.variants.loud_leaving_trigger_errors = true;
  return rules;
}

Rules pre_5434() {
  Rules rules = rules_until(Since::kBefore);
  rules.variants = pr_5435().variants;
  // The owner was set after the triggers, so that a creation error kept it; nothing was ever locked, so
  // nothing leaks.
  rules.set(Guard::kValidateBeforeOwner, true);
  rules.set(Guard::kOwnerAfterTriggers, true);
  rules.set(Guard::kFenceRelease, true);
  // Nobody looked at the config's epoch: there was none.
  rules.set(Guard::kRequestEpochOnly, true);
  rules.variants.fence_mutex = false;
  rules.variants.epochs_on_wire = false;
  return rules;
}

const std::array<Profile, 5>& profiles() {
  static const std::array<Profile, 5> kProfiles{{
      {"pre-5434", "TiCDC before the stack: no epochs, no fence", pre_5434()},
      {"pr-5434", "epochs at the coordinator; the node side is that of pre-5434", pre_5434()},
      {"pr-5435", "admission by (owner, epoch), the fence, tombstones", pr_5435()},
      {"pr-5436", "the table-trigger takeover rules: TiCDC as merged at c1fd88c93",
       rules_until(Since::k5436)},
      {"reference", "pr-5436 and a guard for every violation that the checker found in it",
       rules_until(Since::kFinding)},
  }};
  return kProfiles;
}

}  // namespace

std::span<const Profile> all_profiles() {
  return profiles();
}

const Profile* profile_named(std::string_view name) {
  const auto it = std::ranges::find(profiles(), name, &Profile::name);
  return it == profiles().end() ? nullptr : &*it;
}

}  // namespace takeover::spec
