// The auxiliary invariants: what is true of every reachable state, and what the proofs of the properties need.
#include <array>

#include "spec/smt/invariants.h"

namespace takeover::smt {
namespace {

using impl::Guard;

Term step_is(const Scene& s, std::uint64_t place) {
  return s[Scalar::kStep] == place;
}

// --------------------------------------------------------------------------------- where everything stands

Term places(const Scene& s) {
  const auto at_most = [&](Scalar variable, std::uint64_t last) {
    return s[variable] <= s.pool().number(last);
  };
  return all_of({at_most(Scalar::kStep, step::kClose), at_most(Scalar::kManager, manager::kPublished),
                 at_most(Scalar::kFence, fence::kSchedule), at_most(Scalar::kSchedule, schedule::kCollecting),
                 at_most(Scalar::kCleanUp, clean_up::kReport)});
}

Term senders_are_somebody(const Scene& s) {
  return all_of({implies(s[Scalar::kBootstrapHere], s[Scalar::kBootstrapFrom] != 0),
                 implies(!step_is(s, step::kNone) && s[Scalar::kStep] <= s.pool().number(step::kReadJournalAndSend),
                         s[Scalar::kFrom] != 0),
                 implies(is_here(s), s[Scalar::kOwner] != 0)});
}

Term nothing_without_manager(const Scene& s) {
  const Term nothing =
      all_of({s[Scalar::kEventTrigger] == 0, s[Scalar::kRedoTrigger] == 0, !s[Scalar::kClosing],
              !s[Scalar::kClosed], !s[Scalar::kWritePathClosed], s[Scalar::kFence] == fence::kNobody,
              s[Scalar::kSchedule] == schedule::kIdle, s[Scalar::kCleanUp] == clean_up::kIdle, !s[Scalar::kAgreed]});
  const Term no_record = for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    static_cast<void>(scene);
    return all_of({!record[Own::kEntry], !record.at(m, InMode::kExists), !record.at(m, InMode::kInBatch),
                   !record.at(m, InMode::kToDo), !record.at(m, InMode::kTriggerAsked)});
  });
  return implies(!is_here(s), nothing && no_record);
}

Term building_is_a_handlers(const Scene& s) {
  return (s[Scalar::kManager] == manager::kInitializing) ==
         (step_is(s, step::kCreateTriggers) || step_is(s, step::kPublish));
}

Term takeover_has_a_manager(const Scene& s) {
  return implies(step_is(s, step::kTakeOver) || is_under_fence(s), s[Scalar::kManager] == manager::kPublished) &&
         implies(step_is(s, step::kRegisterInitializing), s[Scalar::kManager] == manager::kNone);
}

Term fence_has_a_holder(const Scene& s) {
  return (s[Scalar::kFence] == fence::kOrchestrator) == is_under_fence(s) &&
         (s[Scalar::kFence] == fence::kSchedule) == (s[Scalar::kSchedule] != schedule::kIdle);
}

Term built_for_the_sender(const Scene& s) {
  return implies(is_building(s) || is_not_taken_over(s),
                 s[Scalar::kOwner] == s[Scalar::kFrom] && s[Scalar::kEpoch] == request_epoch(s)) &&
         implies(is_ensuring(s), s[Scalar::kExisted]);
}

Term takeover_is_alive(const Scene& s) {
  return implies(is_building(s) || is_not_taken_over(s) || is_under_fence(s),
                 !s[Scalar::kClosing] && !s[Scalar::kClosed]);
}

Term write_path_has_a_cause(const Scene& s) {
  return implies(s[Scalar::kWritePathClosed],
                 s[Scalar::kClosing] || s[Scalar::kClosed] || s[Scalar::kFenced]) &&
         implies(s[Scalar::kClosed], s[Scalar::kWritePathClosed]) &&
         !(s[Scalar::kClosed] && s[Scalar::kClosing]);
}

Term closed_write_path_is_quiet(const Scene& s) {
  return implies(s[Scalar::kWritePathClosed] && !s[Scalar::kClosing], !s[Scalar::kRegistered]);
}

Term clean_up_at_once(const Scene& s) {
  return s[Scalar::kCleanUp] == clean_up::kIdle || s[Scalar::kCleanUp] == clean_up::kReport;
}

