// The properties of spec/properties/properties.h that are proved of one node, as formulas over the
// encoding.
#include <array>
#include <span>
#include <string_view>
#include <vector>

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

using Cases = std::vector<Term>;

Term met(const Cases& cases) {
  Term some = cases.front();
  for (const Term& each : cases) some = some || each;
  return some;
}
Cases in_each_mode(const Scene& s, Term (*formula)(const Record&, std::size_t mode)) {
  Cases cases;
  for (const Record& record : s.before.records) {
    cases.push_back(formula(record, 0));
    cases.push_back(formula(record, 1));
  }
  return cases;
}

// -------------------------------------------------------------------------------------------- ownership

Cases owner_changes(const Scene& s) {
  const Term changed =
      s[Scalar::kOwner] != after(s, Scalar::kOwner) || s[Scalar::kEpoch] != after(s, Scalar::kEpoch);
  return {is_here(s) && is_here_after(s) && changed};
}
Term owner_monotonic(const Scene& s) {
  return implies(met(owner_changes(s)),
                 s[Scalar::kEpoch] < after(s, Scalar::kEpoch) || s[Scalar::kEpoch] == 0);
}

Cases is_tracked_owners(const Scene& s) {
  return {is_here(s) && s[Scalar::kOwner] == s.before.tracked_owner &&
          s[Scalar::kEpoch] == s.before.tracked_epoch};
}
Term owner_from_request(const Scene& s) {
  return implies(met(is_tracked_owners(s)), s[Scalar::kSeen]);
}

// What a control message may change only by right.
Term same_control_state(const Scene& s) {
  Term same = s.yes();
  const auto keep = [&](const Row& row, Term before, Term after) {
    if (row.is_control) same = same && before == after;
  };
  for_each_variable<Scalar>([&](Scalar each) { keep(row(each), s[each], after(s, each)); });
  for (std::size_t i = 0; i < s.before.records.size(); ++i) {
    const Record& was = s.before.records[i];
    const Record& is = s.step->next.records[i];
    for_each_variable<Own>([&](Own each) { keep(row(each), was[each], is[each]); });
    for (std::size_t m = 0; m < 2; ++m) {
      for_each_variable<InMode>([&](InMode each) { keep(row(each), was.at(m, each), is.at(m, each)); });
    }
  }
  return same;
}

Cases control_comes(const Scene& s) {
  return {s.step->out.control && is_here(s)};
}
Term owner_fence(const Scene& s) {
  const Output& out = s.step->out;
  const Term by_owner = is_request_allowed(s.before, out.control_from, out.control_epoch);
  const Term takes_over = out.control_bootstraps && is_here_after(s) &&
                          after(s, Scalar::kOwner) == out.control_from &&
                          after(s, Scalar::kEpoch) == out.control_epoch;
  const Term closes = out.control_closes && out.control_epoch != 0 && s[Scalar::kEpoch] <= out.control_epoch;
  return implies(met(control_comes(s)), any_of({by_owner, same_control_state(s), takes_over, closes}));
}

// --------------------------------------------------------------------------------------------- triggers

Term owns_ddl_span(const Record& record, std::size_t m) {
  return record.at(m, InMode::kExists) && record.at(m, InMode::kTable) == kDdlTable;
}
Cases trigger_is_here(const Scene& s) {
  return in_each_mode(s, owns_ddl_span);
}
Term one_trigger(const Scene& s) {
  return for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    return implies(owns_ddl_span(record, m), trigger_of(scene, m) == record.id);
  });
}

Cases trigger_changes(const Scene& s) {
  const Term here = is_here(s) && is_here_after(s);
  return {here && s[Scalar::kEventTrigger] != after(s, Scalar::kEventTrigger),
          here && s[Scalar::kRedoTrigger] != after(s, Scalar::kRedoTrigger)};
}
Term trigger_changes_through_none(const Scene& s) {
  const auto through_none = [&](Scalar trigger) {
    return any_of({s[trigger] == after(s, trigger), s[trigger] == 0, after(s, trigger) == 0});
  };
  return implies(is_here(s) && is_here_after(s),
                 through_none(Scalar::kEventTrigger) && through_none(Scalar::kRedoTrigger));
}

