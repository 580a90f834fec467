// The auxiliary invariants about dispatchers: triggers, the journal, the batch of Creates, and what an owner
// counts on.
#include "spec/smt/auxiliary.h"

namespace takeover::smt {

// ------------------------------------------------------------------------------------ dispatchers and
// triggers

Term batch_names_tables(const Scene& s) {
  return for_all(s, [](const Scene&, const Record& record, std::size_t m) {
    return implies(record.at(m, InMode::kInBatch), record.at(m, InMode::kBatchTable) != kDdlTable);
  });
}

Term ids_keep_their_kind(const Scene& s) {
  const Term kinds = for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    const Term mode = m == 1 ? record.is_redo : !record.is_redo;
    const Term drawn = mode && record.is_trigger;
    const auto names = [&](Scalar event, Scalar redo) {
      return implies(scene[m == 1 ? redo : event] == record.id && record.id != 0, drawn);
    };
    const Term ddl = record.at(m, InMode::kTable) == kDdlTable;
    return all_of(
        {implies(record.at(m, InMode::kExists), mode && record.is_trigger == ddl),
         implies(record.at(m, InMode::kInBatch), mode && !record.is_trigger),
         names(Scalar::kEventTrigger, Scalar::kRedoTrigger),
         names(Scalar::kBootstrapEvent, Scalar::kBootstrapRedo),
         implies(!at_step(scene, step::kPostBootstrap), names(Scalar::kRequestEvent, Scalar::kRequestRedo))});
  });
  return kinds;
}

Term removal_has_a_cause(const Scene& s) {
  return for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    return implies(record.at(m, InMode::kExists) && record.is_trigger && record.is_going(m),
                   record.at(m, InMode::kTriggerAsked) || scene[Scalar::kWritePathClosed]);
  });
}

// Before the answer, the trigger is the one that the request names, unless a Remove of it came meanwhile.
Term request_is_met(const Scene& s) {
  const Term met =
      at_step(s, step::kPublish) || is_not_taken_over(s) || (is_under_fence(s) && !is_ensuring(s));
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
  const Term after_event =
      implies(at_step(s, step::kEnsureRedoTrigger), s[Scalar::kEventTrigger] == s[Scalar::kRequestEvent]);
  return all && after_event;
}

Term redo_is_named_where_enabled(const Scene& s) {
  return implies(s[Scalar::kBootstrapRedo] != 0, s[Scalar::kBootstrapRedoEnabled]) &&
         implies(s[Scalar::kRequestRedo] != 0, s[Scalar::kRequestRedoEnabled]) &&
         implies(s.guard(impl::Guard::kNilChecked) && is_ensuring(s) && s[Scalar::kRequestRedo] != 0,
                 s[Scalar::kRedoEnabled]) &&
         implies(at_step(s, step::kCreateTriggers),
                 all_of({s[Scalar::kRedoEnabled] == s[Scalar::kRequestRedoEnabled],
                         s[Scalar::kEventTrigger] == 0, s[Scalar::kRedoTrigger] == 0}));
}

Term one_name_for_a_trigger(const Scene& s) {
  const Term named = s[Scalar::kBootstrapEvent] == s.before.tracked_event &&
                     s[Scalar::kBootstrapRedo] == s.before.tracked_redo;
  const Term asked =
      s[Scalar::kRequestEvent] == s.before.tracked_event && s[Scalar::kRequestRedo] == s.before.tracked_redo;
  const Term agreed = s[Scalar::kAgreed] && s[Scalar::kOwner] == s.before.tracked_owner &&
                      s[Scalar::kEpoch] == s.before.tracked_epoch;
  return implies(has_pending_bootstrap(s), named) && implies(has_bootstrap_under_way(s), asked) &&
         implies(agreed, s[Scalar::kAgreedEvent] == s.before.tracked_event &&
                             s[Scalar::kAgreedRedo] == s.before.tracked_redo);
}

Term agreed_with_what_was_found(const Scene& s) {
  const Term judged = all_of({is_ensuring(s), s[Scalar::kAgreed], s[Scalar::kOwner] == s.before.tracked_owner,
                              s[Scalar::kEpoch] == s.before.tracked_epoch});
  Term none = s.yes();
  for (const std::size_t m : {std::size_t{0}, std::size_t{1}}) {
    const Term agreed = s[m == 0 ? Scalar::kAgreedEvent : Scalar::kAgreedRedo];
    none = none && implies(agreed == 0, s[m == 0 ? Scalar::kEntryEvent : Scalar::kEntryRedo] == 0);
  }
  const Term there = for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    const Term agreed = scene[m == 0 ? Scalar::kAgreedEvent : Scalar::kAgreedRedo];
    return implies(agreed == record.id && !record.at(m, InMode::kTriggerAsked),
                   scene[m == 0 ? Scalar::kEntryEvent : Scalar::kEntryRedo] == record.id);
  });
  return implies(judged, none && there);
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
    const Term reads = at_step(scene, step::kReadRedoSpans) || at_step(scene, step::kReadJournalAndSend);
    return implies(record.at(m, InMode::kOwed), all_of({record.at(m, InMode::kReported), record[Own::kEntry],
                                                        record[Own::kEntryRemoves], in_mode, reads}));
  });
}

