#include "tests/spec/smt/differences.h"

#include <algorithm>
#include <array>
#include <variant>

#include "spec/properties/judge.h"
#include "spec/properties/properties.h"
#include "spec/smt/invariants.h"

namespace takeover::tests {
namespace {

// The manager that is being built, or null.
const impl::DispatcherManager* built(const impl::DispatcherOrchestrator& node) {
  return node.initializing && !node.manager ? &*node.initializing : nullptr;
}

// The manager before the step and after it, where one of the two is being built.
template <class Ask>
bool is_of_built(const spec::Observation& step, Ask&& ask) {
  const impl::DispatcherManager* before = step.before.manager_here();
  const impl::DispatcherManager* after = step.after.manager_here();
  if (before == nullptr || after == nullptr || (step.before.manager && step.after.manager)) return false;
  return ask(*before, *after);
}

bool has_no_request(const spec::Observation& step, const spec::History& later) {
  const impl::DispatcherManager* manager = built(step.after);
  return manager != nullptr &&
         std::ranges::find(later.bootstraps, spec::OwnerId{manager->owner, manager->epoch}) ==
             later.bootstraps.end();
}

bool steps_back_while_built(const spec::Observation& step, const spec::History&) {
  return is_of_built(step, [](const impl::DispatcherManager& before, const impl::DispatcherManager& after) {
    const bool changed = before.owner != after.owner || before.epoch != after.epoch;
    return changed && after.epoch <= before.epoch && before.epoch != 0;
  });
}

bool changes_its_trigger_while_built(const spec::Observation& step, const spec::History&) {
  return is_of_built(step, [](const impl::DispatcherManager& before, const impl::DispatcherManager& after) {
    return std::ranges::any_of(std::array{impl::Mode::kDefault, impl::Mode::kRedo}, [&](impl::Mode mode) {
      const auto none = impl::DispatcherId::kNone;
      return before.trigger(mode) != none && after.trigger(mode) != none &&
             before.trigger(mode) != after.trigger(mode);
    });
  });
}

bool has_another_trigger(const spec::Observation& step, const spec::History&) {
  const impl::DispatcherManager* manager = step.after.manager_here();
  if (manager == nullptr) return false;
  return std::ranges::any_of(manager->dispatchers, [&](const impl::Dispatcher& each) {
    return each.span.is_ddl() && each.id != manager->trigger(each.mode);
  });
}

bool writes_unregistered(const spec::Observation& step, const spec::History&) {
  const impl::DispatcherManager* manager = step.after.manager_here();
  if (manager == nullptr || manager->registered) return false;
  const auto& all = manager->dispatchers;
  return std::ranges::any_of(all, [&](const impl::Dispatcher& a) {
    return std::ranges::any_of(all, [&](const impl::Dispatcher& b) {
      return &a != &b && a.mode == b.mode && a.can_write() && b.can_write() && a.span.overlaps(b.span);
    });
  });
}

bool stays_locked(const spec::Observation& step, const spec::History&) {
  const impl::DispatcherManager* before = step.before.manager_here();
  const impl::DispatcherManager* after = step.after.manager_here();
  return before != nullptr && after != nullptr && before->schedule.step == impl::ScheduleStep::kIdle &&
         after->schedule.step == impl::ScheduleStep::kIdle && after->fence == impl::FenceHolder::kSchedule;
}

bool restores_what_is_not_there(const spec::Observation& step, const spec::History&) {
  if (!step.before.manager) return false;
  const impl::DispatcherManager& manager = *step.before.manager;
  return std::ranges::any_of(step.out.sent, [&](const impl::Message& reply) {
    const auto* response = reply.as<impl::MaintainerBootstrapResponse>();
    return response != nullptr && response->error == impl::ErrorCode::kNone &&
           std::ranges::any_of(response->operators, [&](const impl::JournalEntry& each) {
             return !spec::is_stale_operator(manager, each) &&
                    std::ranges::find(manager.journal, each.id, &impl::JournalEntry::id) ==
                        manager.journal.end();
           });
  });
}

bool ends_before_the_fence(const spec::Observation& step, const spec::History&) {
  const auto& handler = step.before.handler;
  return handler && handler->request.type() == impl::MessageType::kBootstrap &&
         handler->next < impl::OrchestratorStep::kTakeOver;
}

constexpr std::array kDifferences{
    Difference{"owner-from-request", false, true, has_no_request,
               "the judge looks at published managers, the lemma also at one that is being built"},
    Difference{"owner-monotonic", true, true, steps_back_while_built,
               "the judge looks at published managers, the lemma also at one that is being built"},
    Difference{"trigger-unique", true, true, changes_its_trigger_while_built,
               "the judge looks at published managers, the lemma also at one that is being built"},
    Difference{"trigger-unique", false, true, has_another_trigger,
               "the judge counts triggers; the lemma says whose they are"},
    Difference{"one-writer", false, true, writes_unregistered,
               "the judge looks at managers with streams, the lemma also at one that is unregistered"},
    Difference{"fence-released", true, false, stays_locked,
               "the judge looks at every step without a batch, the lemma at those that end one"},
    Difference{"atomic-takeover", true, false, ends_before_the_fence,
               "the judge looks at every Bootstrap that ends, the lemma at those that had the fence"},
    Difference{"remove-restored", true, true, restores_what_is_not_there,
               "the judge looks at stale operators, the lemma at each: it is journalled"},
};

}  // namespace

std::span<const Difference> named_differences() {
  return kDifferences;
}

void Comparison::add(const spec::Observation& step, const spec::History& later, const Verdicts& verdicts) {
  ++transitions;
  for (std::size_t p = 0; p < spec::kPropertyCount; ++p) {
    if (!judged[p]) continue;
    const std::string_view id = spec::info(static_cast<spec::Property>(p)).id;
    if (std::ranges::find(smt::properties_proved(), id, &smt::Lemma::id) == smt::properties_proved().end()) {
      continue;
    }
    compare(id, false, verdicts.judged_state[p], verdicts.state[p], step, later);
    compare(id, true, verdicts.judged_step[p], verdicts.step[p], step, later);
  }
}

void Comparison::compare(std::string_view id, bool of_step, bool judge, bool lemma,
                         const spec::Observation& step, const spec::History& later) {
  if (judge && lemma) violated.emplace(id);
  bool expected = judge;
  for (const Difference& each : kDifferences) {
    if (each.property != id || each.of_step != of_step || !each.is_one(step, later)) continue;
    if (expected != each.by_lemma) met.insert(&each);
    expected = each.by_lemma;
  }
  if (lemma == expected) return;
  const std::string difference = std::string(id) + (of_step ? " of a step" : " of a state") +
                                 (judge ? ": judged" : ": not judged") + (lemma ? ", broken" : ", kept");
  unnamed[difference].push_back(where);
}

}  // namespace takeover::tests
