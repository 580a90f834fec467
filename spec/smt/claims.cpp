// The properties of spec/properties.cpp that are proved of one node, as formulas over the encoding.
#include <array>

#include "spec/smt/invariants.h"

namespace takeover::smt {
namespace {

Term after(const Scene& s, Scalar variable) {
  return s.step->next[variable];
}
Term is_here_after(const Scene& s) {
  return after(s, Scalar::kManager) != manager::kNone;
}
Term is_leaving_after(const Scene& s) {
  return after(s, Scalar::kFenced) || after(s, Scalar::kShutDown);
}
Term handles_bootstrap(const Scene& s) {
  return s[Scalar::kStep] != step::kNone && s[Scalar::kStep] <= s.pool().number(step::kReadJournalAndSend);
}
Term in_entry_mode(const Record& record, std::size_t m) {
  return m == 1 ? record[Own::kEntryRedo] : !record[Own::kEntryRedo];
}

// -------------------------------------------------------------------------------------------- ownership

Term owner_monotonic(const Scene& s) {
  const Term changed =
      s[Scalar::kOwner] != after(s, Scalar::kOwner) || s[Scalar::kEpoch] != after(s, Scalar::kEpoch);
  return implies(is_here(s) && is_here_after(s) && changed,
                 s[Scalar::kEpoch] < after(s, Scalar::kEpoch) || s[Scalar::kEpoch] == 0);
}

Term owner_from_request(const Scene& s) {
  return implies(is_here(s) && s[Scalar::kOwner] == s.before.tracked_owner &&
                     s[Scalar::kEpoch] == s.before.tracked_epoch,
                 s[Scalar::kSeen]);
}

// What a control message may change only by right.
Term same_control_state(const Scene& s) {
  Term same = s.yes();
  for (const Scalar variable :
       {Scalar::kManager, Scalar::kEventTrigger, Scalar::kRedoTrigger, Scalar::kSchemaStore,
        Scalar::kRedoSchemaStore, Scalar::kRedoCheckpoint, Scalar::kRedoResolved, Scalar::kRedoForwarded,
        Scalar::kClosing, Scalar::kClosed, Scalar::kActions, Scalar::kRemoveRequested, Scalar::kRedoLeft,
        Scalar::kDefaultLeft}) {
    same = same && s[variable] == after(s, variable);
  }
  for (std::size_t i = 0; i < s.before.records.size(); ++i) {
    const Record& was = s.before.records[i];
    const Record& is = s.step->next.records[i];
    for (std::size_t v = 0; v <= static_cast<std::size_t>(Own::kEntryEpoch); ++v)
      same = same && was.own[v] == is.own[v];
    for (std::size_t m = 0; m < 2; ++m) {
      for (std::size_t v = 0; v <= static_cast<std::size_t>(InMode::kMergeTarget); ++v) {
        same = same && was.mode[m][v] == is.mode[m][v];
      }
    }
  }
  return same;
}

Term owner_fence(const Scene& s) {
  const Output& out = s.step->out;
  const Term by_owner = is_request_allowed(s.before, out.control_from, out.control_epoch);
  const Term takes_over = out.control_bootstraps && is_here_after(s) &&
                          after(s, Scalar::kOwner) == out.control_from &&
                          after(s, Scalar::kEpoch) == out.control_epoch;
  const Term closes = out.control_closes && out.control_epoch != 0 && s[Scalar::kEpoch] <= out.control_epoch;
  return implies(out.control && is_here(s), any_of({by_owner, same_control_state(s), takes_over, closes}));
}

// --------------------------------------------------------------------------------------------- triggers

Term one_trigger(const Scene& s) {
  return for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    return implies(record.at(m, InMode::kExists) && record.at(m, InMode::kTable) == kDdlTable,
                   trigger_of(scene, m) == record.id);
  });
}

Term only_a_trigger_is_registered(const Scene& s) {
  return implies(s[Scalar::kTriggerRegistered], s[Scalar::kEventTrigger] != 0) &&
         implies(s[Scalar::kRedoTriggerRegistered], s[Scalar::kRedoTrigger] != 0);
}

Term trigger_changes_through_none(const Scene& s) {
  const auto through_none = [&](Scalar trigger) {
    return any_of({s[trigger] == after(s, trigger), s[trigger] == 0, after(s, trigger) == 0});
  };
  return implies(is_here(s) && is_here_after(s),
                 through_none(Scalar::kEventTrigger) && through_none(Scalar::kRedoTrigger));
}

