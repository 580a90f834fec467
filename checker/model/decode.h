// A world from its canonical encoding: what WorldEncoder wrote, read back in the same order. For checkpoints.
//
// Throws std::invalid_argument where the bytes end too early or cannot be; whether the world is the one that
// was written is for the caller to check, by encoding it again.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <variant>

#include "spec/world/world.h"

namespace takeover::model {

class WorldDecoder {
 public:
  explicit WorldDecoder(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] spec::World world() {
    spec::World world;
    get_all(world.node, world.environment, world.history);
    if (!bytes_.empty()) fail();
    return world;
  }

 private:
  [[noreturn]] static void fail() { throw std::invalid_argument("this is no encoded world"); }

  std::uint8_t byte() {
    if (bytes_.empty()) fail();
    const std::uint8_t value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const std::uint8_t part = byte();
      if (shift > 63) fail();
      value |= std::uint64_t{part & 0x7FU} << shift;
      if (part < 0x80) return value;
    }
  }
  template <class Number>
  Number number() {
    const std::uint64_t value = varint();
    if (value > std::numeric_limits<Number>::max()) fail();
    return static_cast<Number>(value);
  }

  void get(bool& value) { value = byte() != 0; }
  void get(std::uint8_t& value) { value = byte(); }
  void get(std::uint32_t& value) { value = number<std::uint32_t>(); }
  void get(std::uint64_t& value) { value = varint(); }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void get(Enum& value) { value = static_cast<Enum>(number<std::underlying_type_t<Enum>>()); }
  template <class... Flags>
  void get_flags(Flags&... flags) {
    const std::uint64_t bits = varint();
    std::size_t left = sizeof...(flags);
    ((flags = (bits >> --left & 1U) != 0), ...);
  }
  template <class T, std::size_t N>
  void get(impl::SmallVector<T, N>& values) {
    // Every element takes a byte at least.
    const std::uint64_t count = varint();
    if (count > bytes_.size()) fail();
    values.resize(count);
    for (T& value : values) get(value);
  }
  template <class T>
  void get(std::optional<T>& value) {
    value.reset();
    if (byte() != 0) get(value.emplace());
  }
  template <class T>
  void get(impl::Boxed<T>& value) {
    value.reset();
    if (byte() == 0) return;
    value = T{};
    get(*value);
  }
  template <class... Ts>
  void get_all(Ts&... values) {
    (get(values), ...);
  }

  void get(impl::Span& span) {
    const std::uint64_t table = varint();
    if (table / 2 > std::numeric_limits<std::uint32_t>::max()) fail();
    span = impl::Span{};
    span.table = static_cast<std::uint32_t>(table / 2);
    if (table % 2 == 0) return;
    span.begin = static_cast<std::int32_t>(number<std::uint32_t>());
    span.end = static_cast<std::int32_t>(number<std::uint32_t>());
  }

  // ---- messages ----

  void get(impl::MaintainerBootstrapRequest& m) {
    get_all(m.event_trigger, m.redo_trigger, m.start_ts, m.config_epoch, m.is_new_changefeed, m.redo_enabled);
  }
  void get(impl::MaintainerPostBootstrapRequest& m) { get(m.event_trigger); }
  void get(impl::MaintainerCloseRequest& m) { get(m.removed); }
  void get(impl::ScheduleDispatcherRequest& m) { get_all(m.action, m.op, m.mode, m.id, m.span, m.start_ts); }
  void get(impl::MergeDispatcherRequest& m) { get_all(m.ids, m.merged_id, m.mode); }
  void get(impl::HeartBeatResponse& m) { get(m.action); }
  void get(impl::RedoMetaMessage& m) { get_all(m.checkpoint_ts, m.resolved_ts); }
  void get(impl::RedoResolvedTsForwardMessage& m) { get(m.resolved_ts); }
  void get(impl::CheckpointTsMessage& m) { get(m.checkpoint_ts); }
  void get(impl::Request& request) {
    const std::uint64_t type = varint();
    get_all(request.from, request.epoch);
    if (!get_body(request.body, type, std::make_index_sequence<impl::kRequestTypeCount>())) fail();
  }
  template <std::size_t... I>
  bool get_body(impl::RequestBody& body, std::uint64_t type, std::index_sequence<I...> /*types*/) {
    return ((type == I && (get(body.emplace<I>()), true)) || ...);
  }
  void get(impl::ReportedSpan& s) { get_all(s.id, s.mode, s.status, s.span, s.checkpoint_ts); }
  void get(impl::JournalEntry& e) {
    get_all(e.id, e.action, e.op, e.mode, e.from, e.epoch, e.span, e.start_ts);
  }
  void get(impl::DispatcherStatus& s) { get_all(s.id, s.status, s.mode); }
  void get(impl::MaintainerBootstrapResponse& r) {
    get_all(r.epoch, r.checkpoint_ts, r.redo_checkpoint_ts, r.spans, r.operators, r.error);
  }

