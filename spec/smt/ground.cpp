#include "spec/smt/ground.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <type_traits>

#include "impl/fields.h"

namespace takeover::smt {
namespace {

using impl::Dispatcher;
using impl::DispatcherId;
using impl::DispatcherOrchestrator;
using impl::JournalEntry;
using impl::Message;
using impl::MessageType;
using impl::Mode;
using impl::OrchestratorStep;
using impl::ScheduleDispatcherRequest;

using Handler = impl::OrchestratorHandler;
using Manager = impl::DispatcherManager;
using Node = DispatcherOrchestrator;

// ------------------------------------------------------------------------------ what there is once

// A message in the orchestrator's queue.
struct Pending {
  bool is_here = false;
  std::uint64_t rank = 0;
  ParamValues params{};
};

struct View {
  explicit View(const Node& of) : node(of) {
    std::uint64_t rank = 0;
    for (const Message& request : of.pending) {
      pending[number(request.type())] = {true, rank++, params_of(request)};
    }
    if (handler != nullptr) handled = params_of(handler->request);
  }

  const Node& node;
  const Manager* manager = node.manager_here();
  const Handler* handler = node.handler ? &*node.handler : nullptr;
  ParamValues handled{};
  std::array<Pending, impl::kMessageTypeCount> pending{};
};

// What is not here has the default.
template <auto member>
std::uint64_t node(const View& v) {
  return number(v.node.*member);
}
template <auto member>
std::uint64_t handler(const View& v) {
  return v.handler == nullptr ? 0 : number(v.handler->*member);
}
template <auto member>
std::uint64_t response(const View& v) {
  return v.handler == nullptr ? 0 : number(v.handler->response.body.*member);
}
std::uint64_t response_epoch(const View& v) {
  return v.handler == nullptr ? 0 : v.handler->response.epoch;
}
template <auto member>
std::uint64_t manager(const View& v) {
  return v.manager == nullptr ? 0 : number(v.manager->*member);
}
template <auto member>
std::uint64_t clean_up(const View& v) {
  return v.manager == nullptr ? 0 : number(v.manager->clean_up.*member);
}
template <Param param>
std::uint64_t handled(const View& v) {
  return v.handled[param];
}
template <MessageType type>
std::uint64_t is_pending(const View& v) {
  return number(v.pending[number(type)].is_here);
}
template <MessageType type>
std::uint64_t rank(const View& v) {
  return v.pending[number(type)].rank;
}
template <MessageType type, Param param>
std::uint64_t pending(const View& v) {
  return v.pending[number(type)].params[param];
}

std::uint64_t place(const View& v) {
  if (v.handler == nullptr) return step::kNone;
  switch (v.handler->next) {
    case OrchestratorStep::kLookUp: return step::kNone;
    case OrchestratorStep::kRegisterInitializing: return step::kRegisterInitializing;
    case OrchestratorStep::kCreateTriggers: return step::kCreateTriggers;
    case OrchestratorStep::kPublish: return step::kPublish;
    case OrchestratorStep::kTakeOver: return step::kTakeOver;
    case OrchestratorStep::kEnsureEventTrigger: return step::kEnsureEventTrigger;
    case OrchestratorStep::kEnsureRedoTrigger: return step::kEnsureRedoTrigger;
    case OrchestratorStep::kReadDefaultSpans: return step::kReadDefaultSpans;
    case OrchestratorStep::kReadRedoSpans: return step::kReadRedoSpans;
    case OrchestratorStep::kReadJournalAndSend: return step::kReadJournalAndSend;
    case OrchestratorStep::kPostBootstrap: return step::kPostBootstrap;
    case OrchestratorStep::kClose: return step::kClose;
  }
  impl::unreachable();
}

std::uint64_t manager_stage(const View& v) {
  if (v.manager == nullptr) return manager::kNone;
  return v.node.manager ? manager::kPublished : manager::kInitializing;
}

// Of the batch of Creates: how many of a mode are to be tried yet.
template <Mode mode>
std::uint64_t left(const View& v) {
  if (v.manager == nullptr) return 0;
  const impl::ScheduleHandler& schedule = v.manager->schedule;
  return number(std::count_if(schedule.batch.begin() + schedule.next, schedule.batch.end(),
                              [](const ScheduleDispatcherRequest& each) { return each.mode == mode; }));
}

std::uint64_t schedule_step(const View& v) {
  return v.manager == nullptr ? 0 : number(v.manager->schedule.step);
}
std::uint64_t action_count(const View& v) {
  return v.manager == nullptr ? 0 : v.manager->actions.size();
}

// ---------------------------------------------------------------- what there is of one dispatcher id

struct IdView {
  IdView(const View& v, DispatcherId tracked) : id(tracked), manager(v.manager) {
    if (manager == nullptr) return;
    const auto it = std::ranges::find(manager->journal, id, &JournalEntry::id);
    if (it != manager->journal.end()) entry = &*it;
  }

