#include "checker/logs/difference.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "impl/named.h"
#include "traces/compare.h"

namespace takeover::logs {
namespace {

// The members in which two sets of facts contradict each other.
class Contradictions {
 public:
  explicit Contradictions(const spec::Names& names) : names_(names) {}

  template <class T>
  void add(std::string_view name, const std::optional<T>& line, const std::optional<T>& step) {
    if (!line || !step || *line == *step) return;
    text_ +=
        fmt::format("{}{} {} in place of {}", text_.empty() ? "" : ", ", name, words(*step), words(*line));
  }
  [[nodiscard]] std::string text() const { return text_; }

 private:
  static std::string or_none(const std::string& name) { return name.empty() ? "none" : name; }
  [[nodiscard]] std::string words(impl::NodeId id) const { return or_none(names_.of(id)); }
  [[nodiscard]] std::string words(impl::DispatcherId id) const { return or_none(names_.of(id)); }
  [[nodiscard]] static std::string words(const impl::Span& span) { return to_string(span); }
  [[nodiscard]] static std::string words(bool value) { return value ? "true" : "false"; }
  [[nodiscard]] static std::string words(std::uint64_t value) { return std::to_string(value); }
  template <impl::Named Enum>
  [[nodiscard]] static std::string words(Enum value) {
    return or_none(std::string(name_of(value)));
  }

  const spec::Names& names_;
  std::string text_{};
};

std::string difference(const Facts& line, const Facts& step, const spec::Names& names) {
  Contradictions found(names);
  found.add("from", line.from, step.from);
  found.add("epoch", line.epoch, step.epoch);
  found.add("owner", line.owner, step.owner);
  found.add("the owner's epoch", line.owner_epoch, step.owner_epoch);
  found.add("dispatcher", line.id, step.id);
  found.add("mode", line.mode, step.mode);
  found.add("trigger here", line.trigger_here, step.trigger_here);
  found.add("trigger asked for", line.trigger_asked, step.trigger_asked);
  found.add("span", line.span, step.span);
  found.add("start ts", line.start_ts, step.start_ts);
  found.add("action", line.action, step.action);
  found.add("operator", line.operator_type, step.operator_type);
  found.add("barrier action", line.barrier_action, step.barrier_action);
  found.add("type", line.type, step.type);
  found.add("tombstone", line.tombstone, step.tombstone);
  found.add("redo", line.redo, step.redo);
  found.add("removed", line.removed, step.removed);
  found.add("success", line.success, step.success);
  found.add("count", line.count, step.count);
  return found.text();
}

}  // namespace

bool is_of_its_kind(const Observed& line, const Emitted& emitted) {
  if (line.what != emitted.what) return false;
  if (line.what == What::kLine) return line.line == emitted.line;
  return line.what == What::kSend && line.message.to == emitted.message.to &&
         line.message.type() == emitted.message.type();
}

std::string difference(const Observed& line, const Emitted& emitted, const spec::Names& names) {
  if (line.what == What::kLine) return difference(line.facts, emitted.facts, names);
  if (line.has_error && error_of(emitted.message) == impl::ErrorCode::kNone)
    return "no error in place of one";
  const auto mismatch =
      traces::compare(line.expected, spec::write_message(emitted.message, names), "message");
  if (!mismatch) return {};
  return fmt::format("{} {} in place of {}", mismatch->pointer, mismatch->actual, mismatch->expected);
}

}  // namespace takeover::logs
