// The canonical encoding of a world: equal worlds have equal bytes, different worlds different ones.
//
// Every list is preceded by its length and every optional by its presence, so that the bytes can be read in
// one way only. Numbers are written as varints, flags as the bits of one.
//
// This is a third of what checking costs, so that the position goes from call to call by value, in a
// register: kept in an object, it would be loaded and stored again for each byte. Room is made beforehand.
// No number takes more than twice its bytes in memory, so neither does anything made of numbers; elements of
// lists, and what is boxed, see to their room themselves, and leave as much as may follow (kMargin).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <variant>

#include "checker/engine/encoder.h"
#include "spec/world/world.h"

namespace takeover::model {

class WorldEncoder {
 public:
  explicit WorldEncoder(engine::Encoder& out) : out_(out) {}

  // Cut where parts change by themselves.
  void put(const spec::World& world) {
    At at = out_.room(kMargin);
    at = put(at, world.node);
    cut(at);
    at = put(at, world.environment);
    cut(at);
    at = put(at, world.history);
    out_.advance(at);
  }

 private:
  using At = std::uint8_t*;  // where the next byte goes
  // For what is left to be written of a world, of what is boxed in it, and of an element of a list, which are
  // both smaller than a world.
  static constexpr std::size_t kMargin = 3 * (2 * sizeof(spec::World));

  void cut(At at) {
    out_.advance(at);
    out_.cut();
  }
  // Room for what is not in the world's own bytes, besides all that follows.
  template <class T>
  At more(At at) {
    static_assert(sizeof(T) < sizeof(spec::World));
    out_.advance(at);
    return out_.room(kMargin + 2 * sizeof(T));
  }

  // What is written as a number: most of a world. Not std::uint8_t, which is a byte as it is.
  template <class T>
  static constexpr bool kIsNumber = std::is_enum_v<T> || std::is_same_v<T, bool> ||
                                    std::is_same_v<T, std::uint32_t> || std::is_same_v<T, std::uint64_t>;

  // Most numbers of a world are small, and are written without asking of each.
  template <class... Ts>
  static At put_numbers(At at, Ts... values) {
    if ((static_cast<std::uint64_t>(values) | ...) < 0x80) {
      ((*at++ = static_cast<std::uint8_t>(values)), ...);
      return at;
    }
    return put_wide(at, std::array{static_cast<std::uint64_t>(values)...});
  }
  template <std::size_t N>
  [[gnu::noinline]] static At put_wide(At at, const std::array<std::uint64_t, N>& values) {
    for (std::uint64_t value : values) at = engine::put_varint(at, value);
    return at;
  }
  template <class T>
  requires kIsNumber<T>
  static At put(At at, T value) { return put_numbers(at, value); }
  static At put(At at, std::uint8_t value) {
    *at++ = value;
    return at;
  }
  template <class... Flags>
  static At put_flags(At at, Flags... flags) {
    std::uint64_t bits = 0;
    ((bits = bits << 1U | static_cast<std::uint64_t>(flags)), ...);
    return put_numbers(at, bits);
  }
  template <class T, std::size_t N>
  At put(At at, const impl::SmallVector<T, N>& values) {
    at = put_numbers(at, values.size());
    for (const T& value : values) at = put(more<T>(at), value);
    return at;
  }
  template <class T>
  At put(At at, const std::optional<T>& value) {
    at = put(at, value.has_value());
    return value ? put(at, *value) : at;
  }
  template <class T>
  At put(At at, const impl::Boxed<T>& value) {
    at = put(at, value.has_value());
    return value ? put(more<T>(at), *value) : at;
  }
  template <class T, std::size_t N>
  static bool is_absent(const impl::SmallVector<T, N>& values) {
    return values.empty();
  }
  template <class T>
  static bool is_absent(const std::optional<T>& value) {
    return !value.has_value();
  }
  template <class T>
  static bool is_absent(const impl::Boxed<T>& value) {
    return !value.has_value();
  }
  static constexpr std::uint64_t zero_for(const auto& /*absent*/) { return 0; }

