#include "checker/logs/text_facts.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>
#include <utility>

namespace takeover::logs {
namespace {

using spec::InputError;

constexpr std::string_view kANumber = "an integer from 0 to 18446744073709551615";

bool take_number(std::string_view text, std::optional<std::uint64_t>& out) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return false;
  out = number;
  return true;
}

bool take_flag(std::string_view text, std::optional<bool>& out) {
  if (text != "true" && text != "false") return false;
  out = text == "true";
  return true;
}

// "00", and nothing at all, are an id that was never set.
bool take_id(std::string_view text, std::string& out) {
  if (text.empty() || text == "00") return true;
  const auto id = dispatcher_named(text);
  if (id) out = *id;
  return id.has_value();
}

bool take_action(std::string_view text, Facts& facts) {
  facts.barrier_action = impl::named<impl::BarrierAction>(text);
  return facts.barrier_action.has_value();
}

// "0", "1", "dispatcher", "redo dispatcher", "table trigger event dispatcher", ...
bool take_mode(std::string_view text, Facts& facts) {
  const bool is_redo = text == "1" || text == "true" || text.find("redo") != std::string_view::npos;
  facts.mode = is_redo ? impl::Mode::kRedo : impl::Mode::kDefault;
  return true;
}

// "TypeMaintainerBootstrapRequest", or as this version spells it.
bool take_type(std::string_view text, Facts& facts) {
  const auto has = [&](std::string_view word) { return text.find(word) != std::string_view::npos; };
  if (has("PostBootstrap")) {
    facts.type = impl::MessageType::kPostBootstrap;
  } else if (has("Bootstrap")) {
    facts.type = impl::MessageType::kBootstrap;
  } else if (has("Close")) {
    facts.type = impl::MessageType::kClose;
  }
  return true;
}

// Of a maintainer's status.
bool take_status(std::string_view text, std::optional<std::uint64_t>& epoch) {
  constexpr std::string_view kLabel = "maintainerEpoch: ";
  const std::size_t found = text.find(kLabel);
  if (found == std::string_view::npos) return true;
  text.remove_prefix(found + kLabel.size());
  return take_number(text.substr(0, text.find_first_not_of("0123456789")), epoch);
}

bool take_command(std::string_view text, TextLine& out) {
  if (!take_request(text, out)) return false;
  out.facts.owner_epoch = out.facts.epoch;
  return true;
}

bool take_operator(std::string_view text, Facts& facts) {
  if (text.starts_with("O_")) text.remove_prefix(2);
  facts.operator_type = impl::named<impl::OperatorType>(text);
  return facts.operator_type.has_value();
}

bool take_changefeed(std::string_view text, TextLine& out) {
  auto named = changefeed_named(text);
  if (!named) return false;
  if (!out.changefeed || !out.changefeed->id) out.changefeed = std::move(named);
  return true;
}

bool take_span(std::string_view text, TextLine& out) {
  out.span = table_span_named(text);
  return out.span.has_value();
}

bool take_name(std::string_view text, std::string& out) {
  out = text;
  return true;
}

// False if the value is none of its kind.
bool take_field(FieldIs is, std::string_view text, TextLine& out) {
  switch (is) {
    case FieldIs::kChangefeed: return take_changefeed(text, out);
    case FieldIs::kSender: return take_name(text, out.from);
    case FieldIs::kEpoch: return take_number(text, out.facts.epoch);
    case FieldIs::kOwner: return take_name(text, out.owner);
    case FieldIs::kOwnerEpoch: return take_number(text, out.facts.owner_epoch);
    case FieldIs::kDispatcher: return take_id(text, out.id);
    case FieldIs::kTriggerHere: return take_id(text, out.trigger_here);
    case FieldIs::kTriggerAsked: return take_id(text, out.trigger_asked);
    case FieldIs::kSpan: return take_span(text, out);
    case FieldIs::kStartTs: return take_number(text, out.facts.start_ts);
    case FieldIs::kOperator: return take_operator(text, out.facts);
    case FieldIs::kMode: return take_mode(text, out.facts);
    case FieldIs::kRedo: return take_flag(text, out.facts.redo);
    case FieldIs::kSuccess: return take_flag(text, out.facts.success);
    case FieldIs::kCount: return take_number(text, out.facts.count);
    case FieldIs::kTombstone: return take_number(text, out.facts.tombstone);
    case FieldIs::kAction: return take_action(text, out.facts);
    case FieldIs::kRequest: return take_request(text, out);
    case FieldIs::kType: return take_type(text, out.facts);
    case FieldIs::kNode: return take_name(text, out.node);
    case FieldIs::kPeer: return take_name(text, out.peer);
    case FieldIs::kPeerEpoch: return take_number(text, out.peer_epoch);
    case FieldIs::kStatus: return take_status(text, out.facts.owner_epoch);
    case FieldIs::kPeerStatus: return take_status(text, out.peer_epoch);
    case FieldIs::kCommand: return take_command(text, out);
  }
  impl::unreachable();
}

// Whoever waits for a value of it.
std::string expected_of(FieldIs is) {
  switch (is) {
    case FieldIs::kEpoch:
    case FieldIs::kOwnerEpoch:
    case FieldIs::kStartTs:
    case FieldIs::kCount:
    case FieldIs::kTombstone:
    case FieldIs::kPeerEpoch:
    case FieldIs::kPeerStatus:
    case FieldIs::kStatus: return std::string(kANumber);
    case FieldIs::kRedo:
    case FieldIs::kSuccess: return "true or false";
    case FieldIs::kSpan: return "\"tableID: N, startKey: HEX, endKey: HEX, keyspaceID: N\"";
    case FieldIs::kDispatcher:
    case FieldIs::kTriggerHere:
    case FieldIs::kTriggerAsked: return "a dispatcher's id: digits, or \"high:N low:N\"";
    case FieldIs::kChangefeed:
      return "a changefeed: \"keyspace/name\", its name, or \"high:N low:N name:...\"";
    case FieldIs::kCommand:
    case FieldIs::kRequest: return "a request, in protobuf text or JSON";
    case FieldIs::kAction: return "Write or Pass";
    case FieldIs::kOperator: return "O_Add, O_Remove, O_Move, O_Split or O_Merge";
    case FieldIs::kSender:
    case FieldIs::kOwner:
    case FieldIs::kMode:
    case FieldIs::kType:
    case FieldIs::kNode:
    case FieldIs::kPeer: return "text";
  }
  impl::unreachable();
}

}  // namespace

std::optional<InputError> take_fields(const RawLine& line, TextLine& out) {
  out.facts = out.row->implied;
  std::optional<InputError> error;
  for (const FieldSpec& field : out.row->fields) {
    if (field.key.empty()) break;
    const auto value = line.value_of(field.key);
    if (!value || take_field(field.is, *value, out) || error) continue;
    std::string text(value->substr(0, 60));
    if (value->size() > 60) text += "...";
    error =
        InputError{"", std::string(field.key), fmt::format("the value '{}'", text), expected_of(field.is)};
  }
  return error;
}

}  // namespace takeover::logs
