// A maintainer under test, with a world around it: nodes M (its own), A and B, table 1, and coordinator C.
#pragma once

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "impl/maintainer.h"
#include "impl/maintainer_manager.h"
#include "impl/named.h"

namespace takeover::impl::testing {

inline constexpr NodeId kM{1};
inline constexpr NodeId kA{2};
inline constexpr NodeId kB{3};
inline constexpr NodeId kC{4};
inline constexpr NodeId kC2{5};
inline constexpr DispatcherId kTrigger{1};  // the first id that is drawn
inline constexpr DispatcherId kTable{40};
inline constexpr Epoch kEpoch = 5;
inline constexpr Ts kStartTs = 100;

// What a maintainer is, as the drawing above impl/maintainer.h has it.
enum class Phase : std::uint8_t {
  kAbsent,
  kCreated,
  kBootstrapping,
  kBootFailed,
  kRunningPost,
  kRunning,
  kHandoff,
  kCascade,
  kStopped,
};

inline Phase phase_of(const MaintainerManager& manager) {
  if (!manager.maintainer) return Phase::kAbsent;
  const Maintainer& maintainer = *manager.maintainer;
  if (maintainer.has_stopped()) return Phase::kStopped;
  if (maintainer.removing) return maintainer.cascade_removing ? Phase::kCascade : Phase::kHandoff;
  if (maintainer.initialized) return maintainer.post_pending ? Phase::kRunningPost : Phase::kRunning;
  if (maintainer.all_nodes_ready) return Phase::kBootFailed;
  return maintainer.watches_nodes ? Phase::kBootstrapping : Phase::kCreated;
}

using Sent = std::vector<std::string>;

class Counter : public FreshIds {
 public:
  DispatcherId draw(const Span& /*span*/) override { return DispatcherId{++last_}; }

 private:
  std::uint16_t last_ = 0;
};

struct World {
  MaintainerRules rules{};
  NodeSet alive{kM, kA};
  std::vector<TableLife> tables{{.table = 1, .schema = 7}};
  Counter ids{};
  bool fail_load = false;
  MaintainerOutbox out{.self = kM};
  MaintainerManager manager{.self = kM};

  World() { order(CoordinatorBootstrapRequest{1}); }
  explicit World(Phase phase) : World() { reach(phase); }

  [[nodiscard]] Maintainer& maintainer() { return *manager.maintainer; }
  [[nodiscard]] Phase phase() const { return phase_of(manager); }

  template <class Step>
  void run(Step&& step) {
    Surroundings around{rules, alive, tables, ids, fail_load, out};
    step(around);
  }
  // Runs an event of the maintainer, unless it is dropped.
  template <class Event>
  void event(Event&& event) {
    run([&](Surroundings& around) {
      if (maintainer().begin_event(around)) event(around);
    });
  }

  // An order, and what it leads to at once.
  void order(Order::Body body, Epoch epoch = kEpoch, NodeId from = kC) {
    const Order made{from, epoch, std::move(body)};
    run([&](Surroundings& around) { manager.handle(around, made); });
    if (!manager.is_passed_on(made)) return;
    event([&](Surroundings& around) {
      maintainer().on_remove(around, epoch, std::get<RemoveMaintainerRequest>(made.body));
    });
  }
  void add(Epoch epoch = kEpoch) { order(AddMaintainerRequest{.checkpoint_ts = kStartTs}, epoch); }
  void remove(bool cascade, Epoch epoch = kEpoch) {
    order(RemoveMaintainerRequest{.cascade = cascade}, epoch);
  }
  void init() {
    event([&](Surroundings& around) { maintainer().init(around); });
  }
  void answer(NodeId from, MaintainerBootstrapResponse body = {}, Epoch epoch = kEpoch) {
    if (from == kM && body.error == ErrorCode::kNone) body.checkpoint_ts = kStartTs;
    const Message message{.from = from, .epoch = epoch, .body = std::move(body)};
    event([&](Surroundings& around) { maintainer().on_bootstrap_response(around, message); });
  }
  void post_answer(ErrorCode error = ErrorCode::kNone, Epoch epoch = kEpoch) {
    const Message message{
        .from = kM, .epoch = epoch, .body = MaintainerPostBootstrapResponse{.error = error}};
    event([&](Surroundings& around) { maintainer().on_post_bootstrap_response(around, message); });
  }
  void closed(NodeId from, bool success = true, Epoch epoch = kEpoch) {
    const Message message{.from = from, .epoch = epoch, .body = MaintainerCloseResponse{success}};
    event([&](Surroundings& around) { maintainer().on_close_response(around, message); });
  }
  void heartbeat(NodeId from, DispatcherId id, Status status, Ts checkpoint_ts = kStartTs) {
    SpanHeartBeat heartbeat{.from = from};
    heartbeat.statuses.push_back({id, status, checkpoint_ts});
    event([&](Surroundings& around) { maintainer().on_heartbeat(around, heartbeat); });
  }
  void block_status(NodeId from, const BlockStatus& status) {
    BlockStatusRequest request{.from = from};
    request.statuses.push_back(status);
    event([&](Surroundings& around) { maintainer().on_block_status(around, request); });
  }
  void nodes(NodeSet view) {
    alive = std::move(view);
    maintainer().node_changed = maintainer().watches_nodes;
    event([](Surroundings& /*around*/) {});
  }
  bool insert(const Operator& added) {
    bool inserted = false;
    run([&](Surroundings& around) { inserted = maintainer().insert_operator(around, added); });
    return inserted;
  }
  void poll(std::size_t index = 0, bool due = false) {
    run([&](Surroundings& around) { maintainer().poll(around, index, due); });
  }
  void tick() {
    manager.find_stopped();
    manager.clean_up(rules);
  }
  // The task of table 1, if it has one.
  [[nodiscard]] SpanReplication& task() { return maintainer().spans.spans.front(); }