// While a takeover is under way what was agreed before is not judged: it is answered, or undone.
Term trigger_agreed(const Scene& s) {
  const Term judged = all_of({s[Scalar::kAgreed], s[Scalar::kOwner] == s.before.tracked_owner,
                              s[Scalar::kEpoch] == s.before.tracked_epoch, !is_ensuring(s)});
  const auto agreed = [](const Scene& scene, std::size_t m) {
    return scene[m == 0 ? Scalar::kAgreedEvent : Scalar::kAgreedRedo];
  };
  Term none = s.yes();
  for (const std::size_t m : {std::size_t{0}, std::size_t{1}}) {
    none = none && implies(agreed(s, m) == 0, trigger_of(s, m) == 0);
  }
  const Term there = for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    const Term named = scene[m == 0 ? Scalar::kAgreedEvent : Scalar::kAgreedRedo];
    return implies(named == record.id && record.id != 0 && !record.at(m, InMode::kTriggerAsked),
                   trigger_of(scene, m) == record.id);
  });
  return implies(judged, none && there);
}

// --------------------------------------------------------------------------------------------- writers

Term one_writer(const Scene& s) {
  const Record& a = s.before.records[0];
  const Record& b = s.before.records[1];
  Term all = s.yes();
  for (std::size_t m = 0; m < 2; ++m) {
    all = all && implies(can_write(a, m) && can_write(b, m),
                         !overlaps(a.at(m, InMode::kTable), a.at(m, InMode::kBegin), a.at(m, InMode::kEnd),
                                   b.at(m, InMode::kTable), b.at(m, InMode::kBegin), b.at(m, InMode::kEnd)));
  }
  return all;
}

// --------------------------------------------------------------------------------------------- takeovers

// Refused under the fence: dropped, or answered with an error. A silent end on a leaving node is neither.
Term atomic_takeover(const Scene& s) {
  const Output& out = s.step->out;
  const Term under_fence = s.pool().number(step::kTakeOver) <= s[Scalar::kStep] && handles_bootstrap(s);
  const Term refused = out.error || (!out.answered && !is_leaving_after(s));
  const auto kept = [&](Scalar now, Scalar then) { return after(s, now) == after(s, then); };
  return implies(all_of({out.ended, under_fence, is_here(s), is_here_after(s), refused}),
                 all_of({kept(Scalar::kOwner, Scalar::kEntryOwner), kept(Scalar::kEpoch, Scalar::kEntryEpoch),
                         kept(Scalar::kEventTrigger, Scalar::kEntryEvent),
                         kept(Scalar::kRedoTrigger, Scalar::kEntryRedo)}));
}

Term no_dead_takeover(const Scene& s) {
  return implies(s.step->out.took_over,
                 all_of({after(s, Scalar::kManager) == manager::kPublished, !after(s, Scalar::kClosing),
                         !after(s, Scalar::kClosed), !after(s, Scalar::kWritePathClosed)}));
}

Term answered(const Scene& s) {
  const Term type = handles_bootstrap(s) || s[Scalar::kStep] == step::kPostBootstrap;
  return implies(all_of({s.step->out.ended, type, s.step->out.admitted, !is_leaving_after(s)}),
                 s.step->out.answered);
}

Term remove_restored(const Scene& s) {
  Term all = s.yes();
  for (std::size_t i = 0; i < s.before.records.size(); ++i) {
    const Record& record = s.before.records[i];
    const Term included = s.step->out.included[i];
    const Term stale = !is_request_allowed(s.before, record[Own::kEntryFrom], record[Own::kEntryEpoch]);
    const Term reported =
        ite(record[Own::kEntryRedo], record.at(1, InMode::kReported), record.at(0, InMode::kReported));
    all = all &&
          implies(record[Own::kEntry] && stale, included == (record[Own::kEntryRemoves] && reported)) &&
          implies(included, record[Own::kEntry]);
    for (std::size_t m = 0; m < 2; ++m) {
      all = all && implies(record.at(m, InMode::kOwed),
                           included && record[Own::kEntryRemoves] && in_entry_mode(record, m));
    }
  }
  return implies(s.step->out.took_over, all);
}

// ----------------------------------------------------------------------------------------------- closes

Term no_stale_recreate(const Scene& s) {
  const Term acknowledged = s[Scalar::kAcknowledged] != 0 || s[Scalar::kAcknowledgedZero];
  return implies(s.step->out.created && acknowledged, s[Scalar::kAcknowledged] < after(s, Scalar::kEpoch));
}

Term close_ack_sound(const Scene& s) {
  const Term epoch = s[Scalar::kRequestEpoch];
  const Term can_write =
      all_of({is_here_after(s), after(s, Scalar::kEpoch) <= epoch, !after(s, Scalar::kWritePathClosed)});
  return implies(all_of({s.step->out.close_answered, s.step->out.close_success, epoch != 0}), !can_write);
}

Term fenced_is_silent(const Scene& s) {
  return implies(s[Scalar::kFenced] && is_here(s), s[Scalar::kWritePathClosed] || s[Scalar::kClosed]);
}

// --------------------------------------------------------------------------------- the fence, the journal

Term fence_released(const Scene& s) {
  const Term batch_ended =
      s[Scalar::kSchedule] != schedule::kIdle && after(s, Scalar::kSchedule) == schedule::kIdle;
  return implies(s.step->out.ended, after(s, Scalar::kFence) != fence::kOrchestrator) &&
         implies(batch_ended, after(s, Scalar::kFence) != fence::kSchedule);
}

