// DispatcherOrchestrator: takes Bootstrap, PostBootstrap and Close of one changefeed on one node, one at a
// time, and holds at most one DispatcherManager.
//
// clang-format off
//   try_enqueue --> pending (one per message type) --> look-up --+--> post-bootstrap
//                                                                +--> close
//                                                                |
//        no manager   .------------------------------------------+   a manager is here
//                     v                                                      v
//   register-initializing --> create-triggers --> publish ----------> take-over (takes the fence)
//                                                      a manager was |       | it was just built
//                                                         here before v       |
//                             ensure-event-trigger --> ensure-redo-trigger --+
//                                                                            v
//                 read-journal-and-send <-- read-redo-spans <-- read-default-spans
// clang-format on
//
// From the end of create-triggers to publish the manager is in neither table: a local fence does not find it,
// and it is publish that fences it (Guard::kBuiltManagerStaysListed).
// ensure-redo-trigger in a manager without redo, and a PostBootstrap that names no trigger where one is, kill
// the process (Guard::kNilChecked). A trigger whose id is not given is not ensured, and without redo there
// are no redo spans to read. Each arrow is a place where other threads come in between; take-over to the end
// of read-journal-and-send holds the fence. A handler that ends early releases what it holds and leaves the
// line above.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "impl/boxed.h"
#include "impl/dispatcher_manager.h"

namespace takeover::impl {

enum class OrchestratorStep : std::uint8_t {
  kLookUp,
  kRegisterInitializing,
  kCreateTriggers,
  kPublish,
  kTakeOver,
  kEnsureEventTrigger,
  kEnsureRedoTrigger,
  kReadDefaultSpans,
  kReadRedoSpans,
  kReadJournalAndSend,
  kPostBootstrap,
  kClose,
};
constexpr std::string_view name_of(OrchestratorStep step) {
  switch (step) {
    case OrchestratorStep::kLookUp: return "look-up";
    case OrchestratorStep::kRegisterInitializing: return "register-initializing";
    case OrchestratorStep::kCreateTriggers: return "create-triggers";
    case OrchestratorStep::kPublish: return "publish";
    case OrchestratorStep::kTakeOver: return "take-over";
    case OrchestratorStep::kEnsureEventTrigger: return "ensure-event-trigger";
    case OrchestratorStep::kEnsureRedoTrigger: return "ensure-redo-trigger";
    case OrchestratorStep::kReadDefaultSpans: return "read-default-spans";
    case OrchestratorStep::kReadRedoSpans: return "read-redo-spans";
    case OrchestratorStep::kReadJournalAndSend: return "read-journal-and-send";
    case OrchestratorStep::kPostBootstrap: return "post-bootstrap";
    case OrchestratorStep::kClose: return "close";
  }
  return kNoName;
}

// A response as far as it has been read, and the epoch that it will carry.
struct ResponseUnderWay {
  Epoch epoch = 0;
  MaintainerBootstrapResponse body{};

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [epoch, body] = self;
    return take(field("epoch", epoch), field<role::kInlined>("body", body));
  }
  friend bool operator==(const ResponseUnderWay&, const ResponseUnderWay&) = default;
};

// The handler that is under way, before its step `next`.
struct OrchestratorHandler {
  Message request{};
  OrchestratorStep next = OrchestratorStep::kLookUp;
  bool existed = false;          // the manager was here before this request
  bool created_trigger = false;  // the event trigger of an existing manager was created for it
  ResponseUnderWay response{};

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [request, next, existed, created_trigger, response] = self;
    return take(field<role::kInlined>("request", request), field("next", next), field("existed", existed),
                field("created_trigger", created_trigger), field("response", response));
  }
  friend bool operator==(const OrchestratorHandler&, const OrchestratorHandler&) = default;
};

struct DispatcherOrchestrator {
  bool fenced = false;                // the capture lost its lease
  bool closed = false;                // the process shuts down
  std::optional<Epoch> tombstone;     // the highest epoch that closed a manager here; 0 is an epoch, too
  SmallVector<Message, 3> pending{};  // one of a type at most, in the order in which they first arrived
  std::optional<OrchestratorHandler> handler;
  std::optional<DispatcherManager> manager;  // published
  Boxed<DispatcherManager> initializing;     // being built, or built and not yet published
  bool fail_create = false;    // the next creation of a manager's trigger or of a dispatcher fails
  bool fail_clean_up = false;  // the next remove-only clean-up of a manager fails

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [fenced, closed, tombstone, pending, handler, manager, initializing, fail_create, fail_clean_up] =
        self;
    return take(field("fenced", fenced), field("closed", closed), field("tombstone", tombstone),
                field("pending", pending), field<role::kSecondPart>("handler", handler),
                field<role::kThirdPart>("manager", manager),
                field<role::kThirdPart>("initializing", initializing), field("fail_create", fail_create),
                field("fail_clean_up", fail_clean_up));
  }
  friend bool operator==(const DispatcherOrchestrator&, const DispatcherOrchestrator&) = default;

  [[nodiscard]] bool is_leaving() const { return fenced || closed; }
  // The manager that is here: published, or else being built.
  [[nodiscard]] const DispatcherManager* manager_here() const {
    if (manager) return &*manager;
    return initializing ? &*initializing : nullptr;
  }
  [[nodiscard]] DispatcherManager* manager_here() {
    if (manager) return &*manager;
    return initializing ? &*initializing : nullptr;
  }
  // The manager that streams belong to: registered with the HeartBeatCollector, published or not.
  [[nodiscard]] DispatcherManager* registered_manager();

  // Queues a request, replaces the pending one of its type, or drops it (TiCDC: TryEnqueue).
  void try_enqueue(const Rules& rules, const Message& request, Outbox& out);

  // One atomic step of the handler under way, or of the next pending request.
  [[nodiscard]] bool can_handle(const Rules& rules) const;
  void handle_step(const Rules& rules, Outbox& out);

  // The lease is lost: every manager's write path is closed at once.
  void local_fence(const Rules& rules, Outbox& out);
  // Process shutdown: first no more messages; then, when those queued are handled, a close of the manager;
  // and once that has ended, its deletion.
  [[nodiscard]] bool can_close() const;
  void close_step(const Rules& rules, Outbox& out);
};

}  // namespace takeover::impl