  void reach(Phase phase) {
    if (phase == Phase::kAbsent) return;
    add();
    if (phase == Phase::kCreated) return;
    init();
    if (phase == Phase::kBootstrapping) return;
    answer(kA);
    fail_load = phase == Phase::kBootFailed;
    answer(kM);
    if (phase == Phase::kBootFailed || phase == Phase::kRunningPost) return;
    post_answer();
    if (phase == Phase::kRunning) return;
    remove(phase != Phase::kHandoff);
    if (phase != Phase::kStopped) return;
    closed(kM);
    closed(kA);
  }

  // What was sent since the last time, as "to what".
  [[nodiscard]] std::vector<std::string> sent() {
    static constexpr std::string_view kNames = "?MABCD";
    std::vector<std::string> all;
    const auto to = [](NodeId node) { return std::string(1, kNames[static_cast<std::size_t>(node)]) + " "; };
    for (const Message& message : out.to_nodes) all.push_back(to(message.to) + told(message));
    for (const SpanHeartBeatResponse& response : out.responses) {
      std::string text = to(response.to);
      for (const BarrierReply& reply : response.replies) {
        text += std::string(name_of(reply.word)) + " of " + std::to_string(reply.block_ts);
        for (const DispatcherId id : reply.ids) text += " " + std::to_string(static_cast<int>(id));
        text += "; ";
      }
      all.push_back(text.substr(0, text.size() - (response.replies.empty() ? 1 : 2)));
    }
    for (const Report& report : out.reports) {
      const auto* heartbeat = std::get_if<MaintainerHeartbeat>(&report.body);
      if (heartbeat == nullptr) continue;
      all.push_back(to(report.to) + std::string(name_of(heartbeat->status.state)) + " of " +
                    std::to_string(heartbeat->status.epoch));
    }
    out.to_nodes.clear();
    out.responses.clear();
    out.reports.clear();
    return all;
  }
  // Why something was not done, since the last time.
  [[nodiscard]] Refusal refusal() {
    const Refusal why = out.refusals.empty() ? Refusal::kNone : out.refusals.back();
    out.refusals.clear();
    return why;
  }

 private:
  static std::string told(const Message& message) {
    const auto of = [](DispatcherId id) { return " of " + std::to_string(static_cast<int>(id)); };
    if (const auto* schedule = message.as<ScheduleDispatcherRequest>()) {
      return std::string(name_of(schedule->action)) + of(schedule->id);
    }
    if (const auto* close = message.as<MaintainerCloseRequest>()) {
      return close->removed ? "Close, removed" : "Close";
    }
    if (message.as<MaintainerBootstrapRequest>() != nullptr) return "Bootstrap";
    if (message.as<MaintainerPostBootstrapRequest>() != nullptr) return "PostBootstrap";
    return std::string(name_of(message.type()));
  }
};

}  // namespace takeover::impl::testing

// So that a failed check names the phase.
namespace Catch {
template <>
struct StringMaker<takeover::impl::testing::Phase> {
  static std::string convert(takeover::impl::testing::Phase phase) {
    constexpr std::array kNames{"absent",  "created", "bootstrapping", "boot failed", "running, post pending",
                                "running", "handoff", "cascade",       "stopped"};
    return kNames[static_cast<std::size_t>(phase)];
  }
};
template <>
struct StringMaker<takeover::impl::Refusal> {
  static std::string convert(takeover::impl::Refusal refusal) { return std::string(name_of(refusal)); }
};
}  // namespace Catch
