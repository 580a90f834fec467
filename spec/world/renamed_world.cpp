// A world under a renaming. What is kept in the order of ids or nodes is brought into that order again;
// queues stay in the order of their arrival.
#include <algorithm>
#include <tuple>

#include "spec/world/renaming.h"

namespace takeover::spec {
namespace {

class Renamer {
 public:
  explicit Renamer(const Renaming& renaming) : renaming_(renaming) {}

  void in(impl::NodeId& id) const { id = renaming_(id); }
  void in(impl::DispatcherId& id) const { id = renaming_(id); }
  void in(impl::Span& span) const { span = renaming_(span); }
  template <class T>
  void in(std::optional<T>& value) const {
    if (value) in(*value);
  }
  template <class T, std::size_t N>
  void in(impl::SmallVector<T, N>& values) const {
    for (T& value : values) in(value);
  }
  template <class... Ts>
  requires(sizeof...(Ts) > 1) void in(Ts&... values) const { (in(values), ...); }
  // What is kept in order.
  template <class T, std::size_t N>
  void in_set(impl::SmallVector<T, N>& values) const {
    in(values);
    std::ranges::sort(values);
  }

  // ---- messages ----

  void in(impl::MaintainerBootstrapRequest& m) const { in(m.event_trigger, m.redo_trigger); }
  void in(impl::MaintainerPostBootstrapRequest& m) const { in(m.event_trigger); }
  void in(impl::ScheduleDispatcherRequest& m) const { in(m.id, m.span); }
  void in(impl::MergeDispatcherRequest& m) const { in(m.ids, m.merged_id); }
  void in(impl::MaintainerCloseRequest& /*names nothing*/) const {}
  void in(impl::HeartBeatResponse& /*names nothing*/) const {}
  void in(impl::RedoMetaMessage& /*names nothing*/) const {}
  void in(impl::RedoResolvedTsForwardMessage& /*names nothing*/) const {}
  void in(impl::CheckpointTsMessage& /*names nothing*/) const {}
  void in(impl::Request& m) const {
    in(m.from);
    std::visit([this](auto& body) { this->in(body); }, m.body);
  }
  void in(impl::ReportedSpan& s) const { in(s.id, s.span); }
  void in(impl::JournalEntry& e) const { in(e.id, e.from, e.span); }
  void in(impl::DispatcherStatus& s) const { in(s.id); }
  // Spans are read by mode, and within it by id.
  void in(impl::MaintainerBootstrapResponse& r) const {
    in(r.spans, r.operators);
    std::ranges::sort(r.spans, {}, [](const impl::ReportedSpan& s) { return std::tuple(s.mode, s.id); });
    std::ranges::sort(r.operators, {}, &impl::JournalEntry::id);
  }

  // ---- the node ----

  void in(impl::Dispatcher& d) const { in(d.id, d.span); }
  void in(impl::MergeTask& t) const { in(t.ids, t.merged_id); }
  void in(impl::PendingAction& a) const { in(a.from); }
  void in(impl::OrchestratorHandler& h) const { in(h.request, h.response); }
  void in(impl::DispatcherManager& m) const {
    in(m.owner, m.event_trigger, m.redo_trigger, m.schedule.batch, m.clean_up.id, m.dispatchers, m.journal,
       m.statuses, m.streams, m.merges, m.actions, m.removed_triggers);
    in_set(m.registered_triggers);
    std::ranges::sort(m.dispatchers, {}, [](const impl::Dispatcher& d) { return std::tuple(d.id, d.mode); });
    std::ranges::sort(m.journal, {}, &impl::JournalEntry::id);
  }
  void in(impl::DispatcherOrchestrator& n) const {
    in(n.pending, n.handler, n.manager);
    if (n.initializing) in(*n.initializing);
  }

  // ---- the environment and history ----

  void in(Placement& p) const { in(p.id, p.span, p.sources); }
  void in(OwnerState& o) const {
    in(o.record);
    std::ranges::sort(o.record, {}, [](const Placement& p) { return std::tuple(p.id, p.mode); });
  }
  void in(Environment& e) const {
    const auto before = e.owners;
    for (std::size_t i = 0; i < before.size(); ++i) e.owners[renaming_.owner(i)] = before[i];
    in(e.owners, e.links);
    std::stable_sort(e.links.begin(), e.links.end(),
                     [](const impl::Request& a, const impl::Request& b) { return a.from < b.from; });
  }
  void in(OwnerId& o) const { in(o.node); }
  void in(DispatcherKey& k) const { in(k.id); }
  void in(Agreement& a) const { in(a.event_trigger, a.redo_trigger); }
  void in(FoundManager& m) const { in(m.owner, m.event_trigger, m.redo_trigger); }
  void in(History& h) const {
    in(h.agreement, h.taken_over, h.failed_under);
    in_set(h.bootstraps);
    in_set(h.removing);
    in_set(h.triggers_removing);
    in_set(h.owed);
    in_set(h.removed);
  }

 private:
  const Renaming& renaming_;
};

}  // namespace

World renamed(const World& world, const Renaming& renaming) {
  World result = world;
  Renamer(renaming).in(result.node, result.environment, result.history);
  return result;
}

impl::Request renamed(const impl::Request& request, const Renaming& renaming) {
  impl::Request result = request;
  Renamer(renaming).in(result);
  return result;
}

}  // namespace takeover::spec
