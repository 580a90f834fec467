// The words in which a trace is told: messages, actions and notes, each on one line. Internal to traces.
#pragma once

#include <string>

#include "impl/outbox.h"
#include "spec/json/names.h"
#include "spec/json/text.h"
#include "traces/action.h"
#include "traces/replay.h"
#include "traces/trace.h"

namespace takeover::traces {

// "B/1", or "nobody".
[[nodiscard]] std::string words_of(impl::NodeId node, impl::Epoch epoch, const spec::Names& names);
// "MaintainerBootstrapRequest event_trigger=tB1 start_ts=10": fields that have their default are left out.
[[nodiscard]] std::string words_of(const impl::Message& message, const spec::Names& names);
// The same of one that a node has sent: "B: MaintainerCloseResponse epoch=1 success=true".
[[nodiscard]] std::string words_of_sent(const impl::Message& message, const spec::Names& names);
// `before` is the node that the action happens on, or null.
[[nodiscard]] std::string words_of(const Action& action, const impl::DispatcherOrchestrator* before,
                                   const spec::Names& names);
// What a note says that neither the messages nor the state show; "" when it says no more than they do.
[[nodiscard]] std::string words_of(const impl::Note& note, const spec::Names& names);

// " (N1.log:32)", of every line that the step rests on, " (no line)" of one that nobody saw, or "".
[[nodiscard]] std::string rests_words(const Step& step);

// "The run goes on with step 16 for ever", or "" when it does not.
[[nodiscard]] std::string loop_words(const Trace& trace, const ReplayResult& result);

// A JSON value without quotes where none are needed: t1, 10, none, [a, b], {id: t1, span: ddl}.
[[nodiscard]] std::string plain(const Json& value);
// Whatever characters a name or a title holds.
using spec::one_line;

}  // namespace takeover::traces