// ---------------------------------------------------------------------------------------------- a takeover

Term still_allowed(const Scene& s) {
  return implies(is_ensuring(s), can_update_maintainer(s.before, s.guard, s[Scalar::kFrom], request_epoch(s)));
}

Term found_again(const Scene& s) {
  const Term created = s[Scalar::kCreatedTrigger];
  return implies(is_ensuring(s),
                 all_of({s[Scalar::kOwner] == s[Scalar::kEntryOwner], s[Scalar::kEpoch] == s[Scalar::kEntryEpoch],
                         s[Scalar::kRedoTrigger] == s[Scalar::kEntryRedo],
                         implies(!created, s[Scalar::kEventTrigger] == s[Scalar::kEntryEvent]),
                         implies(created, s[Scalar::kEntryEvent] == 0 && step_is(s, step::kEnsureRedoTrigger) &&
                                              s[Scalar::kEventTrigger] != 0)}));
}

// Of the tracked owner.
Term has_pending_bootstrap(const Scene& s) {
  return s[Scalar::kBootstrapHere] && s[Scalar::kBootstrapFrom] == s.before.tracked_owner &&
         s[Scalar::kBootstrapEpoch] == s.before.tracked_epoch;
}
Term has_bootstrap_under_way(const Scene& s) {
  return !step_is(s, step::kNone) && s[Scalar::kStep] <= s.pool().number(step::kReadJournalAndSend) &&
         s[Scalar::kFrom] == s.before.tracked_owner && s[Scalar::kRequestEpoch] == s.before.tracked_epoch;
}

Term received_before_handled(const Scene& s) {
  return implies(has_pending_bootstrap(s) || has_bootstrap_under_way(s), s[Scalar::kSeen]);
}

// ----------------------------------------------------------------------------------------- what was closed

Term nothing_acknowledged(const Scene& s) {
  return s[Scalar::kAcknowledged] == 0 && !s[Scalar::kAcknowledgedZero];
}

Term acknowledged_is_buried(const Scene& s) {
  const Term buried = s[Scalar::kTombstoneHere] && s[Scalar::kAcknowledged] <= s[Scalar::kTombstone];
  const Term outlived =
      s[Scalar::kManager] == manager::kPublished && s[Scalar::kAcknowledged] < s[Scalar::kEpoch];
  return any_of({nothing_acknowledged(s), buried, outlived});
}

Term builds_a_newer_epoch(const Scene& s) {
  const Term builds = step_is(s, step::kRegisterInitializing) || is_building(s);
  return implies(builds, nothing_acknowledged(s) || s[Scalar::kAcknowledged] < request_epoch(s));
}

// ------------------------------------------------------------------------------------ dispatchers and triggers

Term ids_keep_their_kind(const Scene& s) {
  const Term kinds = for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    const Term mode = m == 1 ? record.is_redo : !record.is_redo;
    const Term drawn = mode && record.is_trigger;
    const auto names = [&](Scalar event, Scalar redo) {
      return implies(scene[m == 1 ? redo : event] == record.id && record.id != 0, drawn);
    };
    const Term ddl = record.at(m, InMode::kTable) == kDdlTable;
    return all_of({implies(record.at(m, InMode::kExists), mode && record.is_trigger == ddl),
                   implies(record.at(m, InMode::kInBatch), mode && !record.is_trigger),
                   implies(record[Own::kEntry], record[Own::kEntryRedo] == record.is_redo),
                   names(Scalar::kEventTrigger, Scalar::kRedoTrigger),
                   names(Scalar::kBootstrapEvent, Scalar::kBootstrapRedo),
                   implies(!step_is(scene, step::kPostBootstrap),
                           names(Scalar::kRequestEvent, Scalar::kRequestRedo))});
  });
  return kinds;
}

Term trigger_is_in_the_map(const Scene& s) {
  return for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    return implies(trigger_of(scene, m) == record.id && record.id != 0,
                   record.at(m, InMode::kExists) && record.at(m, InMode::kTable) == kDdlTable);
  });
}

