// The environment: every maintainer that talks to the nodes, and the links between.
//
// What an owner may send is the table of rows below; nothing else is ever sent but what a scenario lists as
// misbehaviour. docs/fidelity.md gives for each row the state, the precondition and the fact of TiCDC behind
// it (Rows); docs/environment.md has what is true of all.
//
// clang-format off
//   Idle --bootstrap--> Bootstrapping --answered--> Running --hand-over--> HandingOver --trigger Stopped--> Stopped
//                             |                        |                      |
//                             '-------- close ---------+----------------------'--> Closing --success--> Stopped
//   any but Idle, Stopped --die--> Dead;  a removal-only maintainer: Idle --close--> Closing
// clang-format on
//
// An owner learns of a reply in the step that sends it. That loses no run: what it sends afterwards can be
// delayed on its link for as long as it likes, so "knows late" and "speaks late" cannot be told apart at the
// node. Links are FIFO per sending and receiving node; owners on one node share its links.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "impl/dispatcher_orchestrator.h"
#include "impl/guards.h"
#include "impl/message.h"
#include "impl/named.h"
#include "impl/outbox.h"
#include "spec/world/per_node.h"
#include "spec/world/scenario.h"

namespace takeover::spec {

// What is weakly fair, for each owner: it goes on sending what it is not answered for, and what it sent
// arrives.
enum class OwnerFairness : std::uint8_t { kBootstrap, kClose, kResend, kReceive };
constexpr std::string_view name_of(OwnerFairness fairness) {
  switch (fairness) {
    case OwnerFairness::kBootstrap: return "bootstrap";
    case OwnerFairness::kClose: return "close";
    case OwnerFairness::kResend: return "resend";
    case OwnerFairness::kReceive: return "receive";
  }
  return impl::kNoName;
}

enum class Row : std::uint8_t {
  kBootstrap,
  kPostBootstrap,
  kCreate,
  kRestoredCreate,
  kRemove,
  kRestoredRemove,
  kMerge,
  kResend,
  kBarrierAction,
  kRedoMeta,
  kRedoForward,
  kCheckpoint,
  kHandOver,
  kClose,
  kCloseRemoved,
  kMisbehave,
};
// What sending it makes of its owner.
enum class Deed : std::uint8_t { kNothing, kBegins, kCreates, kRemoves, kMerges, kHandsOver, kCloses };
struct RowInfo {
  std::string_view name{};
  std::string_view meaning{};
  std::optional<impl::MessageType> message{};  // none: any
  bool (*may)(const Owner& owner) =
      nullptr;  // whether this owner may ever send it; none: if it is allowed one
  std::uint8_t Allowances::*allowance = nullptr;
  Deed deed = Deed::kNothing;
  std::optional<OwnerFairness> fair{};  // while the owner waits for an answer
};
constexpr RowInfo row_of(Row row) {
  using Type = impl::MessageType;
  // It takes a response amid the request of another, which is not looked for.
  constexpr auto kNotLookedFor = [](const Owner& /*of any*/) { return false; };
  switch (row) {
    case Row::kBootstrap:
      return {.name = "bootstrap",
              .meaning = "sends its Bootstrap, again while it is unanswered and no copy is under way",
              .message = Type::kBootstrap,
              .may = [](const Owner& o) { return !o.removal_of; },
              .deed = Deed::kBegins,
              .fair = OwnerFairness::kBootstrap};
    case Row::kPostBootstrap:
      return {.name = "post-bootstrap",
              .meaning = "initialises its trigger, again until that is answered",
              .message = Type::kPostBootstrap,
              .may = [](const Owner& o) { return o.event_trigger != impl::DispatcherId::kNone; }};
    case Row::kCreate:
      return {.name = "create",
              .meaning = "places a span that neither its last response nor its own record shows as placed",
              .message = Type::kSchedule,
              .may = [](const Owner& o) { return !o.creates.empty(); },
              .deed = Deed::kCreates};
    case Row::kRestoredCreate:
      return {.name = "restored-create",
              .meaning = "asks again for a Create of its own that its response reported",
              .message = Type::kSchedule,
              .may = kNotLookedFor,
              .deed = Deed::kCreates};
    case Row::kRemove:
      return {.name = "remove",
              .meaning = "removes a dispatcher that it knows as working",
              .message = Type::kSchedule,
              .allowance = &Allowances::removes,
              .deed = Deed::kRemoves};
    case Row::kRestoredRemove:
      return {.name = "restored-remove",
              .meaning = "asks itself for a Remove that its response reported",
              .message = Type::kSchedule,
              .may = kNotLookedFor,
              .deed = Deed::kRemoves};
    case Row::kMerge:
      return {.name = "merge",
              .meaning = "merges two neighbours that it knows as working",
              .message = Type::kMerge,
              .may = [](const Owner& o) { return !o.merges.empty(); },
              .deed = Deed::kMerges};
    case Row::kResend:  // of what it sent before
      return {
          .name = "resend",
          .meaning = "sends a scheduling request again before its effect was reported",
          .may = [](const Owner& o) { return !o.creates.empty() || o.allowed.removes > 0 || o.hands_over; },
          .fair = OwnerFairness::kResend};
    case Row::kBarrierAction:
      return {.name = "barrier-action",
              .meaning = "lets the writer of a barrier execute its DDL",
              .message = Type::kHeartBeatResponse,
              .allowance = &Allowances::actions};
    case Row::kRedoMeta:
      return {.name = "redo-meta",
              .meaning = "advances the redo meta on its own node",
              .message = Type::kRedoMeta,
              .allowance = &Allowances::redo_metas};
    case Row::kRedoForward:
      return {.name = "redo-forward",
              .meaning = "forwards the redo resolved ts",
              .message = Type::kRedoResolvedTsForward,
              .allowance = &Allowances::redo_forwards};
    case Row::kCheckpoint:
      return {.name = "checkpoint",
              .meaning = "forwards the coordinator's checkpoint ts",
              .message = Type::kCheckpointTs,
              .allowance = &Allowances::checkpoints};
    case Row::kHandOver:
      return {.name = "hand-over",
              .meaning = "removes its own trigger, to hand the changefeed over",
              .message = Type::kSchedule,
              .may = [](const Owner& o) { return o.hands_over; },
              .deed = Deed::kHandsOver};
    case Row::kClose:
      return {.name = "close",
              .meaning = "closes the changefeed here, again until told success",
              .message = Type::kClose,
              .may = [](const Owner& o) { return o.closes; },
              .deed = Deed::kCloses,
              .fair = OwnerFairness::kClose};
    case Row::kCloseRemoved:
      return {.name = "close-removed",
              .meaning = "closes it for good",
              .message = Type::kClose,
              .may = [](const Owner& o) { return o.closes_removed; },
              .deed = Deed::kCloses,
              .fair = OwnerFairness::kClose};
    case Row::kMisbehave:
      return {.name = "misbehave",
              .meaning = "sends what no maintainer would send",
              .may = [](const Owner& o) { return !o.misbehaviour.empty(); }};
  }
  return {};
}
constexpr std::string_view name_of(Row row) {
  return row_of(row).name;
}

enum class Phase : std::uint8_t { kIdle, kBootstrapping, kRunning, kHandingOver, kClosing, kStopped, kDead };
constexpr std::string_view name_of(Phase phase) {
  switch (phase) {
    case Phase::kIdle: return "Idle";
    case Phase::kBootstrapping: return "Bootstrapping";
    case Phase::kRunning: return "Running";
    case Phase::kHandingOver: return "HandingOver";
    case Phase::kClosing: return "Closing";
    case Phase::kStopped: return "Stopped";
    case Phase::kDead: return "Dead";
  }
  return impl::kNoName;
}

// What an owner believes of one dispatcher here.
enum class Belief : std::uint8_t {
  kToCreate,  // a Create in progress was reported: it is to be asked for again
  kCreating,  // asked for; Working has not been reported yet, and a Stopped does not end it
  kWorking,
  kToRemove,  // a Remove in progress was reported: it is to be asked for again
  kRemoving,  // asked for
  kMoving,    // the same for a Move or a Split, which ends with whatever is not Working
};
constexpr std::string_view name_of(Belief belief) {
  switch (belief) {
    case Belief::kToCreate: return "to-create";
    case Belief::kCreating: return "creating";
    case Belief::kWorking: return "working";
    case Belief::kToRemove: return "to-remove";
    case Belief::kRemoving: return "removing";
    case Belief::kMoving: return "moving";
  }
  return impl::kNoName;
}
struct Placement {
  impl::DispatcherId id = impl::DispatcherId::kNone;
  impl::Mode mode = impl::Mode::kDefault;
  Belief belief = Belief::kWorking;
  impl::Span span{};
  impl::SmallVector<impl::DispatcherId, 2> sources{};  // of a merge that was asked for

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [id, mode, belief, span, sources] = self;
    return take(impl::field("id", id), impl::field("mode", mode), impl::field("belief", belief),
                impl::field("span", span), impl::field("sources", sources));
  }
  friend bool operator==(const Placement&, const Placement&) = default;
};

