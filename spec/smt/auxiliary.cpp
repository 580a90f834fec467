// The auxiliary invariants: what is true of every reachable state, and what the proofs of the properties
// need.
#include "spec/smt/auxiliary.h"

#include <array>
#include <span>
#include <vector>

namespace takeover::smt {
namespace {

using impl::Guard;

// --------------------------------------------------------------------------------- where everything stands

Term places(const Scene& s) {
  const auto at_most = [&](Scalar variable, std::uint64_t last) {
    return s[variable] <= s.pool().number(last);
  };
  return at_most(Scalar::kManager, manager::kPublished) && at_most(Scalar::kCleanUp, clean_up::kReport);
}

Term senders_are_somebody(const Scene& s) {
  return all_of(
      {implies(s[Scalar::kBootstrapHere], s[Scalar::kBootstrapFrom] != 0),
       implies(!at_step(s, step::kNone) && s[Scalar::kStep] <= s.pool().number(step::kReadJournalAndSend),
               s[Scalar::kFrom] != 0),
       implies(is_here(s), s[Scalar::kOwner] != 0)});
}

Term nothing_without_manager(const Scene& s) {
  return implies(!is_here(s),
                 all_of({s[Scalar::kEventTrigger] == 0, s[Scalar::kRedoTrigger] == 0, !s[Scalar::kClosed],
                         s[Scalar::kSchedule] == schedule::kIdle, !s[Scalar::kAgreed]}));
}

Term building_is_a_handlers(const Scene& s) {
  return (s[Scalar::kManager] == manager::kInitializing) ==
         (at_step(s, step::kCreateTriggers) || at_step(s, step::kPublish));
}

Term takeover_has_a_manager(const Scene& s) {
  return implies(at_step(s, step::kTakeOver) || is_under_fence(s),
                 s[Scalar::kManager] == manager::kPublished) &&
         implies(at_step(s, step::kRegisterInitializing), s[Scalar::kManager] == manager::kNone);
}

Term fence_has_a_holder(const Scene& s) {
  return (s[Scalar::kFence] == fence::kOrchestrator) == is_under_fence(s) &&
         (s[Scalar::kFence] == fence::kSchedule) == (s[Scalar::kSchedule] != schedule::kIdle);
}

Term owner_is_the_sender(const Scene& s) {
  const Term took_over = is_under_fence(s) && !is_ensuring(s);
  return implies(is_building(s) || took_over,
                 s[Scalar::kOwner] == s[Scalar::kFrom] && s[Scalar::kEpoch] == request_epoch(s));
}

Term takeover_is_alive(const Scene& s) {
  return implies(is_under_fence(s), (s[Scalar::kWritePathClosed] && s[Scalar::kFenced]) ||
                                        (!s[Scalar::kClosing] && !s[Scalar::kClosed]));
}

Term write_path_has_a_cause(const Scene& s) {
  return implies(s[Scalar::kWritePathClosed],
                 s[Scalar::kClosing] || s[Scalar::kClosed] || s[Scalar::kFenced]);
}

Term closed_write_path_is_quiet(const Scene& s) {
  return implies(s[Scalar::kWritePathClosed] && !s[Scalar::kClosing], !s[Scalar::kRegistered]);
}

Term clean_up_at_once(const Scene& s) {
  return s[Scalar::kCleanUp] == clean_up::kIdle || s[Scalar::kCleanUp] == clean_up::kReport;
}

// ---------------------------------------------------------------------------------------------- a takeover

Term still_allowed(const Scene& s) {
  return implies(is_ensuring(s),
                 can_update_maintainer(s.before, s.guard, s[Scalar::kFrom], request_epoch(s)));
}

Term found_again(const Scene& s) {
  const Term created = s[Scalar::kCreatedTrigger];
  return implies(
             is_ensuring(s),
             all_of({s[Scalar::kOwner] == s[Scalar::kEntryOwner], s[Scalar::kEpoch] == s[Scalar::kEntryEpoch],
                     s[Scalar::kRedoTrigger] == s[Scalar::kEntryRedo],
                     implies(!created, s[Scalar::kEventTrigger] == s[Scalar::kEntryEvent]),
                     implies(created, s[Scalar::kEntryEvent] == 0)})) &&
         implies(created, at_step(s, step::kEnsureRedoTrigger));
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
  // A shutdown that deletes the manager leaves no tombstone, and nothing that could build another one.
  const Term over = all_of({s[Scalar::kShutDown], !is_here(s), at_step(s, step::kNone),
                            !s[Scalar::kBootstrapHere], !s[Scalar::kPostHere], !s[Scalar::kCloseHere]});
  return any_of({nothing_acknowledged(s), buried, outlived, over});
}

Term builds_a_newer_epoch(const Scene& s) {
  const Term builds = at_step(s, step::kRegisterInitializing) || is_building(s);
  return implies(builds, nothing_acknowledged(s) || s[Scalar::kAcknowledged] < request_epoch(s));
}

constexpr std::array kAuxiliary{
    Lemma{"places", Kind::kAuxiliary, Assumption::kNone, "a manager, and clean-up, is at one of its places",
          places},
    Lemma{"senders-are-somebody", Kind::kAuxiliary, Assumption::kNone,
          "a Bootstrap has a sender, and so a manager an owner", senders_are_somebody},
    Lemma{"nothing-without-manager", Kind::kAuxiliary, Assumption::kNone,
          "where no manager is, nothing of one is: no trigger, no batch, no end of its close, no agreement",
          nothing_without_manager},
    Lemma{"building-is-a-handlers", Kind::kAuxiliary, Assumption::kNone,
          "a manager is being built exactly while a Bootstrap's handler builds it", building_is_a_handlers},
    Lemma{"takeover-has-a-manager", Kind::kAuxiliary, Assumption::kNone,
          "a takeover has a published manager, and building one starts from none", takeover_has_a_manager},
    Lemma{"fence-has-a-holder", Kind::kAuxiliary, Assumption::kNone,
          "the fence is held exactly while a takeover, or a batch of Creates, is under way",
          fence_has_a_holder},
    Lemma{"owner-is-the-sender", Kind::kAuxiliary, Assumption::kNone,
          "a manager that is being built, or was taken over and not answered yet, is the request's sender's",
          owner_is_the_sender},
    Lemma{"takeover-is-alive", Kind::kAuxiliary, Assumption::kNone,
          "a manager that is taken over is closing, or closed, only by a local fence", takeover_is_alive},
    Lemma{"write-path-has-a-cause", Kind::kAuxiliary, Assumption::kNone,
          "a write path is closed by a close or a local fence", write_path_has_a_cause},
    Lemma{"closed-write-path-is-quiet", Kind::kAuxiliary, Assumption::kNone,
          "a write path that a local fence closed has no streams any more, so that nothing is cleaned up",
          closed_write_path_is_quiet},
    Lemma{"clean-up-at-once", Kind::kAuxiliary, Assumption::kNone,
          "clean-up stands nowhere between forgetting a dispatcher, its entry and its trigger",
          clean_up_at_once},
    Lemma{"still-allowed", Kind::kAuxiliary, Assumption::kNone,
          "while triggers are ensured, the Bootstrap is still allowed to take over", still_allowed},
    Lemma{
        "found-again", Kind::kAuxiliary, Assumption::kNone,
        "while triggers are ensured, owner, epoch and triggers are what the Bootstrap found, but for the event trigger that it created",
        found_again},
    Lemma{"received-before-handled", Kind::kAuxiliary, Assumption::kNone,
          "a Bootstrap that is pending or handled was received", received_before_handled},
    Lemma{
        "acknowledged-is-buried", Kind::kAuxiliary, Assumption::kNone,
        "an acknowledged epoch has a tombstone, or a published manager of a higher epoch, or the node has shut down",
        acknowledged_is_buried},
    Lemma{"builds-a-newer-epoch", Kind::kAuxiliary, Assumption::kNone,
          "a manager is built only by an epoch above every acknowledged one", builds_a_newer_epoch},
    Lemma{"batch-names-tables", Kind::kAuxiliary, Assumption::kNone,
          "no Create of the batch names the DDL span", batch_names_tables},
    Lemma{
        "ids-keep-their-kind", Kind::kAuxiliary, Assumption::kIdsDrawnOnce,
        "an id stands for one mode, and for a trigger or a table, wherever there is or will be a dispatcher",
        ids_keep_their_kind},
    Lemma{"removal-has-a-cause", Kind::kAuxiliary, Assumption::kIdsDrawnOnce,
          "a trigger is being removed only since a Remove of it was admitted, or the write path closed",
          removal_has_a_cause},
    Lemma{"request-is-met", Kind::kAuxiliary, Assumption::kIdsDrawnOnce,
          "from publishing, or ensuring, on, the trigger is the one that the Bootstrap names",
          request_is_met},
    Lemma{"takeover-finds-its-trigger", Kind::kAuxiliary, Assumption::kIdsDrawnOnce,
          "while triggers are ensured, each is none or the one that the Bootstrap names",
          takeover_finds_its_trigger},
    Lemma{
        "redo-is-named-where-enabled", Kind::kAuxiliary, Assumption::kNone,
        "a Bootstrap that names a redo trigger enables redo, and one that ensures it finds a manager with redo; building starts without triggers",
        redo_is_named_where_enabled},
    Lemma{"one-name-for-a-trigger", Kind::kAuxiliary, Assumption::kNamesOneTrigger,
          "a Bootstrap of the tracked owner, and what was agreed with it, names its one trigger of each mode",
          one_name_for_a_trigger},
    Lemma{"agreed-with-what-was-found", Kind::kAuxiliary, Assumption::kNamesOneTrigger,
          "while triggers are ensured, what was agreed before is what the Bootstrap found",
          agreed_with_what_was_found},
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
          "a Create of the batch that was tried and is still journalled has its dispatcher",
          tried_create_is_here},
    Lemma{
        "entry-has-a-cause", Kind::kAuxiliary, Assumption::kIdsDrawnOnce,
        "a journalled Create is in the batch, and a journalled Remove has its dispatcher, while the write path is open",
        entry_has_a_cause},
    Lemma{"new-trigger-is-not-journalled", Kind::kAuxiliary, Assumption::kIdsDrawnOnce,
          "a trigger that the Bootstrap under way created has no journal entry",
          new_trigger_is_not_journalled},
    Lemma{"batch-is-new", Kind::kAuxiliary, Assumption::kIdsDrawnOnce,
          "what is still to be created is not here", batch_is_new},
    Lemma{"stopped-is-gone", Kind::kAuxiliary, Assumption::kSenderKnows,
          "a dispatcher whose Stopped is on its way is gone, and its id used up", stopped_is_gone},
    Lemma{"redo-tables-have-streams", Kind::kAuxiliary, Assumption::kSenderKnows,
          "a redo dispatcher of a table is here only when redo is ready", redo_tables_have_streams},
    Lemma{"response-reports-writers", Kind::kAuxiliary, Assumption::kSenderKnows,
          "once spans were read into a response, every table's dispatcher that can write is among them",
          response_reports_writers},
    Lemma{
        "owner-counts-on-writers", Kind::kAuxiliary, Assumption::kSenderKnows,
        "an owner that was answered counts on every table's dispatcher that can write, and on its own Creates",
        owner_counts_on_writers},
    Lemma{"batch-is-apart", Kind::kAuxiliary, Assumption::kSenderKnows,
          "what is still to be created overlaps nothing that can write or is to be created", batch_is_apart,
          2},
};

}  // namespace

