// The environment: every maintainer that talks to the nodes, and the links between.
//
// What an owner may send is the table of rows below; nothing else is ever sent but what a scenario lists as
// misbehaviour. docs/environment.md gives for each row the state, the precondition and the fact of TiCDC
// behind it.
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
    case OwnerFairness::kBootstrap:
      return "bootstrap";
    case OwnerFairness::kClose:
      return "close";
    case OwnerFairness::kResend:
      return "resend";
    case OwnerFairness::kReceive:
      return "receive";
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
struct RowInfo {
  std::string_view name{};
  std::string_view meaning{};
  std::optional<OwnerFairness> fair{};  // while the owner waits for an answer
};
constexpr RowInfo row_of(Row row) {
  switch (row) {
    case Row::kBootstrap:
      return {"bootstrap", "sends its Bootstrap, again while it is unanswered and no copy is under way",
              OwnerFairness::kBootstrap};
    case Row::kPostBootstrap:
      return {"post-bootstrap", "initialises its trigger, again until that is answered"};
    case Row::kCreate:
      return {"create", "places a span that neither its last response nor its own record shows as placed"};
    case Row::kRestoredCreate:
      return {"restored-create", "asks again for a Create of its own that its response reported"};
    case Row::kRemove:
      return {"remove", "removes a dispatcher that it knows as working"};
    case Row::kRestoredRemove:
      return {"restored-remove", "asks itself for a Remove that its response reported"};
    case Row::kMerge:
      return {"merge", "merges two neighbours that it knows as working"};
    case Row::kResend:
      return {"resend", "sends a scheduling request again before its effect was reported",
              OwnerFairness::kResend};
    case Row::kBarrierAction:
      return {"barrier-action", "lets the writer of a barrier execute its DDL"};
    case Row::kRedoMeta:
      return {"redo-meta", "advances the redo meta on its own node"};
    case Row::kRedoForward:
      return {"redo-forward", "forwards the redo resolved ts"};
    case Row::kCheckpoint:
      return {"checkpoint", "forwards the coordinator's checkpoint ts"};
    case Row::kHandOver:
      return {"hand-over", "removes its own trigger, to hand the changefeed over"};
    case Row::kClose:
      return {"close", "closes the changefeed here, again until told success", OwnerFairness::kClose};
    case Row::kCloseRemoved:
      return {"close-removed", "closes it for good", OwnerFairness::kClose};
    case Row::kMisbehave:
      return {"misbehave", "sends what no maintainer would send"};
  }
  return {};
}
constexpr std::string_view name_of(Row row) {
  return row_of(row).name;
}

enum class Phase : std::uint8_t { kIdle, kBootstrapping, kRunning, kHandingOver, kClosing, kStopped, kDead };
constexpr std::string_view name_of(Phase phase) {
  switch (phase) {
    case Phase::kIdle:
      return "Idle";
    case Phase::kBootstrapping:
      return "Bootstrapping";
    case Phase::kRunning:
      return "Running";
    case Phase::kHandingOver:
      return "HandingOver";
    case Phase::kClosing:
      return "Closing";
    case Phase::kStopped:
      return "Stopped";
    case Phase::kDead:
      return "Dead";
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
    case Belief::kToCreate:
      return "to-create";
    case Belief::kCreating:
      return "creating";
    case Belief::kWorking:
      return "working";
    case Belief::kToRemove:
      return "to-remove";
    case Belief::kRemoving:
      return "removing";
    case Belief::kMoving:
      return "moving";
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
  std::uint8_t creates = 0;  // how much of each allowance is used
  std::uint8_t merges = 0;
  std::uint8_t removes = 0;
  std::uint8_t actions = 0;
  std::uint8_t redo_metas = 0;
  std::uint8_t redo_forwards = 0;
  std::uint8_t checkpoints = 0;
  std::uint32_t misbehaved = 0;  // bit i: misbehaviour i was sent
  impl::Sorted<Placement, 2, &Placement::id, &Placement::mode> record{};

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [phase, post_bootstrapped, unread, close_removed, trigger_gone, redo_trigger_gone,
           redo_trigger_asked, creates, merges, removes, actions, redo_metas, redo_forwards, checkpoints,
           misbehaved, record] = self;
    return take(impl::field("phase", phase), impl::field("post_bootstrapped", post_bootstrapped),
                impl::field("unread", unread), impl::field("close_removed", close_removed),
                impl::field("trigger_gone", trigger_gone),
                impl::field("redo_trigger_gone", redo_trigger_gone),
                impl::field("redo_trigger_asked", redo_trigger_asked), impl::field("creates", creates),
                impl::field("merges", merges), impl::field("removes", removes),
                impl::field("actions", actions), impl::field("redo_metas", redo_metas),
                impl::field("redo_forwards", redo_forwards), impl::field("checkpoints", checkpoints),
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
    case EnvironmentActionKind::kSend:
      return {"send"};
    case EnvironmentActionKind::kReceive:
      return {"receive", nullptr, OwnerFairness::kReceive};
    case EnvironmentActionKind::kLose:
      return {"lose", &Bounds::losses};
    case EnvironmentActionKind::kLoseReply:
      return {"lose-reply", &Bounds::losses};
    case EnvironmentActionKind::kDie:
      return {"die", &Bounds::deaths};
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
