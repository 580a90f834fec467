#include "checker/logs/text_write.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "checker/logs/text_line.h"
#include "checker/logs/text_spell.h"

namespace takeover::logs {
namespace {

constexpr std::string_view kKeyspace = "default";

std::string time_text(std::int64_t time_us) {
  constexpr std::int64_t kSecond = 1'000'000;
  return fmt::format("{:%Y/%m/%d %H:%M:%S}.{:03} +00:00", fmt::gmtime(time_us / kSecond),
                     time_us % kSecond / 1000);
}

std::string head(std::int64_t time_us, const Row& row) {
  return fmt::format("[{}] [{}] [{}] [{}]", time_text(time_us), name_of(row.level), row.caller,
                     quoted_if_needed(row.message));
}

// "0", "dispatcher", "table trigger event dispatcher": by what it is called.
std::string mode_text(std::string_view key, impl::Mode mode) {
  const bool is_redo = mode == impl::Mode::kRedo;
  if (key == "dispatcherKind") return is_redo ? "redo dispatcher" : "dispatcher";
  if (key == "triggerName") {
    return fmt::format("table trigger {} dispatcher", is_redo ? "redo" : "event");
  }
  return is_redo ? "1" : "0";
}

bool is_of(const Row& row, std::string_view file) {
  return row.caller.starts_with(file);
}

// Whether a line spells a changefeed as protobuf text: that of a whole request, and of what is beside one.
bool spells_protobuf(const Row& row) {
  if (row.id == LineId::kStaleRemoveRestored || row.id == LineId::kShouldNotHappen) return true;
  return is_of(row, "helper.go") && row.id != LineId::kDeletesAdd && row.id != LineId::kKeepsAdds;
}

bool spells_name_only(const Row& row) {
  if (!is_of(row, "dispatcher_orchestrator.go")) return false;
  return row.id != LineId::kTriggerMismatch && row.id != LineId::kCannotCreateTrigger &&
         row.id != LineId::kTryClose;
}

template <class T>
std::string text_or_nothing(const std::optional<T>& fact) {
  return fact ? fmt::format("{}", *fact) : std::string();
}

}  // namespace

std::string quoted_if_needed(std::string_view text) {
  const bool is_plain = std::ranges::none_of(text, [](char letter) {
    return static_cast<unsigned char>(letter) <= ' ' || letter == '"' || letter == '\\' || letter == '[' ||
           letter == ']' || letter == '=' || letter == '\x7f';
  });
  return is_plain ? std::string(text) : json_string(text);
}

TextWriter::TextWriter(const spec::Names& names, std::string changefeed, std::uint64_t seed)
    : names_(names),
      changefeed_(std::move(changefeed)),
      random_(seed),
      changefeed_words_{.high = random_(), .low = random_()} {}

const Gid& TextWriter::words_of(impl::DispatcherId id) {
  const std::string& name = names_.of(id);
  const auto found = words_.find(name);
  if (found != words_.end()) return found->second;
  Gid words{};
  do {
    words = {.high = random_(), .low = random_()};
  } while (!spellings_.insert(to_string(words)).second);
  return words_.emplace(name, words).first->second;
}

std::string TextWriter::dispatcher_text(const Row& row, impl::DispatcherId id) {
  if (id == impl::DispatcherId::kNone) return "00";
  const Gid& words = words_of(id);
  const bool is_protobuf = row.id == LineId::kStaleRemoveRestored || row.id == LineId::kShouldNotHappen;
  return is_protobuf ? fmt::format("high:{} low:{} ", words.high, words.low) : to_string(words);
}

std::string TextWriter::changefeed_text(const Row& row) const {
  if (spells_protobuf(row)) return proto_changefeed(changefeed_words_, changefeed_, kKeyspace);
  if (spells_name_only(row)) return changefeed_;
  return fmt::format("{}/{}", kKeyspace, changefeed_);
}

std::string TextWriter::schedule_text(const Facts& facts) {
  return fmt::format("changefeedID:<{}> {}", proto_changefeed(changefeed_words_, changefeed_, kKeyspace),
                     proto_schedule(facts, words_of(*facts.id)));
}

std::string TextWriter::request_json(const impl::Message& request) {
  const auto id_of = [&](impl::DispatcherId id) -> std::optional<Gid> {
    return id == impl::DispatcherId::kNone ? std::nullopt : std::optional(words_of(id));
  };
  std::string text = fmt::format(R"([{{"changefeedID":{{"high":{},"low":{},"name":{},"keyspace":{}}})",
                                 changefeed_words_.high, changefeed_words_.low, json_string(changefeed_),
                                 json_string(kKeyspace));
  const auto put_id = [&](std::string_view key, const std::optional<Gid>& id) {
    if (id) text += fmt::format(R"(,"{}":{{"high":{},"low":{}}})", key, id->high, id->low);
  };
  if (const auto* bootstrap = request.as<impl::MaintainerBootstrapRequest>()) {
    text += R"(,"config":"e30=")";
    if (bootstrap->start_ts != 0) text += fmt::format(R"(,"start_ts":{})", bootstrap->start_ts);
    put_id("table_trigger_event_dispatcher_id", id_of(bootstrap->event_trigger));
    put_id("table_trigger_redo_dispatcher_id", id_of(bootstrap->redo_trigger));
    if (bootstrap->is_new_changefeed) text += R"(,"is_new_changefeed":true)";
  } else if (const auto* post = request.as<impl::MaintainerPostBootstrapRequest>()) {
    put_id("table_trigger_event_dispatcher_id", id_of(post->event_trigger));
  } else if (const auto* close = request.as<impl::MaintainerCloseRequest>()) {
    if (close->removed) text += R"(,"removed":true)";
  }
  if (request.epoch != 0) text += fmt::format(R"(,"maintainer_epoch":{})", request.epoch);
  return text + "}]";
}

std::string TextWriter::value_of(const Row& row, const FieldSpec& field, const Emitted& emitted) {
  const Facts& facts = emitted.facts;
  const auto node_or_nothing = [&](const std::optional<impl::NodeId>& id) {
    return id ? names_.of(*id) : std::string();
  };
  const auto dispatcher_or_nothing = [&](const std::optional<impl::DispatcherId>& id) {
    return id ? dispatcher_text(row, *id) : std::string();
  };
  switch (field.is) {
    case FieldIs::kChangefeed: return changefeed_text(row);
    case FieldIs::kSender: return node_or_nothing(facts.from);
    case FieldIs::kOwner: return node_or_nothing(facts.owner);
    case FieldIs::kEpoch: return text_or_nothing(facts.epoch);
    case FieldIs::kOwnerEpoch: return text_or_nothing(facts.owner_epoch);
    case FieldIs::kDispatcher: return dispatcher_or_nothing(facts.id);
    case FieldIs::kTriggerHere: return dispatcher_or_nothing(facts.trigger_here);
    case FieldIs::kTriggerAsked: return dispatcher_or_nothing(facts.trigger_asked);
    case FieldIs::kSpan: return facts.span ? to_string(table_span(*facts.span)) : "";
    case FieldIs::kStartTs: return text_or_nothing(facts.start_ts);
    case FieldIs::kMode: return facts.mode ? mode_text(field.key, *facts.mode) : "";
    case FieldIs::kRedo: return text_or_nothing(facts.redo);
    case FieldIs::kSuccess: return text_or_nothing(facts.success);
    case FieldIs::kCount: return text_or_nothing(facts.count);
    case FieldIs::kTombstone: return text_or_nothing(facts.tombstone);
    case FieldIs::kAction: return facts.barrier_action ? std::string(name_of(*facts.barrier_action)) : "";
    case FieldIs::kRequest:
      return row.id == LineId::kAlreadyClosed ? request_json(emitted.message) : schedule_text(facts);
    case FieldIs::kType: return facts.type ? std::string(name_of(*facts.type)) : "";
    case FieldIs::kOperator:
    case FieldIs::kNode:
    case FieldIs::kPeer:
    case FieldIs::kPeerEpoch:
    case FieldIs::kPeerStatus:
    case FieldIs::kCommand:
    case FieldIs::kStatus: return "";  // of lines that no step of the node writes
  }
  return "";
}

std::string TextWriter::line(std::int64_t time_us, const Emitted& emitted) {
  const Row* row = row_for(emitted.line, emitted.facts);
  if (row == nullptr) return "";
  std::string text = head(time_us, *row);
  for (const FieldSpec& field : row->fields) {
    if (field.key.empty()) break;
    const std::string value = value_of(*row, field, emitted);
    if (!value.empty()) text += fmt::format(" [{}={}]", field.key, quoted_if_needed(value));
  }
  return text + "\n";
}

std::string TextWriter::start(std::int64_t time_us, impl::NodeId self) const {
  const Row* row = row_of("create message center success.", "message_center.go:126");
  if (row == nullptr) return "";
  return fmt::format("{} [id={}]\n", head(time_us, *row), quoted_if_needed(names_.of(self)));
}

}  // namespace takeover::logs
