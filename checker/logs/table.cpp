#include "checker/logs/table.h"

#include <algorithm>
#include <array>
#include <vector>

#include "checker/logs/table_rows.h"

namespace takeover::logs {
namespace {

// In the order of LineId.
constexpr std::array<std::string_view, static_cast<std::size_t>(LineId::kNoise) + 1> kLineNames{
    "orchestrator already closed",
    "fenced, drops what waits",
    "stale Bootstrap after a close",
    "cannot create a manager",
    "stale Bootstrap",
    "another table trigger",
    "cannot create a table trigger",
    "PostBootstrap without a manager",
    "stale PostBootstrap",
    "PostBootstrap without a table trigger",
    "PostBootstrap of another table trigger",
    "PostBootstrap of a closed write path",
    "stale Close",
    "tries to close",
    "local fence",
    "cannot send an answer",
    "orchestrator closes",
    "orchestrator is closed",
    "stale Remove restored",
    "should not happen",
    "schema store initialized again",
    "event collector adds",
    "event collector removes",
    "event trigger created",
    "redo trigger created",
    "dispatcher created",
    "redo dispatcher created",
    "manager initialized",
    "manager meets an error",
    "clean-up begins",
    "clean-up of the journal",
    "clean-up ends",
    "merge target created",
    "manager closes",
    "write path stops",
    "write path has stopped",
    "unregisters",
    "manager is closed",
    "cannot clean up",
    "stale Schedule",
    "stale HeartBeatResponse",
    "stale redo message",
    "stale Merge",
    "stores a Create",
    "deletes a Create",
    "keeps Creates",
    "stores a Remove",
    "Remove of none",
    "removes a dispatcher",
    "removed before",
    "Merge refused",
    "merge begins",
    "dispatcher is flushed",
    "dispatcher is flushed by its task",
    "merge goes on",
    "merge done",
    "merge aborted",
    "dispatcher works",
    "executes an action",
    "server fences",
    "server closes",
    "server starts",
    "heartbeat is lost",
    "a maintainer's",
    "the coordinator's",
    "of no interest",
};
static_assert(!kLineNames.back().empty(), "a name each");

std::vector<Row> all_rows() {
  std::vector<Row> all;
  for (const std::span<const Row> some :
       {detail::orchestrator_rows(), detail::manager_rows(), detail::stream_rows(), detail::dispatcher_rows(),
        detail::process_rows(), detail::noise_rows()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

// By message; those that are a beginning are no part of it.
std::vector<const Row*> by_message() {
  std::vector<const Row*> sorted;
  for (const Row& row : rows()) {
    if (!row.is_beginning) sorted.push_back(&row);
  }
  std::ranges::stable_sort(sorted, {}, &Row::message);
  return sorted;
}

std::vector<const Row*> beginnings() {
  std::vector<const Row*> some;
  for (const Row& row : rows()) {
    if (row.is_beginning) some.push_back(&row);
  }
  return some;
}

// "helper.go" of "helper.go:872".
std::string_view file_of(std::string_view caller) {
  return caller.substr(0, caller.rfind(':'));
}

bool is_by(const Row& row, std::string_view caller) {
  return caller.empty() || caller == "<unknown>" || file_of(row.caller) == file_of(caller);
}

template <class T>
bool may_be(const std::optional<T>& a, const std::optional<T>& b) {
  return !a || !b || *a == *b;
}

}  // namespace

std::span<const Row> rows() {
  static const std::vector<Row> kAll = all_rows();
  return kAll;
}

const Row* row_of(std::string_view message, std::string_view caller) {
  static const std::vector<const Row*> kSorted = by_message();
  static const std::vector<const Row*> kBeginnings = beginnings();
  auto row = std::ranges::lower_bound(kSorted, message, {}, &Row::message);
  for (; row != kSorted.end() && (*row)->message == message; ++row) {
    if (is_by(**row, caller)) return *row;
  }
  const auto begins = [&](const Row* other) {
    return message.starts_with(other->message) && is_by(*other, caller);
  };
  const auto begun = std::ranges::find_if(kBeginnings, begins);
  return begun == kBeginnings.end() ? nullptr : *begun;
}

const Row* row_for(LineId id, const Facts& facts) {
  const auto found = std::ranges::find_if(rows(), [&](const Row& row) {
    return row.id == id && row.use != Use::kNoise && agree(row.implied, facts);
  });
  return found == rows().end() ? nullptr : &*found;
}

std::string_view name_of(LineId id) {
  return kLineNames[static_cast<std::size_t>(id)];
}

bool agree(const Facts& line, const Facts& step) {
  return may_be(line.from, step.from) && may_be(line.epoch, step.epoch) && may_be(line.owner, step.owner) &&
         may_be(line.owner_epoch, step.owner_epoch) && may_be(line.id, step.id) &&
         may_be(line.mode, step.mode) && may_be(line.trigger_here, step.trigger_here) &&
         may_be(line.trigger_asked, step.trigger_asked) && may_be(line.span, step.span) &&
         may_be(line.start_ts, step.start_ts) && may_be(line.action, step.action) &&
         may_be(line.operator_type, step.operator_type) && may_be(line.barrier_action, step.barrier_action) &&
         may_be(line.type, step.type) && may_be(line.tombstone, step.tombstone) &&
         may_be(line.redo, step.redo) && may_be(line.removed, step.removed) &&
         may_be(line.success, step.success) && may_be(line.count, step.count);
}

}  // namespace takeover::logs
