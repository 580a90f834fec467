#include <optional>
#include <string_view>

#include "checker/logs/proto_text.h"
#include "checker/logs/text_facts.h"

namespace takeover::logs {
namespace {

using impl::MessageType;

constexpr std::string_view kEventTrigger = "table_trigger_event_dispatcher_id";
constexpr std::string_view kOperatorTypePrefix = "O_";

// Of a field that is left out when it is 0.
std::optional<std::uint64_t> count_in(const ProtoValue& message, std::string_view path) {
  const ProtoValue* const field = message.find(path);
  return field == nullptr ? 0 : field->as_number();
}

std::optional<Gid> id_in(const ProtoValue& message, std::string_view path) {
  const ProtoValue* const field = message.find(path);
  return field == nullptr ? std::nullopt : gid_of(*field);
}

template <class Enum>
std::optional<Enum> word_in(const ProtoValue& message, std::string_view name,
                            std::span<const std::string_view> words, std::string_view prefix) {
  const ProtoValue* const field = message.find(name);
  if (field == nullptr) return Enum{};
  auto word = field->as_word(words);
  if (!word) return {};
  if (word->starts_with(prefix)) word->remove_prefix(prefix.size());
  return impl::named<Enum>(*word);
}

bool take_schedule(const ProtoValue& request, TextLine& out) {
  out.facts.type = MessageType::kSchedule;
  out.words = id_in(request, "config.dispatcherID");
  if (out.words) out.id = to_string(*out.words);
  out.facts.start_ts = count_in(request, "config.startTs");
  out.facts.action =
      word_in<impl::ScheduleAction>(request, "scheduleAction", schedule_actions(), std::string_view());
  out.facts.operator_type =
      word_in<impl::OperatorType>(request, "operatorType", operator_types(), kOperatorTypePrefix);
  if (const ProtoValue* const span = request.find("config.span")) out.span = table_span_of(*span);
  const auto mode = count_in(request, "config.mode");
  if (mode) out.facts.mode = *mode == 1 ? impl::Mode::kRedo : impl::Mode::kDefault;
  return mode && out.words && out.facts.start_ts && out.facts.action && out.facts.operator_type;
}

bool take_merge(const ProtoValue& request, TextLine& out) {
  out.facts.type = MessageType::kMerge;
  out.words = id_in(request, "mergedDispatcherID");
  if (out.words) out.id = to_string(*out.words);
  return out.words.has_value();
}

// Which request it is, is told by what it has: fields that are nothing are left out. A Close that does not
// remove and a PostBootstrap without a trigger look alike.
void take_for_orchestrator(const ProtoValue& request, TextLine& out) {
  if (const auto trigger = id_in(request, kEventTrigger)) out.trigger_asked = to_string(*trigger);
  if (request.find("config") != nullptr || request.find("start_ts") != nullptr) {
    out.facts.type = MessageType::kBootstrap;
    out.facts.start_ts = count_in(request, "start_ts");
    if (out.trigger_asked.empty()) out.facts.trigger_asked = impl::DispatcherId::kNone;
  } else if (!out.trigger_asked.empty() || request.find("schemas") != nullptr) {
    out.facts.type = MessageType::kPostBootstrap;
  } else if (request.find("removed") != nullptr) {
    out.facts.type = MessageType::kClose;
    out.facts.removed = true;
  }
}

}  // namespace

bool take_request(std::string_view text, TextLine& out) {
  const auto request = read_proto(text);
  if (!request) return false;
  if (const ProtoValue* const changefeed = request->find("changefeedID")) {
    if (auto named = changefeed_of(*changefeed)) out.changefeed = std::move(named);
  }
  out.facts.epoch = count_in(*request, "maintainer_epoch");
  if (!out.facts.epoch) return false;
  if (request->find("config.dispatcherID") != nullptr) return take_schedule(*request, out);
  if (request->find("mergedDispatcherID") != nullptr) return take_merge(*request, out);
  take_for_orchestrator(*request, out);
  return true;
}

}  // namespace takeover::logs