  DispatcherId id;
  const Manager* manager;
  const JournalEntry* entry = nullptr;
};

template <auto member>
std::uint64_t entry(const IdView& v) {
  return v.entry == nullptr ? 0 : number(v.entry->*member);
}
std::uint64_t has_entry(const IdView& v) {
  return number(v.entry != nullptr);
}
std::uint64_t entry_removes(const IdView& v) {
  return number(v.entry != nullptr && v.entry->action == impl::ScheduleAction::kRemove);
}
std::uint64_t is_removed_trigger(const IdView& v) {
  if (v.manager == nullptr) return 0;
  const auto& removed = v.manager->removed_triggers;
  return number(std::ranges::find(removed, v.id) != removed.end());
}
std::uint64_t is_collected(const IdView& v) {
  return number(v.manager != nullptr && v.manager->is_registered(v.id));
}

// ------------------------------------------------------------------------------------ and in one mode

struct ModeView {
  ModeView(const View& v, DispatcherId tracked, Mode in) : id(tracked), mode(in), state(v) {
    if (v.manager == nullptr) return;
    dispatcher = v.manager->find(id, mode);
    const impl::ScheduleHandler& schedule = v.manager->schedule;
    const auto it = std::ranges::find_if(schedule.batch, [&](const ScheduleDispatcherRequest& each) {
      return each.id == id && each.mode == mode;
    });
    if (it == schedule.batch.end()) return;
    create = &*it;
    is_to_do = it - schedule.batch.begin() >= schedule.next;
  }
  // Whether one of the elements is of this id and mode.
  [[nodiscard]] bool occurs_in(const auto& elements) const {
    return std::ranges::any_of(elements,
                               [&](const auto& each) { return each.id == id && each.mode == mode; });
  }

