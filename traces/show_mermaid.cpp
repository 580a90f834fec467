#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "traces/mermaid.h"
#include "traces/replay.h"
#include "traces/show.h"
#include "traces/words.h"

namespace takeover::traces {
namespace {

// Nodes, and whoever sends to them or is sent to, in the order in which they appear.
class Diagram {
 public:
  explicit Diagram(const spec::Names& names) : names_(names) {}

  std::string participant(impl::NodeId id) {
    if (std::ranges::find(participants_, id) == participants_.end()) participants_.push_back(id);
    return alias(id);
  }
  void arrow(impl::NodeId from, const char* arrow, impl::NodeId to, const std::string& words) {
    const std::string source = participant(from);
    const std::string target = participant(to);
    lines_ += fmt::format("  {}{}{}: {}\n", source, arrow, target, mermaid_text(words));
  }
  void note(impl::NodeId over, const std::string& words) {
    const std::string place = participant(over);
    lines_ += fmt::format("  Note over {}: {}\n", place, mermaid_text(words));
  }
  // Over the first participant, for what has no place of its own.
  void remark(const std::string& words) {
    if (!participants_.empty()) note(participants_.front(), words);
  }
  void open_loop(const std::string& words) { lines_ += fmt::format("  loop {}\n", mermaid_text(words)); }
  void close_loop() { lines_ += "  end\n"; }

  [[nodiscard]] std::string text() const {
    std::string out = "sequenceDiagram\n";
    for (const impl::NodeId id : participants_) {
      const std::string name = id == impl::NodeId::kNone ? "nobody" : names_.of(id);
      out += fmt::format("  participant {} as {}\n", alias(id), mermaid_text(name));
    }
    return out + lines_;
  }

 private:
  static std::string alias(impl::NodeId id) { return fmt::format("n{}", static_cast<unsigned>(id)); }

  const spec::Names& names_;
  std::vector<impl::NodeId> participants_;
  std::string lines_;
};

std::string title_of(const impl::Message& request, const spec::Names& names) {
  return fmt::format("{} (epoch {})", words_of(request, names), request.epoch);
}

// The note stands at its node, and the arrow points to it.
std::string without_subject(const std::string& words, impl::NodeId subject, const spec::Names& names) {
  const std::string name = subject == impl::NodeId::kNone ? "nobody" : one_line(names.of(subject));
  return words.substr(name.size() + 2);  // ": "
}

void show_action(const Step& step, const Nodes& before, const spec::Names& names, Diagram& diagram) {
  const Action& action = step.action;
  const std::string rests = rests_words(step);
  const auto it = before.find(action.node);
  const impl::DispatcherOrchestrator* node = it == before.end() ? nullptr : &it->second;
  switch (action.kind) {
    case ActionKind::kDeliver:
    case ActionKind::kReceive:
      diagram.arrow(action.request->from, "->>", action.node, title_of(*action.request, names) + rests);
      break;
    case ActionKind::kSend:
      diagram.note(action.request->from, "sends " + title_of(*action.request, names) + rests);
      break;
    case ActionKind::kLose:
      if (action.request) {
        diagram.note(action.request->from, "lost: " + title_of(*action.request, names) + rests);
      } else {
        diagram.note(action.node != impl::NodeId::kNone ? action.node : action.to,
                     words_of(action, node, names) + rests);
      }
      break;
    case ActionKind::kDie:
    case ActionKind::kStart:
    case ActionKind::kStop: diagram.remark(words_of(action, node, names) + rests); break;
    case ActionKind::kNode:
      diagram.note(action.node, without_subject(words_of(action, node, names), action.node, names) + rests);
      break;
  }
}

void show_step(const Trace& trace, std::size_t index, const Nodes& before, const Taken& taken,
               Diagram& diagram) {
  const Action& action = trace.steps[index].action;
  show_action(trace.steps[index], before, trace.names, diagram);
  for (const impl::Note& note : taken.out.notes) {
    const std::string words = words_of(note, trace.names);
    if (!words.empty()) diagram.note(action.node, words);
  }
  for (const impl::Message& reply : taken.out.sent) {
    diagram.arrow(action.node, "-->>", reply.to,
                  without_subject(words_of_sent(reply, trace.names), reply.to, trace.names));
  }
}

// What the text says behind the last step.
void show_ending(const ReplayResult& result, Diagram& diagram) {
  const Finding& finding = result.finding;
  if (!result.conforms) {
    diagram.remark(
        fmt::format("Diverges at {}: expected {}, actual {}", where(result), result.expected, result.actual));
  }
  if (finding.kind == Finding::Kind::kViolated) diagram.remark("Violated: " + finding.property);
  if (result.conforms && finding.leaves_claim_open()) {
    diagram.remark(fmt::format("Not judged: {}: {}", finding.property, finding.why));
  }
  for (const std::string& remark : result.remarks) diagram.remark("Remark: " + remark);
}

}  // namespace

std::string show_mermaid(const Trace& trace) {
  const Run replayed = run(trace);
  const std::string loop = loop_words(trace, replayed.result);
  Diagram diagram(trace.names);
  for (const auto& [id, node] : trace.initial) diagram.participant(id);
  const Nodes* before = &trace.initial;
  for (std::size_t i = 0; i < replayed.taken.size(); ++i) {
    if (!loop.empty() && trace.loop_start == i) diagram.open_loop(loop);
    show_step(trace, i, *before, replayed.taken[i], diagram);
    before = &replayed.taken[i].nodes;
  }
  if (!loop.empty()) diagram.close_loop();
  show_ending(replayed.result, diagram);
  return diagram.text();
}

}  // namespace takeover::traces