  template <class... Ts>
  At put_all(At at, const Ts&... values) {
    if constexpr ((kIsNumber<Ts> && ...)) {
      return put_numbers(at, values...);
    } else if constexpr ((requires { is_absent(values); } && ...)) {
      // An empty list and a value that is not there are both written as 0, and most are.
      if ((is_absent(values) && ...)) return put_numbers(at, zero_for(values)...);
    }
    ((at = put(at, values)), ...);
    return at;
  }

  At put(At at, const impl::Span& span) {
    if (span.is_whole()) return put_all(at, std::uint64_t{span.table} * 2);
    return put_all(at, std::uint64_t{span.table} * 2 + 1, static_cast<std::uint32_t>(span.begin),
                   static_cast<std::uint32_t>(span.end));
  }

  // ---- messages ----

  At put(At at, const impl::MaintainerBootstrapRequest& m) {
    return put_all(at, m.event_trigger, m.redo_trigger, m.start_ts, m.config_epoch, m.is_new_changefeed,
                   m.redo_enabled);
  }
  At put(At at, const impl::MaintainerPostBootstrapRequest& m) { return put(at, m.event_trigger); }
  At put(At at, const impl::MaintainerCloseRequest& m) { return put(at, m.removed); }
  At put(At at, const impl::ScheduleDispatcherRequest& m) {
    at = put_all(at, m.action, m.op, m.mode, m.id);
    return put_all(at, m.span, m.start_ts);
  }
  At put(At at, const impl::MergeDispatcherRequest& m) { return put_all(at, m.ids, m.merged_id, m.mode); }
  At put(At at, const impl::HeartBeatResponse& m) { return put(at, m.action); }
  At put(At at, const impl::RedoMetaMessage& m) { return put_all(at, m.checkpoint_ts, m.resolved_ts); }
  At put(At at, const impl::RedoResolvedTsForwardMessage& m) { return put(at, m.resolved_ts); }
  At put(At at, const impl::CheckpointTsMessage& m) { return put(at, m.checkpoint_ts); }
  // Most messages stand in a list; left to itself, GCC calls this for each.
  [[gnu::always_inline]] At put(At at, const impl::Request& request) {
    at = put_all(at, request.type(), request.from, request.epoch);
    return std::visit([this, at](const auto& body) { return this->put(at, body); }, request.body);
  }
  At put(At at, const impl::ReportedSpan& s) {
    at = put_all(at, s.id, s.mode, s.status);
    return put_all(at, s.span, s.checkpoint_ts);
  }
  At put(At at, const impl::JournalEntry& e) {
    at = put_all(at, e.id, e.action, e.op, e.mode, e.from, e.epoch);
    return put_all(at, e.span, e.start_ts);
  }
  At put(At at, const impl::DispatcherStatus& s) { return put_all(at, s.id, s.status, s.mode); }
  At put(At at, const impl::MaintainerBootstrapResponse& r) {
    at = put_all(at, r.epoch, r.checkpoint_ts, r.redo_checkpoint_ts);
    return put_all(at, r.spans, r.operators, r.error);
  }

  // ---- the node ----

