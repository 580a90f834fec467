// What emit.h appends, by the part of the node that takes the step. Internal to it.
#pragma once

#include <optional>
#include <vector>

#include "checker/logs/emit.h"

namespace takeover::logs::detail {

struct Emission {
  const impl::Rules& rules;
  const traces::ImplementationStep& step;
  std::vector<Emitted>& out;

  // By the thread of the line's row, or by another.
  void line(LineId id, const Facts& facts, std::optional<Thread> thread = std::nullopt) const;
  [[nodiscard]] const impl::Note* note(impl::NoteKind kind) const;  // of the step; null: it has none
};

// A dispatcher, as far as a line names it.
[[nodiscard]] Facts facts_of(const impl::Dispatcher& dispatcher);
// A request that is not the owner's, and whose manager it came to.
[[nodiscard]] Facts stale(const impl::Message& request, const impl::DispatcherManager& manager);

void emit_handler(const Emission& emission);  // of the orchestrator
void emit_stream(const Emission& emission, impl::Path path);
void emit_dispatcher(const Emission& emission);  // what becomes of one: its flush, its clean-up, its merge

// Lines of a manager's close, by whoever closes it.
void emit_closing(const Emission& emission, const impl::DispatcherManager& before,
                  const impl::DispatcherManager& after);
void emit_write_path_closed(const Emission& emission, const impl::DispatcherManager& manager);
void emit_unregistered(const Emission& emission);

}  // namespace takeover::logs::detail