  // ---- the node ----

  void get(impl::Dispatcher& d) {
    bool redo = false;
    get_all(d.id, d.span, d.start_ts, d.checkpoint_ts, d.status);
    get_flags(redo, d.try_removing, d.removing);
    d.mode = redo ? impl::Mode::kRedo : impl::Mode::kDefault;
  }
  void get(impl::ScheduleHandler& h) { get_all(h.step, h.batch, h.next); }
  void get(impl::CleanUp& c) { get_all(c.step, c.mode, c.id); }
  void get(impl::MergeTask& t) { get_all(t.ids, t.merged_id, t.mode); }
  void get(impl::PendingAction& a) { get_all(a.action, a.from, a.epoch); }
  void get(impl::OrchestratorHandler& h) {
    get_all(h.request, h.next, h.existed, h.created_trigger, h.response);
  }
  void get(impl::DispatcherManager& m) {
    get_all(m.owner, m.epoch, m.event_trigger, m.redo_trigger, m.event_trigger_start_ts,
            m.redo_trigger_start_ts);
    get_flags(m.redo_enabled, m.redo_ready, m.registered, m.checkpoint_stream, m.schema_store,
              m.redo_schema_store);
    get_flags(m.closing, m.closed, m.write_path_closed, m.remove_requested, m.removed_clean_up);
    get_all(m.fence, m.error, m.redo_checkpoint_ts, m.redo_resolved_ts, m.redo_forwarded_resolved_ts,
            m.checkpoint_ts, m.schedule, m.clean_up);
    get_all(m.dispatchers, m.journal);
    get_all(m.statuses, m.streams, m.merges, m.actions, m.registered_triggers, m.removed_triggers);
  }
  void get(impl::DispatcherOrchestrator& n) {
    get_flags(n.fenced, n.closed, n.fail_create, n.fail_clean_up);
    get_all(n.tombstone, n.pending);
    get(n.handler);
    get_all(n.manager, n.initializing);
  }

  // ---- the environment and history ----

  void get(spec::Placement& p) { get_all(p.id, p.mode, p.belief, p.span, p.sources); }
  void get(spec::OwnerState& o) {
    get(o.phase);
    get_flags(o.post_bootstrapped, o.unread, o.close_removed, o.trigger_gone, o.redo_trigger_gone,
              o.redo_trigger_asked);
    get_all(o.creates, o.merges, o.removes, o.actions, o.redo_metas, o.redo_forwards, o.checkpoints,
            o.misbehaved, o.record);
  }
  void get(spec::Bounds& b, bool seldom) {
    get_all(b.losses, b.extra_copies, b.resends, b.deaths, b.local_fences, b.shutdowns, b.failed_creations,
            b.failed_clean_ups);
    if (seldom) get_all(b.first_events, b.complete_heartbeats);
  }
  void get(spec::Environment& e) {
    bool seldom = false;
    get_all(e.owners, e.links);
    get_flags(e.lose_reply, seldom);
    get(e.used, seldom);
  }
  void get(spec::OwnerId& o) { get_all(o.node, o.epoch); }
  void get(spec::DispatcherKey& k) { get_all(k.id, k.mode); }
  void get(spec::Agreement& a) { get_all(a.event_trigger, a.redo_trigger); }
  void get(spec::FoundManager& m) { get_all(m.owner, m.event_trigger, m.redo_trigger); }
  void get(spec::History& h) {
    bool foreign = false;
    bool failed = false;
    get_all(h.bootstraps, h.acknowledged_close, h.agreement, h.taken_over);
    get_flags(h.acknowledged_zero_removed, h.removed_asked, h.foreign.close, foreign, failed);
    if (failed) get(h.failed_under.emplace());
    if (foreign) get_all(h.foreign.actions, h.foreign.merges);
    get_all(h.removing, h.triggers_removing, h.owed, h.removed);
  }

  std::span<const std::uint8_t> bytes_;
};

}  // namespace takeover::model