// While a takeover is under way what was agreed before is not judged: it is answered, or undone.
Term is_agreement_judged(const Scene& s) {
  return all_of({s[Scalar::kAgreed], s[Scalar::kOwner] == s.before.tracked_owner,
                 s[Scalar::kEpoch] == s.before.tracked_epoch, !is_ensuring(s)});
}
Term agreed_in(const Scene& s, std::size_t m) {
  return s[m == 0 ? Scalar::kAgreedEvent : Scalar::kAgreedRedo];
}
Cases trigger_is_agreed(const Scene& s) {
  Cases cases;
  for (const std::size_t m : {std::size_t{0}, std::size_t{1}}) {
    cases.push_back(is_agreement_judged(s) && agreed_in(s, m) == 0);
    for (const Record& record : s.before.records) {
      cases.push_back(all_of({is_agreement_judged(s), agreed_in(s, m) == record.id, record.id != 0,
                              !record.at(m, InMode::kTriggerAsked)}));
    }
  }
  return cases;
}
Term trigger_agreed(const Scene& s) {
  Term none = s.yes();
  for (const std::size_t m : {std::size_t{0}, std::size_t{1}}) {
    none = none && implies(agreed_in(s, m) == 0, trigger_of(s, m) == 0);
  }
  const Term there = for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    const Term named = agreed_in(scene, m) == record.id && record.id != 0;
    return implies(named && !record.at(m, InMode::kTriggerAsked), trigger_of(scene, m) == record.id);
  });
  return implies(is_agreement_judged(s), none && there);
}

// --------------------------------------------------------------------------------------------- writers

Cases two_can_write(const Scene& s) {
  const Record& a = s.before.records[0];
  const Record& b = s.before.records[1];
  return {can_write(a, 0) && can_write(b, 0), can_write(a, 1) && can_write(b, 1)};
}
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

// Under the fence: answered with an error, or dropped. A silent end on a leaving node is neither.
Cases takeover_is_refused(const Scene& s) {
  const Output& out = s.step->out;
  const Term under_fence = s.pool().number(step::kTakeOver) <= s[Scalar::kStep] && handles_bootstrap(s);
  const Term ended = all_of({out.ended, under_fence, is_here(s), is_here_after(s)});
  return {ended && out.error, ended && !out.answered && !is_leaving_after(s)};
}
Term atomic_takeover(const Scene& s) {
  const auto kept = [&](Scalar now, Scalar then) { return after(s, now) == after(s, then); };
  return implies(met(takeover_is_refused(s)),
                 all_of({kept(Scalar::kOwner, Scalar::kEntryOwner), kept(Scalar::kEpoch, Scalar::kEntryEpoch),
                         kept(Scalar::kEventTrigger, Scalar::kEntryEvent),
                         kept(Scalar::kRedoTrigger, Scalar::kEntryRedo)}));
}

Cases takes_over(const Scene& s) {
  return {s.step->out.took_over};
}
Term no_dead_takeover(const Scene& s) {
  return implies(met(takes_over(s)),
                 all_of({after(s, Scalar::kManager) == manager::kPublished, !after(s, Scalar::kClosing),
                         !after(s, Scalar::kClosed), !after(s, Scalar::kWritePathClosed)}));
}

Cases admitted_request_ends(const Scene& s) {
  const Term ends = all_of({s.step->out.ended, s.step->out.admitted, !is_leaving_after(s)});
  return {ends && handles_bootstrap(s), ends && s[Scalar::kStep] == step::kPostBootstrap};
}
Term answered(const Scene& s) {
  return implies(met(admitted_request_ends(s)), s.step->out.answered);
}

