// A DDL that dispatchers wait for, as the barrier of a maintainer follows it.
//
// clang-format off
//   the first WAITING --> open -- every dispatcher that it is about waits --> selected: WRITE to the writer
//                          |                                                    | DONE of the writer: tables are dropped and added
//                          '-- one of them has passed it already --> advanced <-'
//                                                                      | PASS to each that is left; a table without tasks counts as done
//                                                                      v every one is DONE
//                                                                     gone
// clang-format on
//
// The writer is the trigger, if the DDL is about it or a schema; else whoever waited last.
#pragma once

#include "impl/fields.h"
#include "impl/ids.h"
#include "impl/lists.h"
#include "impl/maintainer_message.h"
#include "impl/span_controller.h"

namespace takeover::impl {

struct BarrierEvent {
  Ts block_ts = 0;
  Influence blocks{};
  Influence drops{};
  SmallVector<SchemaTable, 1> adds{};
  Sorted<std::uint32_t, 2>
      range{};              // the tables that have to report; of a schema none until the trigger waits
  bool of_trigger = false;  // the trigger has said that it waits
  bool selected = false;
  bool advanced = false;
  DispatcherId writer = DispatcherId::kNone;
  Sorted<DispatcherId, 3> reported{};      // who waits; once it is selected, who is done
  Sorted<std::uint32_t, 2> done_tables{};  // of which there is no task to be done

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [block_ts, blocks, drops, adds, range, of_trigger, selected, advanced, writer, reported,
           done_tables] = self;
    return take(field<role::kKey>("block_ts", block_ts), field("blocks", blocks), field("drops", drops),
                field("adds", adds), field("range", range), field("of_trigger", of_trigger),
                field("selected", selected), field("advanced", advanced), field("writer", writer),
                field("reported", reported), field("done_tables", done_tables));
  }
  friend bool operator==(const BarrierEvent&, const BarrierEvent&) = default;

  // Whether the DDL is about the task.
  [[nodiscard]] bool is_about(const SpanReplication& task) const {
    if (task.span.is_ddl()) return blocks.schema.has_value() || blocks.tables.contains(0U);
    if (blocks.schema) return task.schema == *blocks.schema;
    return blocks.tables.contains(task.span.table);
  }
  // Whether the task has passed it, or waits for a later one.
  [[nodiscard]] bool is_behind(const SpanReplication& task) const {
    return task.checkpoint_ts > block_ts || (task.block && task.block->block_ts > block_ts);
  }
  [[nodiscard]] bool all_reported(const SpanController& spans) const;
};

}  // namespace takeover::impl