struct OwnerState {
  Phase phase = Phase::kIdle;
  bool post_bootstrapped = false;
  // The answer to its Bootstrap may still be under way: nothing it did shows that it has it.
  bool unread = false;
  bool close_removed = false;
  bool trigger_gone = false;  // while handing over: Stopped was reported
  bool redo_trigger_gone = false;
  bool redo_trigger_asked = false;
  std::uint8_t creates = 0;  // how many of its ids are used
  std::uint8_t merges = 0;
  Allowances used{};
  std::uint32_t misbehaved = 0;  // bit i: misbehaviour i was sent
  impl::Sorted<Placement, 2, &Placement::id, &Placement::mode> record{};

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [phase, post_bootstrapped, unread, close_removed, trigger_gone, redo_trigger_gone,
           redo_trigger_asked, creates, merges, used, misbehaved, record] = self;
    return take(impl::field("phase", phase), impl::field("post_bootstrapped", post_bootstrapped),
                impl::field("unread", unread), impl::field("close_removed", close_removed),
                impl::field("trigger_gone", trigger_gone),
                impl::field("redo_trigger_gone", redo_trigger_gone),
                impl::field("redo_trigger_asked", redo_trigger_asked), impl::field("creates", creates),
                impl::field("merges", merges), impl::field("used", used),
                impl::field("misbehaved", misbehaved), impl::field("record", record));
  }
  friend bool operator==(const OwnerState&, const OwnerState&) = default;
};