Term is_stale(const Scene& s, const Record& record) {
  return record[Own::kEntry] &&
         !is_request_allowed(s.before, record[Own::kEntryFrom], record[Own::kEntryEpoch]);
}
Cases response_is_sent(const Scene& s) {
  Cases cases;
  for (const Record& record : s.before.records) {
    const Term stale = s.step->out.took_over && is_stale(s, record);
    cases.push_back(stale && !record[Own::kEntryRemoves]);
    for (const std::size_t m : {std::size_t{0}, std::size_t{1}}) {
      cases.push_back(all_of({stale, record[Own::kEntryRemoves], record.at(m, InMode::kReported)}));
      cases.push_back(s.step->out.took_over && record.at(m, InMode::kOwed));
    }
  }
  return cases;
}
Term remove_restored(const Scene& s) {
  Term all = s.yes();
  for (std::size_t i = 0; i < s.before.records.size(); ++i) {
    const Record& record = s.before.records[i];
    const Term included = s.step->out.included[i];
    const Term reported =
        ite(record[Own::kEntryRedo], record.at(1, InMode::kReported), record.at(0, InMode::kReported));
    all = all && implies(is_stale(s, record), included == (record[Own::kEntryRemoves] && reported)) &&
          implies(included, record[Own::kEntry]);
    for (std::size_t m = 0; m < 2; ++m) {
      all = all && implies(record.at(m, InMode::kOwed),
                           included && record[Own::kEntryRemoves] && in_entry_mode(record, m));
    }
  }
  return implies(s.step->out.took_over, all);
}

// ----------------------------------------------------------------------------------------------- closes

Cases is_created_after_a_close(const Scene& s) {
  return {s.step->out.created && (s[Scalar::kAcknowledged] != 0 || s[Scalar::kAcknowledgedZero])};
}
Term no_stale_recreate(const Scene& s) {
  return implies(met(is_created_after_a_close(s)), s[Scalar::kAcknowledged] < after(s, Scalar::kEpoch));
}

Cases close_is_acknowledged(const Scene& s) {
  return {all_of({s.step->out.close_answered, s.step->out.close_success, s[Scalar::kRequestEpoch] != 0})};
}
Term close_ack_sound(const Scene& s) {
  const Term epoch = s[Scalar::kRequestEpoch];
  const Term can_write =
      all_of({is_here_after(s), after(s, Scalar::kEpoch) <= epoch, !after(s, Scalar::kWritePathClosed)});
  return implies(met(close_is_acknowledged(s)), !can_write);
}

Cases is_fenced(const Scene& s) {
  return {s[Scalar::kFenced] && is_here(s)};
}
Term fenced_is_silent(const Scene& s) {
  return implies(met(is_fenced(s)), s[Scalar::kWritePathClosed] || s[Scalar::kClosed]);
}

// --------------------------------------------------------------------------------- the fence, the journal

Cases holder_ends(const Scene& s) {
  return {s.step->out.ended,
          s[Scalar::kSchedule] != schedule::kIdle && after(s, Scalar::kSchedule) == schedule::kIdle};
}
Term fence_released(const Scene& s) {
  const Cases ends = holder_ends(s);
  return implies(ends[0], after(s, Scalar::kFence) != fence::kOrchestrator) &&
         implies(ends[1], after(s, Scalar::kFence) != fence::kSchedule);
}

