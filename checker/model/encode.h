// The canonical encoding of a world: equal worlds have equal bytes, different worlds different ones.
//
// Every list is preceded by its length and every optional by its presence, so that the bytes can be read in
// one way only. Sink is the engine's Encoder, or anything with byte(uint8_t) and varint(uint64_t).
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "spec/world.h"

namespace takeover::model {

template <class Sink>
class WorldEncoder {
 public:
  explicit WorldEncoder(Sink& sink) : sink_(sink) {}

  // Cut where parts change by themselves, if the sink cares.
  void put(const spec::World& world) {
    put(world.node);
    cut();
    put(world.environment);
    cut();
    put(world.history);
  }

 private:
  void cut() {
    if constexpr (requires { sink_.cut(); }) sink_.cut();
  }
  // What is written as a number: most of a world. Not std::uint8_t, which is a byte as it is.
  template <class T>
  static constexpr bool kIsNumber = std::is_enum_v<T> || std::is_same_v<T, bool> ||
                                    std::is_same_v<T, std::uint32_t> || std::is_same_v<T, std::uint64_t>;

  template <class T>
  requires kIsNumber<T>
  void put(T value) { put_numbers(value); }
  void put(std::uint8_t value) { sink_.byte(value); }
  template <class... Ts>
  void put_numbers(Ts... values) {
    if constexpr (requires { sink_.varints(static_cast<std::uint64_t>(values)...); }) {
      sink_.varints(static_cast<std::uint64_t>(values)...);
    } else {
      (sink_.varint(static_cast<std::uint64_t>(values)), ...);
    }
  }
  template <class... Flags>
  void put_flags(Flags... flags) {
    std::uint64_t bits = 0;
    ((bits = bits << 1U | static_cast<std::uint64_t>(flags)), ...);
    put_numbers(bits);
  }
  template <class T, std::size_t N>
  void put(const impl::SmallVector<T, N>& values) {
    put_numbers(values.size());
    for (const T& value : values) put(value);
  }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <class T>
  void put(const impl::Boxed<T>& value) {
    put(value.has_value());
    if (value) put(*value);
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
  void put_all(const Ts&... values) {
    if constexpr ((kIsNumber<Ts> && ...)) {
      put_numbers(values...);
    } else if constexpr ((requires { is_absent(values); } && ...)) {
      // An empty list and a value that is not there are both written as 0, and most are.
      if ((is_absent(values) && ...)) {
        put_numbers(zero_for(values)...);
      } else {
        (put(values), ...);
      }
    } else if constexpr ((std::is_same_v<Ts, std::uint8_t> && ...)) {
      // Below 128 a byte and a number are written the same way.
      if ((values | ...) < 0x80) {
        put_numbers(values...);
      } else {
        (put(values), ...);
      }
    } else {
      (put(values), ...);
    }
  }

  void put(const impl::Span& span) {
    if (span.is_ddl() || span.is_whole()) {
      put_all(std::uint32_t{span.table} * 2);
    } else {
      put_all(std::uint32_t{span.table} * 2 + 1, static_cast<std::uint32_t>(span.begin),
              static_cast<std::uint32_t>(span.end));
    }
  }

  // ---- messages ----

  void put(const impl::MaintainerBootstrapRequest& m) {
    put_all(m.event_trigger, m.redo_trigger, m.start_ts, m.config_epoch, m.is_new_changefeed, m.redo_enabled);
  }
  void put(const impl::MaintainerPostBootstrapRequest& m) { put(m.event_trigger); }
  void put(const impl::MaintainerCloseRequest& m) { put(m.removed); }
  void put(const impl::ScheduleDispatcherRequest& m) {
    put_all(m.action, m.op, m.mode, m.id);
    put_all(m.span, m.start_ts);
  }
  void put(const impl::MergeDispatcherRequest& m) { put_all(m.ids, m.merged_id, m.mode); }
  void put(const impl::HeartBeatResponse& m) { put(m.action); }
  void put(const impl::RedoMetaMessage& m) { put_all(m.checkpoint_ts, m.resolved_ts); }
  void put(const impl::RedoResolvedTsForwardMessage& m) { put(m.resolved_ts); }
  void put(const impl::CheckpointTsMessage& m) { put(m.checkpoint_ts); }
  void put(const impl::Request& request) {
    put_all(request.type(), request.from, request.epoch);
    std::visit([this](const auto& body) { this->put(body); }, request.body);
  }
  void put(const impl::ReportedSpan& s) {
    put_all(s.id, s.mode, s.status);
    put_all(s.span, s.checkpoint_ts);
  }
  void put(const impl::JournalEntry& e) {
    put_all(e.id, e.action, e.op, e.mode, e.from, e.epoch);
    put_all(e.span, e.start_ts);
  }
  void put(const impl::DispatcherStatus& s) { put_all(s.id, s.status, s.mode); }
  void put(const impl::MaintainerBootstrapResponse& r) {
    put_all(r.epoch, r.checkpoint_ts, r.redo_checkpoint_ts);
    put_all(r.spans, r.operators, r.error);
  }

  // ---- the node ----

  void put(const impl::Dispatcher& d) {
    put_all(d.id, d.span);
    put_all(d.start_ts, d.checkpoint_ts, d.status);
    put_flags(d.mode == impl::Mode::kRedo, d.try_removing, d.removing);
  }
  void put(const impl::ScheduleHandler& h) { put_all(h.step, h.batch, h.next); }
  void put(const impl::CleanUp& c) { put_all(c.step, c.mode, c.id); }
  void put(const impl::MergeTask& t) { put_all(t.ids, t.merged_id, t.mode); }
  void put(const impl::PendingAction& a) { put_all(a.action, a.from, a.epoch); }
  void put(const impl::OrchestratorHandler& h) {
    put_all(h.request, h.next, h.existed, h.created_trigger, h.response);
  }
  void put(const impl::DispatcherManager& m) {
    put_all(m.owner, m.epoch, m.event_trigger, m.redo_trigger, m.event_trigger_start_ts,
            m.redo_trigger_start_ts);
    put_flags(m.redo_enabled, m.redo_ready, m.registered, m.checkpoint_stream, m.schema_store,
              m.redo_schema_store, m.trigger_registered, m.redo_trigger_registered, m.closing, m.closed,
              m.write_path_closed, m.remove_requested, m.removed_clean_up);
    put_all(m.fence, m.redo_checkpoint_ts, m.redo_resolved_ts, m.redo_forwarded_resolved_ts, m.checkpoint_ts);
    put_all(m.schedule, m.clean_up);
    cut();
    put_all(m.dispatchers, m.journal);
    cut();
    put_all(m.statuses, m.streams, m.merges, m.actions, m.removed_triggers);
  }
  void put(const impl::DispatcherOrchestrator& n) {
    put_flags(n.fenced, n.closed, n.fail_create);
    put_all(n.tombstone, n.pending);
    cut();
    put(n.handler);
    cut();
    put_all(n.manager, n.initializing);
  }

  // ---- the environment and history ----

  void put(const spec::Placement& p) {
    put_all(p.id, p.mode, p.belief);
    put_all(p.span, p.sources);
  }
  void put(const spec::OwnerState& o) {
    put(o.phase);
    put_flags(o.post_bootstrapped, o.unread, o.close_removed, o.trigger_gone, o.redo_trigger_gone,
              o.redo_trigger_asked);
    put_all(o.creates, o.merges, o.removes, o.actions, o.redo_metas, o.redo_forwards, o.checkpoints);
    put_all(o.misbehaved, o.record);
  }
  void put(const spec::Bounds& b) {
    put_all(b.losses, b.extra_copies, b.resends, b.deaths, b.local_fences, b.shutdowns, b.failed_creations);
  }
  void put(const spec::Environment& e) {
    put(e.owners);
    cut();
    put_all(e.links, e.lose_reply, e.used);
  }
  void put(const spec::OwnerId& o) { put_all(o.node, o.epoch); }
  void put(const spec::DispatcherKey& k) { put_all(k.id, k.mode); }
  void put(const spec::FoundManager& m) { put_all(m.owner, m.event_trigger, m.redo_trigger); }
  void put(const spec::History& h) {
    put_all(h.bootstraps, h.acknowledged_close);
    put_all(h.acknowledged_zero_removed, h.agreement.event_trigger, h.agreement.redo_trigger);
    put_all(h.taken_over, h.removed_asked);
    put_all(h.removing, h.triggers_removing, h.owed, h.removed);
  }

  Sink& sink_;
};

}  // namespace takeover::model