struct Environment {
  impl::SmallVector<OwnerState, 3> owners{};
  // The node whose next message is lost, if there is one. One at a time loses no run: the loss of a message
  // can be decided in the step before it is sent.
  impl::NodeId loses_reply_of = impl::NodeId::kNone;
  impl::Queues<impl::Message, 8, &impl::Message::from, &impl::Message::to> links{};  // messages under way
  Bounds used;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [owners, loses_reply_of, links, used] = self;
    return take(impl::field<impl::role::kPerOwner>("owners", owners),
                impl::field<impl::role::kSecondPart>("loses_reply_of", loses_reply_of),
                impl::field<impl::role::kSecondPart>("links", links),
                impl::field<impl::role::kSecondPart>("used", used));
  }
  friend bool operator==(const Environment&, const Environment&) = default;
};

// One thing that the environment can do.
enum class EnvironmentActionKind : std::uint8_t { kSend, kReceive, kLose, kLoseReply, kDie };
struct EnvironmentActionRow {
  std::string_view name{};
  std::uint8_t Bounds::*bound = nullptr;  // how often it happens; none: whenever it can
  std::optional<OwnerFairness> fair{};    // of the sender; of kSend: the row's
};
constexpr EnvironmentActionRow row_of(EnvironmentActionKind kind) {
  switch (kind) {
    case EnvironmentActionKind::kSend: return {"send"};
    case EnvironmentActionKind::kReceive: return {"receive", nullptr, OwnerFairness::kReceive};
    case EnvironmentActionKind::kLose: return {"lose", &Bounds::losses};
    case EnvironmentActionKind::kLoseReply: return {"lose-reply", &Bounds::losses};
    case EnvironmentActionKind::kDie: return {"die", &Bounds::deaths};
  }
  return {};
}
constexpr std::string_view name_of(EnvironmentActionKind kind) {
  return row_of(kind).name;
}

struct EnvironmentAction {
  EnvironmentActionKind kind = EnvironmentActionKind::kSend;
  Row row = Row::kBootstrap;
  std::uint8_t owner = 0;   // of kSend and kDie
  std::uint8_t choice = 0;  // of kMisbehave: which
  bool extra = false;       // of kSend: counts against extra_copies
  bool counted = true;      // of kSend, a resend: counts against resends
  bool again = false;       // of kSend: the owner waits for the answer to one already
  impl::Message request{};  // of kSend, kReceive and kLose; of kLoseReply its sender, all that is known of it
};
// The node that an action is about: that is to get the message, or that sends it.
[[nodiscard]] inline impl::NodeId node_of(const EnvironmentAction& action) {
  return action.kind == EnvironmentActionKind::kLoseReply ? action.request.from : action.request.to;
}

[[nodiscard]] Environment initial_environment(const Scenario& scenario);

// Calls visit(EnvironmentAction) for all that the environment can do, in a fixed order.
void collect_actions(const Scenario& scenario, const impl::Rules& rules, const Environment& environment,
                     const PerNode<impl::DispatcherOrchestrator>& nodes,
                     std::vector<EnvironmentAction>& actions);

// The environment's own part of an action; kReceive's message is handed to its node by the caller.
void apply(Environment& environment, const EnvironmentAction& action);

// The owners take notice of what a node sent.
void take_replies(const Scenario& scenario, Environment& environment, const impl::Outbox& out);

}  // namespace takeover::spec