Term removal_has_a_cause(const Scene& s) {
  return for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    const Term leaves = record.at(m, InMode::kTryRemoving) || record.at(m, InMode::kRemoving);
    return implies(record.at(m, InMode::kExists) && record.is_trigger && leaves,
                   record.at(m, InMode::kTriggerAsked) || scene[Scalar::kWritePathClosed]);
  });
}

// Before the answer, the trigger is the one that the request names, unless a Remove of it came meanwhile.
Term request_is_met(const Scene& s) {
  const Term met = step_is(s, step::kPublish) || is_not_taken_over(s) ||
                   (is_under_fence(s) && !is_ensuring(s));
  Term all = s.yes();
  for (const std::size_t m : {std::size_t{0}, std::size_t{1}}) {
    all = all && implies(met && request_of(s, m) == 0, trigger_of(s, m) == 0);
  }
  return all && implies(met, for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
                          return implies(request_of(scene, m) == record.id && record.id != 0 &&
                                             !record.at(m, InMode::kTriggerAsked),
                                         trigger_of(scene, m) == record.id);
                        }));
}

Term takeover_finds_its_trigger(const Scene& s) {
  Term all = s.yes();
  for (const std::size_t m : {std::size_t{0}, std::size_t{1}}) {
    const Term here = trigger_of(s, m);
    all = all && implies(is_ensuring(s), here == 0 || here == request_of(s, m));
  }
  const Term after_event = implies(step_is(s, step::kEnsureRedoTrigger), s[Scalar::kEventTrigger] == s[Scalar::kRequestEvent]);
  return all && after_event && implies(step_is(s, step::kEnsureEventTrigger), s[Scalar::kRequestEvent] != 0);
}

Term redo_is_named_where_enabled(const Scene& s) {
  return implies(s[Scalar::kBootstrapRedo] != 0, s[Scalar::kBootstrapRedoEnabled]) &&
         implies(s[Scalar::kRequestRedo] != 0, s[Scalar::kRequestRedoEnabled]) &&
         implies(is_building(s), s[Scalar::kRedoEnabled] == s[Scalar::kRequestRedoEnabled]) &&
         implies(step_is(s, step::kCreateTriggers), s[Scalar::kEventTrigger] == 0 && s[Scalar::kRedoTrigger] == 0);
}

Term one_name_for_a_trigger(const Scene& s) {
  const Term named = s[Scalar::kBootstrapEvent] == s.before.tracked_event &&
                     s[Scalar::kBootstrapRedo] == s.before.tracked_redo;
  const Term asked = s[Scalar::kRequestEvent] == s.before.tracked_event &&
                     s[Scalar::kRequestRedo] == s.before.tracked_redo;
  const Term agreed = s[Scalar::kAgreed] && s[Scalar::kOwner] == s.before.tracked_owner &&
                      s[Scalar::kEpoch] == s.before.tracked_epoch;
  return implies(has_pending_bootstrap(s), named) && implies(has_bootstrap_under_way(s), asked) &&
         implies(agreed, s[Scalar::kAgreedEvent] == s.before.tracked_event &&
                             s[Scalar::kAgreedRedo] == s.before.tracked_redo);
}

// --------------------------------------------------------------------------------------------- the journal

Term requested_removal_is_journalled(const Scene& s) {
  return for_all(s, [](const Scene&, const Record& record, std::size_t m) {
    const Term in_mode = m == 1 ? record[Own::kEntryRedo] : !record[Own::kEntryRedo];
    return implies(record.at(m, InMode::kAsked), record.at(m, InMode::kExists) && record[Own::kEntry] &&
                                                     record[Own::kEntryRemoves] && in_mode);
  });
}

Term owed_is_reported(const Scene& s) {
  return for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    const Term in_mode = m == 1 ? record[Own::kEntryRedo] : !record[Own::kEntryRedo];
    const Term reads = step_is(scene, step::kReadRedoSpans) || step_is(scene, step::kReadJournalAndSend);
    return implies(record.at(m, InMode::kOwed), all_of({record.at(m, InMode::kReported), record[Own::kEntry],
                                                        record[Own::kEntryRemoves], in_mode, reads}));
  });
}

