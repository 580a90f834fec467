// What TiCDC would write and send when the node takes a step: the lines of the table and the messages, in
// the order of their thread. The same is held against a log by the search, and written into one by a
// simulation.
#pragma once

#include <vector>

#include "checker/logs/facts.h"
#include "checker/logs/history.h"
#include "checker/logs/table.h"
#include "impl/message.h"
#include "traces/replay.h"

namespace takeover::logs {

struct Emitted {
  Thread thread = Thread::kProcess;
  What what =
      What::kLine;  // kLine: `line`, `facts`, and the whole request if the line has it; kSend: `message`
  LineId line = LineId::kNoise;
  Facts facts{};
  impl::Message message{};
};

// Appends what an atomic step writes. The step is a real one: before, action or message, after, outbox. Some
// lines come of several atomic steps of a handler (a manager is initialized), each with the last of them.
void emit(const impl::Rules& rules, const traces::ImplementationStep& step, std::vector<Emitted>& out);

// Of an answer or a report; kNone of others.
[[nodiscard]] impl::ErrorCode error_of(const impl::Message& message);

}  // namespace takeover::logs