Term journal_drains(const Scene& s) {
  Term all = s.yes();
  for (const Record& record : s.before.records) {
    const Term cleaned = s[Scalar::kCleanUp] != clean_up::kIdle && s[Scalar::kCleanUpId] == record.id;
    const Term created = record.at(0, InMode::kInBatch) || record.at(1, InMode::kInBatch);
    const auto removed = [&](std::size_t m) {
      return record.at(m, InMode::kExists) && record.at(m, InMode::kTryRemoving);
    };
    const Term cause = cleaned || ite(record[Own::kEntryRemoves],
                                      ite(record[Own::kEntryRedo], removed(1), removed(0)), created);
    all = all && implies(record[Own::kEntry] && !s[Scalar::kWritePathClosed], cause);
  }
  return all;
}

constexpr std::array kClaims{
    Lemma{"trigger-unique", Kind::kState, Assumption::kNone,
          "a dispatcher with the DDL span is the trigger of its mode", one_trigger},
    Lemma{"trigger-unique", Kind::kState, Assumption::kNone,
          "what is registered with the event collector is a trigger that is here",
          only_a_trigger_is_registered},
    Lemma{"trigger-unique", Kind::kStep, Assumption::kNone, "a trigger's id changes only through none",
          trigger_changes_through_none},
    Lemma{"remove-restored", Kind::kStep, Assumption::kIdsDrawnOnce,
          "the stale operators of a response are the stale Removes of what it reports, and a reported "
          "dispatcher "
          "whose removal was requested has its Remove there",
          remove_restored},
    Lemma{"one-writer", Kind::kState, Assumption::kSenderKnows,
          "no two dispatchers of one mode that can write have overlapping spans", one_writer, 2},
    Lemma{"owner-fence", Kind::kStep, Assumption::kNone,
          "at admission only the owner changes a manager, or a takeover, or a Close of its epoch or a higher "
          "one",
          owner_fence},
    Lemma{"owner-from-request", Kind::kState, Assumption::kNone,
          "a manager's owner and epoch are those of a Bootstrap that was received", owner_from_request},
    Lemma{"owner-monotonic", Kind::kStep, Assumption::kNone,
          "the epoch never decreases, and an epoch above 0 never gets another owner", owner_monotonic},
    Lemma{"atomic-takeover", Kind::kStep, Assumption::kNone,
          "a Bootstrap that is refused under the fence leaves owner, epoch and triggers as they were",
          atomic_takeover},
    Lemma{"trigger-agreed", Kind::kState, Assumption::kNamesOneTrigger,
          "after a takeover was answered the trigger is the one that the owner named, until a Remove of it",
          trigger_agreed},
    Lemma{"no-dead-takeover", Kind::kStep, Assumption::kNone,
          "a Bootstrap is answered without error only by a live manager", no_dead_takeover},
    Lemma{"no-stale-recreate", Kind::kStep, Assumption::kNone,
          "no manager is created by an epoch whose Close was acknowledged", no_stale_recreate},
    Lemma{"close-ack-sound", Kind::kStep, Assumption::kNone,
          "an acknowledged Close leaves no manager of its epoch or a lower one that can write",
          close_ack_sound},
    Lemma{"answered", Kind::kStep, Assumption::kNone,
          "an admitted Bootstrap or PostBootstrap is answered on a node that is not leaving", answered},
    Lemma{"fenced-is-silent", Kind::kState, Assumption::kNone,
          "on a fenced node every manager's write path is closed", fenced_is_silent},
    Lemma{"fence-released", Kind::kStep, Assumption::kNone, "a handler that ends leaves the fence free",
          fence_released},
    Lemma{"journal-drains", Kind::kState, Assumption::kIdsDrawnOnce,
          "a journal entry has a live cause while the write path is open", journal_drains},
};

}  // namespace

std::span<const Lemma> properties_proved() {
  return kClaims;
}

std::string_view name_of(Assumption assumption) {
  switch (assumption) {
    case Assumption::kIdsDrawnOnce:
      return "ids-drawn-once";
    case Assumption::kNamesOneTrigger:
      return "names-one-trigger";
    case Assumption::kSenderKnows:
      return "sender-knows";
    default:
      return "";
  }
}

std::string_view meaning_of(Assumption assumption) {
  switch (assumption) {
    case Assumption::kIdsDrawnOnce:
      return "an id is drawn for one mode, and for a trigger or a table, and never used for another";
    case Assumption::kNamesOneTrigger:
      return "and an owner names the same triggers in every Bootstrap of its epoch";
    case Assumption::kSenderKnows:
      return "and a Create comes from an owner that was answered, does not overlap what it counts on, and "
             "has a new id; "
             "nobody sends a Merge";
    default:
      return "messages are well-formed, and else arbitrary";
  }
}

}  // namespace takeover::smt
