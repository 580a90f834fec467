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
  if (!action.is(impl::NodeActionKind::kHandle)) return nullptr;
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
  if (action.is(impl::NodeActionKind::kHandle)) return words_of_handle(action, before, names);
  const char* mode = action.node_action.mode == impl::Mode::kRedo ? " (redo)" : "";
  const std::string dispatcher = one_line(names.of(action.node_action.id)) + mode;
  return fmt::format(fmt::runtime(row_of(action.node_action.kind).words), dispatcher);
}

std::string words_of_lost_reply(const Action& action, const spec::Names& names) {
  std::string text = "the next message";
  if (action.node != impl::NodeId::kNone) text += " from " + one_line(names.of(action.node));
  if (action.to != impl::NodeId::kNone) text += fmt::format(", to {},", one_line(names.of(action.to)));
  return text + " is lost";
}

// A reason, and the guard that decided so, or whose loss did.
std::string words_of_reason(impl::Reason reason) {
  const impl::ReasonInfo why = info(reason);
  if (!why.guard) return std::string(why.text);
  const impl::GuardInfo& guard = info(*why.guard);
  return fmt::format("{} [{} {}, {}]", why.text, why.by_its_loss ? "without guard" : "guard", guard.name,
                     guard.origin.pulls);
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
    case ActionKind::kDie: return owner + " dies";
    case ActionKind::kStart: return owner + " starts";
    case ActionKind::kStop: return owner + " stops";
    case ActionKind::kDeliver:
    case ActionKind::kReceive:
    case ActionKind::kNode: break;  // of a node
  }
  impl::unreachable();
}

}  // namespace

std::string loop_words(const Trace& trace, const ReplayResult& result) {
  const bool came_round = result.conforms || (result.of_document && result.path != "/loop_start");
  if (!trace.loop_start || !came_round) return {};
  return fmt::format("The run goes on with step {} for ever", *trace.loop_start + 1);
}

std::string rests_words(const Step& step) {
  if (step.unseen) return " (no line)";
  std::string lines;
  for (const Rest& rest : step.rests_on) {
    lines += fmt::format("{}{}:{}", lines.empty() ? "" : ", ", one_line(rest.file), rest.line);
  }
  return lines.empty() ? lines : fmt::format(" ({})", lines);
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
  if (action.is_environment()) return words_of_environment(action, names);
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
  const std::string why = words_of_reason(note.why);
  switch (note.kind) {
    case impl::NoteKind::kMessageDropped:
      return fmt::format("{} of {} is dropped: {}", type, words_of(note.from, note.epoch, names), why);
    case impl::NoteKind::kHandlerEnded:
      if (why.empty()) return {};
      return fmt::format("{} of {} ends without an answer: {}", type, words_of(note.from, note.epoch, names),
                         why);
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
      return fmt::format("should not happen: {} ({})", why, one_line(names.of(note.id)));
    case impl::NoteKind::kProcessDied: return fmt::format("the process dies: {}", why);
    case impl::NoteKind::kRemovedCleanUp: return "the clean-up of a removed changefeed has run";
    case impl::NoteKind::kRemovedCleanUpFailed: return "the clean-up of a removed changefeed fails";
    // The messages say it, or the state.
    case impl::NoteKind::kMessageAdmitted:
    case impl::NoteKind::kManagerCreated:
    case impl::NoteKind::kManagerPublished:
    case impl::NoteKind::kManagerDeleted:
    case impl::NoteKind::kOwnerChanged:
    case impl::NoteKind::kTookOver:
    case impl::NoteKind::kDispatcherCreated:
    case impl::NoteKind::kDispatcherDeleted:
    case impl::NoteKind::kRemoveAdmitted:
    case impl::NoteKind::kWritePathClosed: return {};
  }
  impl::unreachable();
}

}  // namespace takeover::traces