Term batch_is_counted(const Scene& s) {
  const Term counted = for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    const Term left = scene[m == 1 ? Scalar::kRedoLeft : Scalar::kDefaultLeft];
    return implies(record.at(m, InMode::kToDo), record.at(m, InMode::kInBatch) && left != 0) &&
           implies(record.at(m, InMode::kInBatch), scene[Scalar::kSchedule] != schedule::kIdle);
  });
  const Term none_left = s[Scalar::kRedoLeft] == 0 && s[Scalar::kDefaultLeft] == 0;
  return counted && implies(s[Scalar::kSchedule] == schedule::kDeleteEntry, none_left || s[Scalar::kWritePathClosed]) &&
         implies(s[Scalar::kSchedule] == schedule::kIdle, none_left);
}

Term tried_create_is_here(const Scene& s) {
  return for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    const Term tried = record.at(m, InMode::kInBatch) && !record.at(m, InMode::kToDo);
    return implies(tried && record[Own::kEntry] && !scene[Scalar::kWritePathClosed],
                   record.at(m, InMode::kExists));
  });
}

constexpr std::array kAuxiliary{
    Lemma{"places", Kind::kAuxiliary, Assumption::kNone, "each handler stands at one of its steps", places},
    Lemma{"senders-are-somebody", Kind::kAuxiliary, Assumption::kNone,
          "a Bootstrap has a sender, and so a manager an owner", senders_are_somebody},
    Lemma{"nothing-without-manager", Kind::kAuxiliary, Assumption::kNone,
          "where no manager is, nothing of one is: no trigger, dispatcher, entry, fence, close", nothing_without_manager},
    Lemma{"building-is-a-handlers", Kind::kAuxiliary, Assumption::kNone,
          "a manager is being built exactly while a Bootstrap's handler builds it", building_is_a_handlers},
    Lemma{"takeover-has-a-manager", Kind::kAuxiliary, Assumption::kNone,
          "a takeover has a published manager, and building one starts from none", takeover_has_a_manager},
    Lemma{"fence-has-a-holder", Kind::kAuxiliary, Assumption::kNone,
          "the fence is held exactly while a takeover, or a batch of Creates, is under way", fence_has_a_holder},
    Lemma{"built-for-the-sender", Kind::kAuxiliary, Assumption::kNone,
          "until its first takeover a manager's owner and epoch are those of the request that builds it",
          built_for_the_sender},
    Lemma{"takeover-is-alive", Kind::kAuxiliary, Assumption::kNone,
          "a manager that is being built or taken over is not closing, and not closed", takeover_is_alive},
    Lemma{"write-path-has-a-cause", Kind::kAuxiliary, Assumption::kNone,
          "a write path is closed by a close or a local fence, and that of a closed manager is closed",
          write_path_has_a_cause},
    Lemma{"closed-write-path-is-quiet", Kind::kAuxiliary, Assumption::kNone,
          "a write path that a local fence closed has no streams any more, so that nothing is cleaned up",
          closed_write_path_is_quiet},
    Lemma{"clean-up-at-once", Kind::kAuxiliary, Assumption::kNone,
          "clean-up stands nowhere between forgetting a dispatcher, its entry and its trigger", clean_up_at_once},
    Lemma{"still-allowed", Kind::kAuxiliary, Assumption::kNone,
          "while triggers are ensured, the Bootstrap is still allowed to take over", still_allowed},
    Lemma{"found-again", Kind::kAuxiliary, Assumption::kNone,
          "while triggers are ensured, owner, epoch and triggers are what the Bootstrap found, but for the event trigger "
          "that it created",
          found_again},
    Lemma{"received-before-handled", Kind::kAuxiliary, Assumption::kNone,
          "a Bootstrap that is pending or handled was received", received_before_handled},
    Lemma{"acknowledged-is-buried", Kind::kAuxiliary, Assumption::kNone,
          "an acknowledged epoch has a tombstone, or a published manager of a higher epoch", acknowledged_is_buried},
    Lemma{"builds-a-newer-epoch", Kind::kAuxiliary, Assumption::kNone,
          "a manager is built only by an epoch above every acknowledged one", builds_a_newer_epoch},
    Lemma{"ids-keep-their-kind", Kind::kAuxiliary, Assumption::kIdsDrawnOnce,
          "an id stands for one mode, and for a trigger or a table, wherever it occurs", ids_keep_their_kind},
    Lemma{"trigger-is-in-the-map", Kind::kAuxiliary, Assumption::kIdsDrawnOnce,
          "a table trigger is a dispatcher of the map, with the DDL span", trigger_is_in_the_map},
    Lemma{"removal-has-a-cause", Kind::kAuxiliary, Assumption::kIdsDrawnOnce,
          "a trigger is being removed only since a Remove of it was admitted, or the write path closed",
          removal_has_a_cause},
    Lemma{"request-is-met", Kind::kAuxiliary, Assumption::kIdsDrawnOnce,
          "from publishing, or ensuring, on, the trigger is the one that the Bootstrap names", request_is_met},
    Lemma{"takeover-finds-its-trigger", Kind::kAuxiliary, Assumption::kIdsDrawnOnce,
          "while triggers are ensured, each is none or the one that the Bootstrap names", takeover_finds_its_trigger},
    Lemma{"redo-is-named-where-enabled", Kind::kAuxiliary, Assumption::kNone,
          "a Bootstrap that names a redo trigger enables redo, and building starts without triggers",
          redo_is_named_where_enabled},
    Lemma{"one-name-for-a-trigger", Kind::kAuxiliary, Assumption::kNamesOneTrigger,
          "a Bootstrap of the tracked owner, and what was agreed with it, names its one trigger of each mode",
          one_name_for_a_trigger},
    Lemma{"requested-removal-is-journalled", Kind::kAuxiliary, Assumption::kIdsDrawnOnce,
          "a dispatcher whose removal was requested is here, and its Remove is journalled",
          requested_removal_is_journalled},
    Lemma{"owed-is-reported", Kind::kAuxiliary, Assumption::kIdsDrawnOnce,
          "what was read into a response while its removal was requested still has its Remove in the journal",
          owed_is_reported},
    Lemma{"batch-is-counted", Kind::kAuxiliary, Assumption::kNone,
          "a Create that is still to be tried is counted, and deleting entries comes after all were tried",
          batch_is_counted},
    Lemma{"tried-create-is-here", Kind::kAuxiliary, Assumption::kIdsDrawnOnce,
          "a Create of the batch that was tried and is still journalled has its dispatcher", tried_create_is_here},
};

}  // namespace

