#include "traces/words.h"

#include <fmt/format.h>

namespace takeover::traces {
namespace {

// Of the message's JSON, the fields that differ from those of a message of its type that says nothing; and
// those whose default says much.
std::string fields_of(const Json& message, const Json& empty) {
  std::string text = message["type"].get<std::string>();
  for (const auto& [key, value] : message.items()) {
    if (key == "type" || key == "epoch") continue;
    const auto it = empty.find(key);
    const bool matters = key == "action" || key == "operator" || key == "success";
    if (!matters && it != empty.end() && *it == value) continue;
    text += fmt::format(" {}={}", key, plain(value));
  }
  return text;
}

Json empty_message(impl::MessageType type, const spec::Names& names) {
  return write_message({.body = impl::empty_body(type)}, names);
}

const impl::Message* handled_by(const Action& action, const impl::DispatcherOrchestrator& node) {
  if (action.kind != ActionKind::kHandle) return nullptr;
  if (action.node_action.path == impl::Path::kOrchestrator) {
    if (node.handler) return &node.handler->request;
    return node.pending.empty() ? nullptr : &node.pending.front();
  }
  const impl::DispatcherManager* manager = node.manager_here();
  if (manager == nullptr || impl::is_under_way(node, action.node_action.path)) return nullptr;
  for (const impl::Message& request : manager->streams) {
    if (impl::path_of(request.type()) == action.node_action.path) return &request;
  }
  return nullptr;
}

std::string words_of_handle(const Action& action, const impl::DispatcherOrchestrator* before,
                            const spec::Names& names) {
  const impl::Message* request = before == nullptr ? nullptr : handled_by(action, *before);
  std::string text = "handles ";
  if (request != nullptr) {
    text += fmt::format("{} of {}", name_of(request->type()), words_of(request->from, request->epoch, names));
  } else if (action.node_action.path == impl::Path::kOrchestrator) {
    text += "the next message of its queue";
  } else {
    text += spec::name_in_json(action.node_action.path);
  }
  return text;
}

std::string words_of_node_action(const Action& action, const impl::DispatcherOrchestrator* before,
                                 const spec::Names& names) {
  const std::string id = one_line(names.of(action.node_action.id));
  const std::string mode = action.node_action.mode == impl::Mode::kRedo ? " (redo)" : "";
  switch (action.kind) {
    case ActionKind::kHandle:
      return words_of_handle(action, before, names);
    case ActionKind::kRemoveTask:
      return fmt::format("the removal of {}{} has flushed", id, mode);
    case ActionKind::kCleanUp:
      return fmt::format("clean-up of {}{}", id, mode);
    case ActionKind::kReport:
      return "reports what waits on the status channel";
    case ActionKind::kExecute:
      return "executes the oldest admitted action";
    case ActionKind::kMergeTask:
      return fmt::format("the merge into {}{} takes a step", id, mode);
    case ActionKind::kStopWritePath:
      return "closes the manager: the write path stops";
    case ActionKind::kUnregister:
      return "closes the manager: it is unregistered";
    case ActionKind::kFinishClose:
      return "closes the manager: the close has ended";
    case ActionKind::kReportError:
      return "tells the first error of a creation";
    case ActionKind::kFirstEvent:
      return fmt::format("the first event of {}{} comes", id, mode);
    case ActionKind::kCompleteHeartbeat:
      return "tells what every dispatcher is";
    case ActionKind::kLocalFence:
      return "loses its lease: the local fence";
    case ActionKind::kCloseOrchestrator:
      return "shuts down";
    case ActionKind::kFailCreate:
      return "the next creation is going to fail";
    default:
      return "the next clean-up of a removed changefeed is going to fail";
  }
}

std::string words_of_lost_reply(const Action& action, const spec::Names& names) {
  std::string text = "the next message";
  if (action.node != impl::NodeId::kNone) text += " from " + one_line(names.of(action.node));
  if (action.to != impl::NodeId::kNone) text += fmt::format(", to {},", one_line(names.of(action.to)));
  return text + " is lost";
}

std::string words_of_environment(const Action& action, const spec::Names& names) {
  const std::string owner = one_line(action.owner.empty() ? "an owner" : action.owner);
  const std::string row = action.row.empty() ? "" : fmt::format(" ({})", one_line(action.row));
  switch (action.kind) {
    case ActionKind::kSend:
      return fmt::format("{} sends{}: {} of {}", owner, row, words_of(*action.request, names),
                         words_of(action.request->from, action.request->epoch, names));
    case ActionKind::kLose:
      if (!action.request) return words_of_lost_reply(action, names);
      return fmt::format("lost: {} of {}", words_of(*action.request, names),
                         words_of(action.request->from, action.request->epoch, names));
    case ActionKind::kDie:
      return owner + " dies";
    case ActionKind::kStart:
      return owner + " starts";
    default:
      return owner + " stops";
  }
}

}  // namespace

std::string loop_words(const Trace& trace, const ReplayResult& result) {
  const bool came_round = result.conforms || (result.of_document && result.path != "/loop_start");
  if (!trace.loop_start || !came_round) return {};
  return fmt::format("The run goes on with step {} for ever", *trace.loop_start + 1);
}

std::string plain(const Json& value) {
  if (value.is_null()) return "none";
  if (value.is_string()) return one_line(value.get<std::string>());
  if (!value.is_structured()) return value.dump();
  std::string text;
  for (const auto& member : value.items()) {
    if (!text.empty()) text += ", ";
    if (value.is_object()) text += one_line(member.key()) + ": ";
    text += plain(member.value());
  }
  return value.is_object() ? fmt::format("{{{}}}", text) : fmt::format("[{}]", text);
}

std::string words_of(impl::NodeId node, impl::Epoch epoch, const spec::Names& names) {
  if (node == impl::NodeId::kNone) return "nobody";
  return fmt::format("{}/{}", one_line(names.of(node)), epoch);
}

std::string words_of(const impl::Message& message, const spec::Names& names) {
  return fields_of(write_message(message, names), empty_message(message.type(), names));
}

std::string words_of_sent(const impl::Message& message, const spec::Names& names) {
  const Json written = write_message(message, names);
  const std::string epoch =
      written.contains("epoch") ? fmt::format(" epoch={}", written["epoch"].dump()) : "";
  std::string fields = fields_of(written, empty_message(message.type(), names));
  fields.insert(fields.find(' ') == std::string::npos ? fields.size() : fields.find(' '), epoch);
  const std::string to = message.to == impl::NodeId::kNone ? "nobody" : one_line(names.of(message.to));
  return fmt::format("{}: {}", to, fields);
}

std::string words_of(const Action& action, const impl::DispatcherOrchestrator* before,
                     const spec::Names& names) {
  if (is_environment(action.kind)) return words_of_environment(action, names);
  const std::string node = one_line(names.of(action.node));
  if (action.request) {
    return fmt::format("{} -> {}{}: {}", words_of(action.request->from, action.request->epoch, names), node,
                       action.kind == ActionKind::kReceive ? " (received)" : "",
                       words_of(*action.request, names));
  }
  std::string text = node + ": " + words_of_node_action(action, before, names);
  std::string step = action.step;
  if (step.empty() && action.fine && before != nullptr) step = impl::step_name(*before, action.node_action);
  if (action.fine && !step.empty()) text += ": " + one_line(step);
  return text;
}

std::string words_of(const impl::Note& note, const spec::Names& names) {
  const auto type = name_of(note.type);
  switch (note.kind) {
    case impl::NoteKind::kMessageDropped:
      return fmt::format("{} of {} is dropped: {}", type, words_of(note.from, note.epoch, names), note.why);
    case impl::NoteKind::kHandlerEnded:
      if (note.why.empty()) return {};
      return fmt::format("{} of {} ends without an answer: {}", type, words_of(note.from, note.epoch, names),
                         note.why);
    case impl::NoteKind::kCreateFailed:
      return fmt::format("the creation of {} fails", one_line(names.of(note.id)));
    case impl::NoteKind::kRemoveMissing:
      return fmt::format("{} is not here: Stopped is reported", one_line(names.of(note.id)));
    case impl::NoteKind::kTriggerRegistered:
      return fmt::format("{} is registered with the event collector", one_line(names.of(note.id)));
    case impl::NoteKind::kActionExecuted:
      return fmt::format("the action of {} is executed", words_of(note.from, note.epoch, names));
    case impl::NoteKind::kMergeAborted:
      return fmt::format("the merge into {} is aborted", one_line(names.of(note.id)));
    case impl::NoteKind::kMergeDone:
      return fmt::format("the merge into {} is done", one_line(names.of(note.id)));
    case impl::NoteKind::kShouldNotHappen:
      return fmt::format("should not happen: {} ({})", note.why, one_line(names.of(note.id)));
    case impl::NoteKind::kProcessDied:
      return fmt::format("the process dies: {}", note.why);
    case impl::NoteKind::kRemovedCleanUp:
      return "the clean-up of a removed changefeed has run";
    case impl::NoteKind::kRemovedCleanUpFailed:
      return "the clean-up of a removed changefeed fails";
    default:
      return {};
  }
}

}  // namespace takeover::traces