  DispatcherId id;
  Mode mode;
  const View& state;
  const Dispatcher* dispatcher = nullptr;
  const ScheduleDispatcherRequest* create = nullptr;  // of the batch
  bool is_to_do = false;
};

template <auto member>
std::uint64_t dispatcher(const ModeView& v) {
  return v.dispatcher == nullptr ? 0 : number(v.dispatcher->*member);
}
std::uint64_t exists(const ModeView& v) {
  return number(v.dispatcher != nullptr);
}
std::uint64_t is_in_batch(const ModeView& v) {
  return number(v.create != nullptr);
}
std::uint64_t is_to_do(const ModeView& v) {
  return number(v.is_to_do);
}
template <auto part>
std::uint64_t span(const ModeView& v) {
  return v.dispatcher == nullptr ? 0 : part(v.dispatcher->span);
}
template <auto part>
std::uint64_t batch_span(const ModeView& v) {
  return v.create == nullptr ? 0 : part(v.create->span);
}
std::uint64_t table(const impl::Span& span) {
  return span.table;
}
std::uint64_t begin(const impl::Span& span) {
  return key(span.begin);
}
std::uint64_t end(const impl::Span& span) {
  return key(span.end);
}
std::uint64_t is_merge_target(const ModeView& v) {
  if (v.state.manager == nullptr) return 0;
  return number(std::ranges::any_of(v.state.manager->merges, [&](const impl::MergeTask& task) {
    return task.merged_id == v.id && task.mode == v.mode;
  }));
}
std::uint64_t is_stopped(const ModeView& v) {
  if (v.state.manager == nullptr) return 0;
  return number(std::ranges::any_of(v.state.manager->statuses, [&](const impl::DispatcherStatus& each) {
    return each.id == v.id && each.mode == v.mode && each.status == impl::Status::kStopped;
  }));
}
std::uint64_t is_reported(const ModeView& v) {
  return number(v.state.handler != nullptr && v.occurs_in(v.state.handler->response.body.spans));
}

// ---------------------------------------------------------------------------------------- the tables

template <class Variable, class From>
struct Ground {
  Variable variable;
  std::uint64_t (*read)(const From&);
};

// Each variable has one row, but history, which is part of no node.
template <class Variable, class From, std::size_t N>
consteval bool is_complete(const std::array<Ground<Variable, From>, N>& table) {
  bool complete = true;
  for_each_variable<Variable>([&](Variable each) {
    const auto rows = std::ranges::count(table, each, &Ground<Variable, From>::variable);
    complete = complete && rows == (row(each).part == Part::kHistory ? 0 : 1);
  });
  return complete;
}

using Once = Ground<Scalar, View>;
constexpr auto kBootstrap = MessageType::kBootstrap;
constexpr auto kPost = MessageType::kPostBootstrap;
constexpr auto kClose = MessageType::kClose;
constexpr std::array kScalars{
    Once{Scalar::kFenced, node<&Node::fenced>},
    Once{Scalar::kShutDown, node<&Node::closed>},
    Once{Scalar::kTombstoneHere, [](const View& v) { return number(v.node.tombstone.has_value()); }},
    Once{Scalar::kTombstone, [](const View& v) { return v.node.tombstone.value_or(0); }},
    Once{Scalar::kFailCreate, node<&Node::fail_create>},
    Once{Scalar::kFailCleanUp, node<&Node::fail_clean_up>},
    Once{Scalar::kBootstrapHere, is_pending<kBootstrap>},
    Once{Scalar::kBootstrapRank, rank<kBootstrap>},
    Once{Scalar::kBootstrapFrom, pending<kBootstrap, Param::kFrom>},
    Once{Scalar::kBootstrapEpoch, pending<kBootstrap, Param::kEpoch>},
    Once{Scalar::kBootstrapEvent, pending<kBootstrap, Param::kEvent>},
    Once{Scalar::kBootstrapRedo, pending<kBootstrap, Param::kRedo>},
    Once{Scalar::kBootstrapConfigEpoch, pending<kBootstrap, Param::kConfigEpoch>},
    Once{Scalar::kBootstrapRedoEnabled, pending<kBootstrap, Param::kRedoEnabled>},
    Once{Scalar::kBootstrapStartTs, pending<kBootstrap, Param::kTs>},
    Once{Scalar::kPostHere, is_pending<kPost>},
    Once{Scalar::kPostRank, rank<kPost>},
    Once{Scalar::kPostFrom, pending<kPost, Param::kFrom>},
    Once{Scalar::kPostEpoch, pending<kPost, Param::kEpoch>},
    Once{Scalar::kPostEvent, pending<kPost, Param::kEvent>},
    Once{Scalar::kCloseHere, is_pending<kClose>},
    Once{Scalar::kCloseRank, rank<kClose>},
    Once{Scalar::kCloseFrom, pending<kClose, Param::kFrom>},
    Once{Scalar::kCloseEpoch, pending<kClose, Param::kEpoch>},
    Once{Scalar::kCloseRemoved, pending<kClose, Param::kRemoved>},
    Once{Scalar::kStep, place},
    Once{Scalar::kFrom, handled<Param::kFrom>},
    Once{Scalar::kRequestEpoch, handled<Param::kEpoch>},
    Once{Scalar::kRequestEvent, handled<Param::kEvent>},
    Once{Scalar::kRequestRedo, handled<Param::kRedo>},
    Once{Scalar::kRequestConfigEpoch, handled<Param::kConfigEpoch>},
    Once{Scalar::kRequestRedoEnabled, handled<Param::kRedoEnabled>},
    Once{Scalar::kRequestStartTs, handled<Param::kTs>},
    Once{Scalar::kRequestRemoved, handled<Param::kRemoved>},
    Once{Scalar::kExisted, handler<&Handler::existed>},
    Once{Scalar::kCreatedTrigger, handler<&Handler::created_trigger>},
    Once{Scalar::kResponseEpoch, response_epoch},
    Once{Scalar::kResponseTs, response<&impl::MaintainerBootstrapResponse::checkpoint_ts>},
    Once{Scalar::kResponseRedoTs, response<&impl::MaintainerBootstrapResponse::redo_checkpoint_ts>},
    Once{Scalar::kManager, manager_stage},
    Once{Scalar::kOwner, manager<&Manager::owner>},
    Once{Scalar::kEpoch, manager<&Manager::epoch>},
    Once{Scalar::kEventTrigger, manager<&Manager::event_trigger>},
    Once{Scalar::kRedoTrigger, manager<&Manager::redo_trigger>},
    Once{Scalar::kEventStartTs, manager<&Manager::event_trigger_start_ts>},
    Once{Scalar::kRedoStartTs, manager<&Manager::redo_trigger_start_ts>},
    Once{Scalar::kRedoEnabled, manager<&Manager::redo_enabled>},
    Once{Scalar::kRedoReady, manager<&Manager::redo_ready>},
    Once{Scalar::kRegistered, manager<&Manager::registered>},
    Once{Scalar::kCheckpointStream, manager<&Manager::checkpoint_stream>},
    Once{Scalar::kSchemaStore, manager<&Manager::schema_store>},
    Once{Scalar::kRedoSchemaStore, manager<&Manager::redo_schema_store>},
    Once{Scalar::kClosing, manager<&Manager::closing>},
    Once{Scalar::kClosed, manager<&Manager::closed>},
    Once{Scalar::kWritePathClosed, manager<&Manager::write_path_closed>},
    Once{Scalar::kRemoveRequested, manager<&Manager::remove_requested>},
    Once{Scalar::kRemovedCleanUp, manager<&Manager::removed_clean_up>},
    Once{Scalar::kFence, manager<&Manager::fence>},
    Once{Scalar::kRedoCheckpoint, manager<&Manager::redo_checkpoint_ts>},
    Once{Scalar::kRedoResolved, manager<&Manager::redo_resolved_ts>},
    Once{Scalar::kRedoForwarded, manager<&Manager::redo_forwarded_resolved_ts>},
    Once{Scalar::kCheckpoint, manager<&Manager::checkpoint_ts>},
    Once{Scalar::kSchedule, schedule_step},
    Once{Scalar::kRedoLeft, left<Mode::kRedo>},
    Once{Scalar::kDefaultLeft, left<Mode::kDefault>},
    Once{Scalar::kCleanUp, clean_up<&impl::CleanUp::step>},
    Once{Scalar::kCleanUpRedo, clean_up<&impl::CleanUp::mode>},
    Once{Scalar::kCleanUpId, clean_up<&impl::CleanUp::id>},
    Once{Scalar::kError, manager<&Manager::error>},
    Once{Scalar::kActions, action_count},
};
static_assert(is_complete(kScalars));

using OfId = Ground<Own, IdView>;
constexpr std::array kOwns{
    OfId{Own::kEntry, has_entry},
    OfId{Own::kEntryRemoves, entry_removes},
    OfId{Own::kEntryRedo, entry<&JournalEntry::mode>},
    OfId{Own::kEntryFrom, entry<&JournalEntry::from>},
    OfId{Own::kEntryEpoch, entry<&JournalEntry::epoch>},
    OfId{Own::kRemovedTrigger, is_removed_trigger},
    OfId{Own::kCollected, is_collected},
};
static_assert(is_complete(kOwns));

using InOneMode = Ground<InMode, ModeView>;
constexpr std::array kInModes{
    InOneMode{InMode::kExists, exists},
    InOneMode{InMode::kStatus, dispatcher<&Dispatcher::status>},
    InOneMode{InMode::kTryRemoving, dispatcher<&Dispatcher::try_removing>},
    InOneMode{InMode::kRemoving, dispatcher<&Dispatcher::removing>},
    InOneMode{InMode::kTable, span<table>},
    InOneMode{InMode::kBegin, span<begin>},
    InOneMode{InMode::kEnd, span<end>},
    InOneMode{InMode::kInBatch, is_in_batch},
    InOneMode{InMode::kToDo, is_to_do},
    InOneMode{InMode::kBatchTable, batch_span<table>},
    InOneMode{InMode::kBatchBegin, batch_span<begin>},
    InOneMode{InMode::kBatchEnd, batch_span<end>},
    InOneMode{InMode::kMergeTarget, is_merge_target},
    InOneMode{InMode::kStopped, is_stopped},
    InOneMode{InMode::kReported, is_reported},
};
static_assert(is_complete(kInModes));

// The values from `first` on, as the table has them.
void fill(Values& values, std::size_t first, const auto& table, const auto& from) {
  for (const auto& each : table) values[first + static_cast<std::size_t>(each.variable)] = each.read(from);
}

// ---------------------------------------------------------------------------- ids, wherever they stand

class IdCollector {
 public:
  explicit IdCollector(std::set<DispatcherId>& ids) : ids_(ids) {}