std::span<const Lemma> auxiliary_invariants() {
  return kAuxiliary;
}

Term is_here(const Scene& s) {
  return s[Scalar::kManager] != manager::kNone;
}
Term is_building(const Scene& s) {
  return step_is(s, step::kCreateTriggers) || step_is(s, step::kPublish);
}
Term is_not_taken_over(const Scene& s) {
  return step_is(s, step::kTakeOver) && !s[Scalar::kExisted];
}
Term is_ensuring(const Scene& s) {
  return step_is(s, step::kEnsureEventTrigger) || step_is(s, step::kEnsureRedoTrigger);
}
Term is_under_fence(const Scene& s) {
  return s.pool().number(step::kEnsureEventTrigger) <= s[Scalar::kStep] &&
         s[Scalar::kStep] <= s.pool().number(step::kReadJournalAndSend);
}

Term for_all(const Scene& s, Term (*formula)(const Scene&, const Record&, std::size_t mode)) {
  Term all = s.yes();
  for (const Record& record : s.before.records) {
    for (std::size_t m = 0; m < 2; ++m) all = all && formula(s, record, m);
  }
  return all;
}

Term trigger_of(const Scene& s, std::size_t mode) {
  return s[mode == 0 ? Scalar::kEventTrigger : Scalar::kRedoTrigger];
}
Term request_of(const Scene& s, std::size_t mode) {
  return s[mode == 0 ? Scalar::kRequestEvent : Scalar::kRequestRedo];
}
Term request_epoch(const Scene& s) {
  const Term from_config = !s.guard(Guard::kRequestEpochOnly) && s[Scalar::kRequestConfigEpoch] != 0;
  return ite(from_config, s[Scalar::kRequestConfigEpoch], s[Scalar::kRequestEpoch]);
}

}  // namespace takeover::smt