  At put(At at, const impl::Dispatcher& d) {
    at = put_all(at, d.id, d.span);
    at = put_all(at, d.start_ts, d.checkpoint_ts, d.status);
    return put_flags(at, d.mode == impl::Mode::kRedo, d.try_removing, d.removing);
  }
  At put(At at, const impl::ScheduleHandler& h) { return put_all(at, h.step, h.batch, h.next); }
  At put(At at, const impl::CleanUp& c) { return put_all(at, c.step, c.mode, c.id); }
  At put(At at, const impl::MergeTask& t) { return put_all(at, t.ids, t.merged_id, t.mode); }
  At put(At at, const impl::PendingAction& a) { return put_all(at, a.action, a.from, a.epoch); }
  At put(At at, const impl::OrchestratorHandler& h) {
    return put_all(at, h.request, h.next, h.existed, h.created_trigger, h.response);
  }
  At put(At at, const impl::DispatcherManager& m) {
    at = put_all(at, m.owner, m.epoch, m.event_trigger, m.redo_trigger, m.event_trigger_start_ts,
                 m.redo_trigger_start_ts);
    at = put_flags(at, m.redo_enabled, m.redo_ready, m.registered, m.checkpoint_stream, m.schema_store,
                   m.redo_schema_store);
    at = put_flags(at, m.closing, m.closed, m.write_path_closed, m.remove_requested, m.removed_clean_up);
    at = put_all(at, m.fence, m.error, m.redo_checkpoint_ts, m.redo_resolved_ts, m.redo_forwarded_resolved_ts,
                 m.checkpoint_ts);
    at = put_all(at, m.schedule, m.clean_up);
    cut(at);
    at = put_all(at, m.dispatchers, m.journal);
    cut(at);
    return put_all(at, m.statuses, m.streams, m.merges, m.actions, m.registered_triggers, m.removed_triggers);
  }
  At put(At at, const impl::DispatcherOrchestrator& n) {
    at = put_flags(at, n.fenced, n.closed, n.fail_create, n.fail_clean_up);
    at = put_all(at, n.tombstone, n.pending);
    cut(at);
    at = put(at, n.handler);
    cut(at);
    return put_all(at, n.manager, n.initializing);
  }

  // ---- the environment and history ----

  At put(At at, const spec::Placement& p) {
    at = put_all(at, p.id, p.mode, p.belief);
    return put_all(at, p.span, p.sources);
  }
  At put(At at, const spec::OwnerState& o) {
    at = put(at, o.phase);
    at = put_flags(at, o.post_bootstrapped, o.unread, o.close_removed, o.trigger_gone, o.redo_trigger_gone,
                   o.redo_trigger_asked);
    at = put_all(at, o.creates, o.merges, o.removes, o.actions, o.redo_metas, o.redo_forwards, o.checkpoints);
    return put_all(at, o.misbehaved, o.record);
  }
  At put(At at, const spec::Bounds& b, bool seldom) {
    at = put_all(at, b.losses, b.extra_copies, b.resends, b.deaths, b.local_fences, b.shutdowns,
                 b.failed_creations, b.failed_clean_ups);
    return seldom ? put_all(at, b.first_events, b.complete_heartbeats) : at;
  }
  At put(At at, const spec::Environment& e) {
    at = put(at, e.owners);
    cut(at);
    at = put(at, e.links);
    const bool seldom = e.used.first_events != 0 || e.used.complete_heartbeats != 0;
    at = put_flags(at, e.lose_reply, seldom);
    return put(at, e.used, seldom);
  }
  At put(At at, const spec::OwnerId& o) { return put_all(at, o.node, o.epoch); }
  At put(At at, const spec::DispatcherKey& k) { return put_all(at, k.id, k.mode); }
  At put(At at, const spec::FoundManager& m) { return put_all(at, m.owner, m.event_trigger, m.redo_trigger); }
  At put(At at, const spec::History& h) {
    at = put_all(at, h.bootstraps, h.acknowledged_close);
    at = put_all(at, h.agreement.event_trigger, h.agreement.redo_trigger, h.taken_over);
    const bool foreign = h.foreign.actions != 0 || h.foreign.merges != 0;
    at = put_flags(at, h.acknowledged_zero_removed, h.removed_asked, h.foreign.close, foreign,
                   h.failed_under.has_value());
    if (h.failed_under) at = put(at, *h.failed_under);
    if (foreign) at = put_all(at, h.foreign.actions, h.foreign.merges);
    return put_all(at, h.removing, h.triggers_removing, h.owed, h.removed);
  }

  engine::Encoder& out_;
};

}  // namespace takeover::model
