// Traces that the tests share.
#pragma once

#include <string>

namespace takeover::traces {

// A document with the given steps, on one node "A" that starts with the given state.
inline std::string document(const std::string& steps, const std::string& node = "{}",
                            const std::string& header = R"("profile": "pr-5436")") {
  return R"({"format": "takeover-trace", "version": 1, "model": "node", )" + header +
         R"(, "initial": {"nodes": {"A": )" + node + R"(}}, "steps": [)" + steps + "]}";
}

// B's first Bootstrap on an empty node, with what it must answer and leave: a short trace, whole enough to be
// an example of the format.
inline constexpr const char* kExample = R"({
 "format": "takeover-trace", "version": 1, "model": "node", "profile": "pr-5436", "guards_off": ["trigger-id-match"],
 "scenario": null, "property": "trigger-unique", "verdict": "holds",
 "initial": {"nodes": {"A": {}}},
 "steps": [
   {"action": {"kind": "deliver", "node": "A", "from": "B",
               "message": {"type": "MaintainerBootstrapRequest", "epoch": 1, "event_trigger": "t1", "redo_trigger": null, "start_ts": 10}},
    "sent": [{"to": "B", "message": {"type": "MaintainerBootstrapResponse", "epoch": 1, "checkpoint_ts": 10,
              "spans": [{"id": "t1", "span": "ddl", "mode": "default", "status": "Initializing"}], "operators": [], "error": null}}],
    "state": {"nodes": {"A": {"manager": {"owner": "B", "epoch": 1, "event_trigger": "t1"}}}}}],
 "loop_start": null
})";

}  // namespace takeover::traces