Term batch_is_counted(const Scene& s) {
  const Term counted = for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    const Term left = scene[m == 1 ? Scalar::kRedoLeft : Scalar::kDefaultLeft];
    return implies(record.at(m, InMode::kToDo), record.at(m, InMode::kInBatch) && left != 0) &&
           implies(record.at(m, InMode::kInBatch),
                   scene[Scalar::kSchedule] != schedule::kIdle &&
                       (record.at(m, InMode::kToDo) || scene[Scalar::kSchedule] != schedule::kCollecting));
  });
  const Term none_left = s[Scalar::kRedoLeft] == 0 && s[Scalar::kDefaultLeft] == 0;
  return counted &&
         implies(s[Scalar::kSchedule] == schedule::kDeleteEntry, none_left || s[Scalar::kWritePathClosed]);
}

Term tried_create_is_here(const Scene& s) {
  return for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    const Term tried = record.at(m, InMode::kInBatch) && !record.at(m, InMode::kToDo);
    return implies(tried && record[Own::kEntry] && !scene[Scalar::kWritePathClosed],
                   record.at(m, InMode::kExists));
  });
}

Term entry_has_a_cause(const Scene& s) {
  Term all = s.yes();
  for (const Record& record : s.before.records) {
    const auto removed = [&](std::size_t m) {
      return record.at(m, InMode::kExists) && record.at(m, InMode::kTryRemoving);
    };
    const Term created = record.at(0, InMode::kInBatch) || record.at(1, InMode::kInBatch);
    const Term cause =
        ite(record[Own::kEntryRemoves], ite(record[Own::kEntryRedo], removed(1), removed(0)), created);
    all = all && implies(record[Own::kEntry] && !s[Scalar::kWritePathClosed], cause);
  }
  return all;
}

Term new_trigger_is_not_journalled(const Scene& s) {
  Term all = s.yes();
  for (const Record& record : s.before.records) {
    const Term is_new = s[Scalar::kCreatedTrigger] && s[Scalar::kEventTrigger] == record.id;
    all = all && implies(is_new && !s[Scalar::kWritePathClosed], !record[Own::kEntry]);
  }
  return all;
}

Term batch_is_new(const Scene& s) {
  return for_all(s, [](const Scene&, const Record& record, std::size_t m) {
    return implies(record.at(m, InMode::kToDo), !record.at(m, InMode::kExists));
  });
}

// ------------------------------------------------------------------------------------- writers and the owner

Term is_table_writer(const Record& record, std::size_t m) {
  return can_write(record, m) && record.at(m, InMode::kTable) != kDdlTable;
}

Term stopped_is_gone(const Scene& s) {
  return for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    const Term in_mode = m == 1 ? scene[Scalar::kCleanUpRedo] : !scene[Scalar::kCleanUpRedo];
    const Term cleaned =
        scene[Scalar::kCleanUp] != clean_up::kIdle && scene[Scalar::kCleanUpId] == record.id && in_mode;
    const Term gone = all_of(
        {record.at(m, InMode::kUsed), !record.at(m, InMode::kExists), !record.at(m, InMode::kInBatch)});
    return implies(!record.is_trigger && (record.at(m, InMode::kStopped) || cleaned), gone);
  });
}

Term redo_tables_have_streams(const Scene& s) {
  Term all = s.yes();
  for (const Record& record : s.before.records) {
    const Term table = record.at(1, InMode::kExists) && record.at(1, InMode::kTable) != kDdlTable;
    all = all && implies(table || record.at(1, InMode::kToDo), s[Scalar::kRedoReady]);
  }
  return all;
}

Term response_reports_writers(const Scene& s) {
  return for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    const Term read = at_step(scene, step::kReadJournalAndSend) ||
                      (m == 0 ? at_step(scene, step::kReadRedoSpans) : scene.pool().truth(false));
    return implies(read && is_table_writer(record, m), record.at(m, InMode::kReported));
  });
}

Term owner_counts_on_writers(const Scene& s) {
  return for_all(s, [](const Scene& scene, const Record& record, std::size_t m) {
    return implies(scene[Scalar::kAgreed] && (is_table_writer(record, m) || record.at(m, InMode::kToDo)),
                   record.at(m, InMode::kKnown));
  });
}

Term batch_is_apart(const Scene& s) {
  Term all = s.yes();
  for (const Record& a : s.before.records) {
    for (const Record& b : s.before.records) {
      if (&a == &b) continue;
      for (std::size_t m = 0; m < 2; ++m) {
        const auto over = [&](InMode table, InMode begin, InMode end) {
          return overlaps(a.at(m, InMode::kBatchTable), a.at(m, InMode::kBatchBegin),
                          a.at(m, InMode::kBatchEnd), b.at(m, table), b.at(m, begin), b.at(m, end));
        };
        const Term to_do = a.at(m, InMode::kToDo);
        all = all && implies(to_do && can_write(b, m), !over(InMode::kTable, InMode::kBegin, InMode::kEnd)) &&
              implies(to_do && b.at(m, InMode::kToDo),
                      !over(InMode::kBatchTable, InMode::kBatchBegin, InMode::kBatchEnd));
      }
    }
  }
  return all;
}

}  // namespace takeover::smt