  void in(DispatcherId id) const {
    if (id != DispatcherId::kNone) ids_.insert(id);
  }
  template <class T>
  requires(std::is_enum_v<T> || std::is_arithmetic_v<T>) void in(T /*no id*/) const {}
  void in(const impl::Span& /*no id*/) const {}
  template <class T>
  requires requires(const T& value) { value.has_value(); }
  void in(const T& value) const {
    if (value.has_value()) in(*value);
  }
  template <class T>
  requires requires(const T& values) { values.begin(); }
  void in(const T& values) const {
    for (const auto& each : values) in(each);
  }
  void in(const Message& message) const {
    impl::visit_body(message.body, [this](const auto& body) { this->in(body); });
  }
  template <impl::Described T>
  void in(const T& value) const {
    impl::for_each_field(value, [this](const auto& field) { this->in(field.value); });
  }

 private:
  std::set<DispatcherId>& ids_;
};

}  // namespace

Values ground(const DispatcherOrchestrator& node, DispatcherId tracked) {
  Values values(kScalarCount + kOwnCount + 2 * kInModeCount, 0);
  const View view(node);
  fill(values, 0, kScalars, view);
  fill(values, kScalarCount, kOwns, IdView(view, tracked));
  for (const Mode mode : {Mode::kDefault, Mode::kRedo}) {
    fill(values, kScalarCount + kOwnCount + index_of(mode) * kInModeCount, kInModes,
         ModeView(view, tracked, mode));
  }
  return values;
}

std::string_view why_no_ground(const DispatcherOrchestrator& node) {
  if (node.manager && node.initializing) return "a manager is published while another is being built";
  const Manager* manager = node.manager_here();
  if (manager == nullptr) return "";
  const auto& batch = manager->schedule.batch;
  for (auto a = batch.begin(); a != batch.end(); ++a) {
    for (auto b = std::next(a); b != batch.end(); ++b) {
      if (a->id == b->id && a->mode == b->mode) return "a batch of Creates names a dispatcher twice";
    }
  }
  const auto& merges = manager->merges;
  for (auto a = merges.begin(); a != merges.end(); ++a) {
    for (auto b = std::next(a); b != merges.end(); ++b) {
      if (a->merged_id == b->merged_id) return "two merges into one dispatcher are under way";
    }
  }
  return "";
}

void collect_ids(const Message& request, std::set<DispatcherId>& ids) {
  IdCollector(ids).in(request);
}

void collect_ids(const DispatcherOrchestrator& node, std::set<DispatcherId>& ids) {
  IdCollector(ids).in(node);
}

}  // namespace takeover::smt
