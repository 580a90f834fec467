#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "traces/replay.h"
#include "traces/show.h"
#include "traces/words.h"

namespace takeover::traces {
namespace {

// Mermaid ends a statement at a semicolon or newline, and reads #...; as a character.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : one_line(text)) {
    if (c == ';' || c == '#' || c == '<' || c == '>') {
      out += fmt::format("#{};", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out;
}

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
    lines_ += fmt::format("  {}{}{}: {}\n", source, arrow, target, escaped(words));
  }
  void note(impl::NodeId over, const std::string& words) {
    const std::string place = participant(over);
    lines_ += fmt::format("  Note over {}: {}\n", place, escaped(words));
  }
  void comment(const std::string& words) { lines_ += fmt::format("  %% {}\n", escaped(words)); }

  [[nodiscard]] std::string text() const {
    std::string out = "sequenceDiagram\n";
    for (const impl::NodeId id : participants_) {
      const std::string name = id == impl::NodeId::kNone ? "nobody" : names_.of(id);
      out += fmt::format("  participant {} as {}\n", alias(id), escaped(name));
    }
    return out + lines_;
  }

 private:
  static std::string alias(impl::NodeId id) { return fmt::format("n{}", static_cast<unsigned>(id)); }

  const spec::Names& names_;
  std::vector<impl::NodeId> participants_;
  std::string lines_;
};

std::string title_of(const impl::Request& request, const spec::Names& names) {
  return fmt::format("{} (epoch {})", words_of(request, names), request.epoch);
}

void show_action(const Action& action, const Nodes& before, const spec::Names& names, Diagram& diagram) {
  const auto it = before.find(action.node);
  const impl::DispatcherOrchestrator* node = it == before.end() ? nullptr : &it->second;
  switch (action.kind) {
    case ActionKind::kDeliver:
    case ActionKind::kReceive:
      diagram.arrow(action.request->from, "->>", action.node, title_of(*action.request, names));
      break;
    case ActionKind::kSend:
      diagram.note(action.request->from, "sends " + title_of(*action.request, names));
      break;
    case ActionKind::kLose:
      if (action.request) {
        diagram.note(action.request->from, "lost: " + title_of(*action.request, names));
      } else {
        diagram.note(action.to, "the next message to it is lost");
      }
      break;
    case ActionKind::kDie:
    case ActionKind::kStart:
    case ActionKind::kStop:
      diagram.comment(words_of(action, node, names));
      break;
    default: {
      std::string words = words_of(action, node, names);
      words.erase(0, words.find(": ") + 2);  // the node stands above the note
      diagram.note(action.node, words);
      break;
    }
  }
}

}  // namespace

std::string show_mermaid(const Trace& trace) {
  const Run replayed = run(trace);
  Diagram diagram(trace.names);
  for (const auto& [id, node] : trace.initial) diagram.participant(id);
  const Nodes* before = &trace.initial;
  for (std::size_t i = 0; i < replayed.taken.size(); ++i) {
    const Action& action = trace.steps[i].action;
    const Taken& taken = replayed.taken[i];
    show_action(action, *before, trace.names, diagram);
    for (const impl::Note& note : taken.out.notes) {
      const std::string words = words_of(note, trace.names);
      if (!words.empty()) diagram.note(action.node, words);
    }
    for (const impl::Reply& reply : taken.out.sent) {
      std::string words = words_of(reply, trace.names);
      words.erase(0, words.find(": ") + 2);  // the arrow shows the receiver
      diagram.arrow(action.node, "-->>", reply.to, words);
    }
    before = &taken.nodes;
  }
  return diagram.text();
}

}  // namespace takeover::traces
