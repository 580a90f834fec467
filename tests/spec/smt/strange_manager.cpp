#include "tests/spec/smt/strange_manager.h"

#include <algorithm>

namespace takeover::tests {
namespace {

using impl::Dispatcher;
using impl::DispatcherManager;
using impl::JournalEntry;
using impl::Mode;

ManagerChange flip(bool DispatcherManager::*flag) {
  return [flag](DispatcherManager& m) { m.*flag = !(m.*flag); };
}

// One up or down.
ManagerChange nudge(impl::Ts DispatcherManager::*mark, bool up) {
  return [mark, up](DispatcherManager& m) {
    if (up) {
      ++(m.*mark);
    } else if (m.*mark > 0) {
      --(m.*mark);
    }
  };
}

// What is left stays a span: some keys, between the least and the greatest.
void nudge(impl::Span& span, std::size_t field, bool up) {
  impl::Span other = span;
  if (field == 0) other.table = up ? span.table + 1 : std::max(span.table, 1U) - 1;
  if (field == 1 && (up || span.begin > impl::Span::kMin)) other.begin += up ? 1 : -1;
  if (field == 2 && (!up || span.end < impl::Span::kMax)) other.end += up ? 1 : -1;
  if (other.begin < other.end) span = other;
}

ManagerChange nudge_of_dispatcher(Dice& dice) {
  return [field = dice.below(6), place = dice.below(64), up = dice.coin()](DispatcherManager& m) {
    if (m.dispatchers.empty()) return;
    Dispatcher& d = m.dispatchers[place % m.dispatchers.size()];
    const auto status = static_cast<std::uint8_t>(d.status);
    if (field <= 2) nudge(d.span, field, up);
    if (field == 3) d.removing = !d.removing;
    if (field == 4) d.try_removing = !d.try_removing;
    if (field == 5 && up && status < 4) d.status = static_cast<impl::Status>(status + 1);
    if (field == 5 && !up && status > 0) d.status = static_cast<impl::Status>(status - 1);
  };
}

ManagerChange nudge_of_batch(Dice& dice) {
  return [field = dice.below(4), place = dice.below(64), up = dice.coin()](DispatcherManager& m) {
    auto& schedule = m.schedule;
    if (schedule.batch.empty()) return;
    if (field <= 2) nudge(schedule.batch[place % schedule.batch.size()].span, field, up);
    if (field == 3 && up && schedule.next < schedule.batch.size()) ++schedule.next;
    if (field == 3 && !up && schedule.next > 0) --schedule.next;
  };
}

ManagerChange nudge_of_trigger(Dice& dice) {
  return [id = dice.id_or_none(), mode = dice.mode()](DispatcherManager& m) {
    (mode == Mode::kRedo ? m.redo_trigger : m.event_trigger) = id;
  };
}

}  // namespace

ManagerChange change_of_flag(Dice& dice) {
  switch (dice.below(12)) {
    case 0: return flip(&DispatcherManager::closing);
    case 1: return flip(&DispatcherManager::closed);
    case 2: return flip(&DispatcherManager::write_path_closed);
    case 3: return flip(&DispatcherManager::schema_store);
    case 4: return flip(&DispatcherManager::redo_schema_store);
    case 5: return flip(&DispatcherManager::remove_requested);
    case 6: return nudge(&DispatcherManager::redo_checkpoint_ts, dice.coin());
    case 7: return nudge(&DispatcherManager::redo_resolved_ts, dice.coin());
    case 8: return nudge(&DispatcherManager::redo_forwarded_resolved_ts, dice.coin());
    case 9:
      return [id = dice.id()](DispatcherManager& m) {
        if (!m.registered_triggers.erase(id)) m.registered_triggers.insert(id);
      };
    case 10: return [](DispatcherManager& m) { m.actions.push_back({}); };
    default:
      return [](DispatcherManager& m) {
        if (!m.actions.empty()) m.actions.pop_back();
      };
  }
}

ManagerChange change_of_owner(Dice& dice) {
  switch (dice.below(5)) {
    case 0: return [owner = dice.node()](DispatcherManager& m) { m.owner = owner; };
    case 1: return [epoch = dice.below(4)](DispatcherManager& m) { m.epoch = epoch; };
    case 2: return [id = dice.id_or_none()](DispatcherManager& m) { m.event_trigger = id; };
    case 3: return [id = dice.id_or_none()](DispatcherManager& m) { m.redo_trigger = id; };
    default:
      return
          [fence = static_cast<impl::FenceHolder>(dice.below(3))](DispatcherManager& m) { m.fence = fence; };
  }
}

ManagerChange change_of_dispatcher(Dice& dice) {
  const std::size_t kind = dice.below(7);
  if (kind == 0) {
    return
        [each = Dispatcher{.id = dice.id(), .mode = dice.mode(), .span = dice.span()}](DispatcherManager& m) {
          if (m.find(each.id, each.mode) == nullptr) m.dispatchers.insert(each);
        };
  }
  return [kind, place = dice.below(64), span = dice.span(), status = dice.below(5)](DispatcherManager& m) {
    if (m.dispatchers.empty()) return;
    Dispatcher& d = m.dispatchers[place % m.dispatchers.size()];
    if (kind == 1) d.removing = !d.removing;
    if (kind == 2) d.try_removing = !d.try_removing;
    if (kind == 3) d.status = static_cast<impl::Status>(status);
    if (kind == 4) d.span = span;
    if (kind == 5) m.dispatchers.erase(d.id, d.mode);
    if (kind == 6 && m.dispatchers.size() > 1) {
      d.span = m.dispatchers[(place + 1) % m.dispatchers.size()].span;
    }
  };
}

// Two dispatchers of one mode, more often than not with spans that overlap or touch.
ManagerChange two_writers(Dice& dice) {
  const Mode mode = dice.mode();
  const auto any = [&] {
    Dispatcher each{.id = dice.id(), .mode = mode, .span = dice.span()};
    if (dice.coin()) each.status = static_cast<impl::Status>(dice.below(5));
    each.removing = dice.below(4) == 0;
    return each;
  };
  Dispatcher a = any();
  Dispatcher b = any();
  if (dice.coin()) {
    for (Dispatcher* each : {&a, &b}) {
      const auto begin = static_cast<std::int32_t>(dice.below(3));
      each->span = {.table = 1, .begin = begin, .end = begin + 1 + static_cast<std::int32_t>(dice.below(2))};
    }
  }
  return [a, b](DispatcherManager& m) {
    for (const Dispatcher& each : {a, b}) {
      m.dispatchers.erase(each.id, each.mode);
      m.dispatchers.insert(each);
    }
  };
}

ManagerChange change_of_journal(Dice& dice) {
  const std::size_t kind = dice.below(8);
  if (kind <= 1) {
    return [entry = JournalEntry{
                .id = dice.id(),
                .action = dice.coin() ? impl::ScheduleAction::kRemove : impl::ScheduleAction::kCreate,
                .mode = dice.mode(),
                .from = dice.node(),
                .epoch = dice.below(3)}](DispatcherManager& m) {
      JournalEntry* known = m.journal.find(entry.id);
      if (known == nullptr) return m.journal.insert(entry);
      known->action = entry.action;
      known->mode = entry.mode;
      known->from = entry.from;
      known->epoch = entry.epoch;
    };
  }
  return [kind, place = dice.below(64), node = dice.node()](DispatcherManager& m) {
    if (m.journal.empty()) return;
    JournalEntry& entry = m.journal[place % m.journal.size()];
    if (kind == 2) {
      entry.action = entry.action == impl::ScheduleAction::kRemove ? impl::ScheduleAction::kCreate
                                                                   : impl::ScheduleAction::kRemove;
    }
    if (kind == 3) entry.mode = entry.mode == Mode::kRedo ? Mode::kDefault : Mode::kRedo;
    if (kind == 4) ++entry.epoch;
    if (kind == 5 && entry.epoch > 0) --entry.epoch;
    if (kind == 6) entry.from = node;
    if (kind == 7) m.journal.erase(impl::DispatcherId{entry.id});
  };
}

ManagerChange change_of_clean_up(Dice& dice) {
  impl::CleanUp clean_up{.step = static_cast<impl::CleanUpStep>(dice.below(4))};
  if (clean_up.step != impl::CleanUpStep::kIdle) {
    clean_up.mode = dice.mode();
    clean_up.id = dice.id();
  }
  return [clean_up](DispatcherManager& m) { m.clean_up = clean_up; };
}

ManagerChange change_of_batch(Dice& dice) {
  const std::size_t kind = dice.below(6);
  const impl::ScheduleDispatcherRequest body{.mode = dice.mode(), .id = dice.id(), .span = dice.span()};
  return [kind, body](DispatcherManager& m) {
    auto& batch = m.schedule.batch;
    if (kind == 0) batch.push_back(body);
    if (kind == 1 && !batch.empty()) batch.pop_back();
    if (kind == 2 && m.schedule.next < batch.size()) ++m.schedule.next;
    if (kind == 3 && m.schedule.next > 0) --m.schedule.next;
    if (kind == 4 && !batch.empty()) batch.back().span = body.span;
    if (kind == 5) m.merges.push_back({.ids = {}, .merged_id = body.id, .mode = body.mode});
    m.schedule.next = std::min(m.schedule.next, static_cast<std::uint8_t>(batch.size()));
  };
}

ManagerChange nudge_of_control_state(Dice& dice) {
  switch (dice.below(11)) {
    case 0:
    case 1: return change_of_flag(dice);
    case 2:
    case 3:
    case 4: return nudge_of_dispatcher(dice);
    case 5: return nudge_of_trigger(dice);
    case 6:
    case 7: return nudge_of_batch(dice);
    case 8: return change_of_batch(dice);
    default: return change_of_journal(dice);
  }
}

ManagerChange addition(Dice& dice) {
  Dispatcher added{.id = dice.id(), .mode = dice.mode(), .span = dice.span()};
  added.removing = dice.below(3) == 0;
  added.try_removing = added.removing || dice.below(3) == 0;
  const impl::ScheduleDispatcherRequest create{.mode = added.mode, .id = added.id, .span = added.span};
  switch (dice.below(5)) {
    case 0:
      return [added](DispatcherManager& m) {
        if (m.find(added.id, added.mode) == nullptr) m.dispatchers.insert(added);
      };
    case 1: return [create](DispatcherManager& m) { m.schedule.batch.push_back(create); };
    case 2:
      return [create](DispatcherManager& m) {
        m.merges.push_back({.ids = {}, .merged_id = create.id, .mode = create.mode});
      };
    case 3:
      return [](DispatcherManager& m) {
        m.redo_checkpoint_ts = m.redo_resolved_ts = m.redo_forwarded_resolved_ts = 7;
      };
    default: return change_of_journal(dice);
  }
}

}  // namespace takeover::tests