Cases entry_is_judged(const Scene& s) {
  Cases cases;
  for (const Record& record : s.before.records) {
    const Term judged = record[Own::kEntry] && !s[Scalar::kWritePathClosed];
    for (const std::size_t m : {std::size_t{0}, std::size_t{1}}) {
      cases.push_back(all_of({judged, in_entry_mode(record, m), record[Own::kEntryRemoves]}));
      cases.push_back(all_of({judged, in_entry_mode(record, m), !record[Own::kEntryRemoves]}));
    }
  }
  return cases;
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
          "a dispatcher with the DDL span is the trigger of its mode", one_trigger, 1, trigger_is_here},
    Lemma{"trigger-unique", Kind::kStep, Assumption::kNone, "a trigger's id changes only through none",
          trigger_changes_through_none, 1, trigger_changes},
    Lemma{
        "remove-restored", Kind::kStep, Assumption::kIdsDrawnOnce,
        "the stale operators of a response are the stale Removes of what it reports, and a reported dispatcher whose removal was requested has its Remove there",
        remove_restored, 1, response_is_sent},
    Lemma{"one-writer", Kind::kState, Assumption::kSenderKnows,
          "no two dispatchers of one mode that can write have overlapping spans", one_writer, 2,
          two_can_write},
    Lemma{
        "owner-fence", Kind::kStep, Assumption::kNone,
        "at admission only the owner changes a manager, or a takeover, or a Close of its epoch or a higher one",
        owner_fence, 1, control_comes},
    Lemma{"owner-from-request", Kind::kState, Assumption::kNone,
          "a manager's owner and epoch are those of a Bootstrap that was received", owner_from_request, 1,
          is_tracked_owners},
    Lemma{"owner-monotonic", Kind::kStep, Assumption::kNone,
          "the epoch never decreases, and an epoch above 0 never gets another owner", owner_monotonic, 1,
          owner_changes},
    Lemma{"atomic-takeover", Kind::kStep, Assumption::kNone,
          "a Bootstrap that is refused under the fence leaves owner, epoch and triggers as they were",
          atomic_takeover, 1, takeover_is_refused},
    Lemma{"trigger-agreed", Kind::kState, Assumption::kNamesOneTrigger,
          "after a takeover was answered the trigger is the one that the owner named, until a Remove of it",
          trigger_agreed, 1, trigger_is_agreed},
    Lemma{"no-dead-takeover", Kind::kStep, Assumption::kNone,
          "a Bootstrap is answered without error only by a live manager", no_dead_takeover, 1, takes_over},
    Lemma{"no-stale-recreate", Kind::kStep, Assumption::kNone,
          "no manager is created by an epoch whose Close was acknowledged", no_stale_recreate, 1,
          is_created_after_a_close},
    Lemma{"close-ack-sound", Kind::kStep, Assumption::kNone,
          "an acknowledged Close leaves no manager of its epoch or a lower one that can write",
          close_ack_sound, 1, close_is_acknowledged},
    Lemma{"answered", Kind::kStep, Assumption::kNone,
          "an admitted Bootstrap or PostBootstrap is answered on a node that is not leaving", answered, 1,
          admitted_request_ends},
    Lemma{"fenced-is-silent", Kind::kState, Assumption::kNone,
          "on a fenced node every manager's write path is closed", fenced_is_silent, 1, is_fenced, true},
    Lemma{"fence-released", Kind::kStep, Assumption::kNone, "a handler that ends leaves the fence free",
          fence_released, 1, holder_ends},
    Lemma{"journal-drains", Kind::kState, Assumption::kIdsDrawnOnce,
          "a journal entry has a live cause while the write path is open", journal_drains, 1,
          entry_is_judged},
};

}  // namespace

std::span<const Lemma> properties_proved() {
  return kClaims;
}

std::string_view meaning_of(Assumption assumption) {
  switch (assumption) {
    case Assumption::kNone: return "messages are well-formed, and else arbitrary";
    case Assumption::kIdsDrawnOnce:
      return "an id is drawn for one mode, and for a trigger or a table, and never used for another";
    case Assumption::kNamesOneTrigger:
      return "and an owner names the same triggers in every Bootstrap of its epoch";
    case Assumption::kSenderKnows:
      return "and a Create comes from an owner that was answered, does not overlap what it counts on, and has a new id; nobody sends a Merge";
  }
  impl::unreachable();
}

}  // namespace takeover::smt
