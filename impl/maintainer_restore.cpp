// What a maintainer makes of the answers to its Bootstrap. First the requests that the maintainer before it
// left unfinished, then the dispatchers:
//
// clang-format off
//   reported dispatcher, no operator                 replicating where it is
//   reported dispatcher, Remove of a Move or Split   the same, and removed; then absent, to be scheduled anew under its id
//   reported dispatcher, Remove, its table is there  the same, and removed; its task stays replicating, without a dispatcher
//   reported dispatcher, Remove, its table is not    removed, without a task
//   Create of a dispatcher that is not reported      absent, and created, if its table is there
//   table of which nothing is reported               absent, under a fresh id, from the checkpoint of the Add
//   reported dispatcher of a table that is not there nothing: it goes on, until a status of it is Working
//   part of a table of which nothing is reported     absent, as a table is, if tables may be in pieces
// clang-format on
#include <algorithm>
#include <map>
#include <vector>

#include "impl/maintainer.h"

namespace takeover::impl {
namespace {

const ReportedSpan* reported(const MaintainerBootstrapResponse& response, DispatcherId id) {
  const auto it = std::find_if(response.spans.begin(), response.spans.end(), [&](const ReportedSpan& each) {
    return each.id == id && each.mode == Mode::kDefault;
  });
  return it != response.spans.end() ? &*it : nullptr;
}

std::uint32_t schema_of(const Tables& tables, std::uint32_t table) {
  const SchemaTable* found = tables.find(table);
  return found != nullptr ? found->schema : 0;
}

SpanReplication task_of(const ReportedSpan& span, NodeId node, const Tables& tables) {
  return {.id = span.id,
          .span = span.span,
          .node = node,
          .status = span.status,
          .checkpoint_ts = span.checkpoint_ts,
          .replicating = true,
          .schema = schema_of(tables, span.span.table)};
}

// What works, by where its range begins: of two that begin alike the later one is taken.
struct Working {
  std::uint32_t table = 0;
  std::int32_t begin = 0;
  NodeId node = NodeId::kNone;
  ReportedSpan span{};
};
using WorkingMap = Sorted<Working, 4, &Working::table, &Working::begin>;

}  // namespace

bool Maintainer::restore_operators(Surroundings& world, const Tables& tables) {
  for (const BootstrapNode& each : nodes) {
    if (!each.response) continue;
    for (const JournalEntry& entry : each.response->operators) {
      if (entry.mode == Mode::kDefault && !restore_operator(world, tables, each, entry)) return false;
    }
  }
  return true;
}

bool Maintainer::restore_operator(Surroundings& world, const Tables& tables, const BootstrapNode& from,
                                  const JournalEntry& entry) {
  const ReportedSpan* span = reported(*from.response, entry.id);
  const Span part = entry.span == kNoSpan && span != nullptr ? span->span : entry.span;
  const bool table_is_there = tables.contains(part.table);
  if (entry.action == ScheduleAction::kCreate) {
    const bool checks = world.rules(MaintainerGuard::kRestoreCreateChecksSchema);
    if ((!table_is_there && checks) || span != nullptr) return true;
    const SpanReplication* task = spans.find_task(entry.id);
    if (task != nullptr && task->node != NodeId::kNone) return true;
    if (task == nullptr) {
      spans.spans.insert({.id = entry.id,
                          .span = part,
                          .checkpoint_ts = entry.start_ts,
                          .absent = true,
                          .schema = schema_of(tables, part.table)});
    }
    const bool adds =
        entry.op == OperatorType::kAdd || entry.op == OperatorType::kMove || entry.op == OperatorType::kSplit;
    return !adds || insert_operator(world, add_operator(entry.id, from.node));
  }
  SpanReplication* task = spans.find_task(entry.id);
  if (task == nullptr && span == nullptr) return true;
  if (task == nullptr) {
    spans.spans.insert(task_of(*span, from.node, tables));
    task = spans.find_task(entry.id);
  } else if (task->node == NodeId::kNone) {
    task->bind(from.node);
  }
  const bool is_phase = entry.op == OperatorType::kMove || entry.op == OperatorType::kSplit;
  if (entry.op != OperatorType::kRemove && !is_phase) return true;
  const bool marks_absent = is_phase && world.rules(MaintainerGuard::kRestoreRemovePhase);
  if (!insert_operator(world, remove_operator(*task, entry.op, marks_absent))) return false;
  if (!is_phase && !table_is_there) spans.remove_task(entry.id);
  return true;
}

namespace {

// What the spans of a table leave of it, in the order of keys; a span hides the one before it that reaches
// into it. (TiCDC panics where two overlap.)
std::vector<Span> holes_of(std::uint32_t table, const std::map<std::int32_t, std::int32_t>& ends) {
  std::vector<Span> holes;
  std::int32_t reached = Span::kMin;
  for (const auto& [begin, end] : ends) {
    if (reached < begin) holes.push_back({.table = table, .begin = reached, .end = begin});
    reached = std::max(reached, end);
  }
  if (reached < Span::kMax) holes.push_back({.table = table, .begin = reached, .end = Span::kMax});
  return holes;
}

}  // namespace

void Maintainer::restore_tables(Surroundings& world, const Tables& tables) {
  WorkingMap working;
  for (const BootstrapNode& each : nodes) {
    if (!each.response) continue;
    for (const ReportedSpan& span : each.response->spans) {
      if (span.mode != Mode::kDefault || span.id == spans.trigger.id) continue;
      working.insert({span.span.table, span.span.begin, each.node, span});
    }
  }
  for (const auto& [schema, table] : tables) {
    const auto add_absent = [&, of = schema](const Span& span) {
      spans.spans.insert({.id = world.ids.draw(span),
                          .span = span,
                          .checkpoint_ts = start_ts,
                          .absent = true,
                          .schema = of});
    };
    std::map<std::int32_t, std::int32_t> ends;
    for (const Working& each : working) {
      if (each.table == table) ends[each.begin] = each.span.span.end;
    }
    const bool works = !ends.empty();
    if (!works && !spans.has_table(table)) {
      add_absent({.table = table});
      continue;
    }
    for (const SpanReplication& task : spans.spans) {  // made by an operator: it counts before what works
      if (task.span.table == table) ends[task.span.begin] = task.span.end;
    }
    for (const Working& each : working) {
      if (each.table == table && spans.find_task(each.span.id) == nullptr) {
        spans.spans.insert(task_of(each.span, each.node, tables));
      }
    }
    if (!table_across_nodes) continue;
    for (const Span& hole : holes_of(table, ends)) add_absent(hole);
  }
}

}  // namespace takeover::impl