std::span<const Lemma> auxiliary_invariants() {
  return kAuxiliary;
}

std::vector<Lemma> all_lemmas() {
  std::vector<Lemma> all(kAuxiliary.begin(), kAuxiliary.end());
  all.insert(all.end(), properties_proved().begin(), properties_proved().end());
  return all;
}

Term has_pending_bootstrap(const Scene& s) {
  return s[Scalar::kBootstrapHere] && s[Scalar::kBootstrapFrom] == s.before.tracked_owner &&
         s[Scalar::kBootstrapEpoch] == s.before.tracked_epoch;
}
Term has_bootstrap_under_way(const Scene& s) {
  return !at_step(s, step::kNone) && s[Scalar::kStep] <= s.pool().number(step::kReadJournalAndSend) &&
         s[Scalar::kFrom] == s.before.tracked_owner && s[Scalar::kRequestEpoch] == s.before.tracked_epoch;
}

Term at_step(const Scene& s, std::uint64_t place) {
  return s[Scalar::kStep] == place;
}
Term is_here(const Scene& s) {
  return s[Scalar::kManager] != manager::kNone;
}
Term is_building(const Scene& s) {
  return at_step(s, step::kCreateTriggers) || at_step(s, step::kPublish);
}
Term is_not_taken_over(const Scene& s) {
  return at_step(s, step::kTakeOver) && !s[Scalar::kExisted];
}
Term is_ensuring(const Scene& s) {
  return at_step(s, step::kEnsureEventTrigger) || at_step(s, step::kEnsureRedoTrigger);
}
Term is_under_fence(const Scene& s) {
  return s.pool().number(step::kEnsureEventTrigger) <= s[Scalar::kStep] &&
         s[Scalar::kStep] <= s.pool().number(step::kReadJournalAndSend);
}

Term can_write(const Record& record, std::size_t mode) {
  const Term status = record.at(mode, InMode::kStatus);
  return all_of({record.at(mode, InMode::kExists), !record.at(mode, InMode::kRemoving),
                 status == status::kWorking || status == status::kWaitingMerge});
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
