#include "tests/checker/logs/adversary/simulated.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <variant>

#include "checker/engine/random_walk.h"
#include "checker/logs/explain.h"
#include "checker/logs/read.h"
#include "tests/checker/logs/adversary/written_files.h"
#include "traces/record.h"
#include "traces/replay.h"
#include "traces/trace.h"

namespace takeover::logs {
namespace {

constexpr std::uint64_t kMostStates = 300'000;

const impl::Rules& rules_of(std::string_view profile) {
  return spec::profile_named(profile)->rules;
}

bool is_same(const Emitted& a, const Emitted& b) {
  return a.thread == b.thread && a.what == b.what && a.line == b.line && a.facts == b.facts &&
         a.message == b.message;
}

// Of one node what its steps leave, in the log of either kind, under the rules given, which need not be those
// of the run: the node then goes its own way. None if it cannot take a step.
struct Left {
  std::vector<Emitted> lines{};
  std::vector<Emitted> sends{};
};
std::optional<Left> left_by(const engine::Trace<model::NodeModel>& run, impl::NodeId node,
                            const impl::Rules& rules) {
  Left left;
  impl::DispatcherOrchestrator state = run.initial.nodes[node];
  const auto watch = [&](const traces::ImplementationStep& step) {
    std::vector<Emitted> emitted;
    emit(rules, step, emitted);
    for (const Emitted& each : emitted) {
      if (each.what == What::kSend) {
        left.sends.push_back(each);
      } else if (const Row* row = row_for(each.line, each.facts); row != nullptr && row->use == Use::kStep) {
        left.lines.push_back(each);
      }
    }
  };
  for (const spec::WorldStep& step : run.steps) {
    const impl::Message* received = spec::received_in(step.action);
    const impl::NodeAction* action = step.action.of_node();
    if (step.action.node != node || (received == nullptr && action == nullptr)) continue;
    const traces::Action taken = received != nullptr
                                     ? traces::message_step(traces::ActionKind::kReceive, node, *received)
                                     : traces::node_step(node, *action);
    impl::Outbox out;
    out.self = node;
    if (traces::take(rules, taken, state, out, watch)) return std::nullopt;
  }
  return left;
}

bool differs(const std::vector<Emitted>& a, const std::vector<Emitted>& b) {
  return !std::equal(a.begin(), a.end(), b.begin(), b.end(), is_same);
}

struct Tried {
  Explains verdict = Explains::kExplained;
  double seconds = 0;
  std::string where{};
};

// A process that dies leaves several histories: the first that is not explained counts.
Tried try_to_explain(const Logs& logs, const std::string& profile, std::vector<std::string>& complaints) {
  Tried tried;
  for (const History& history : logs.histories) {
    const Explanation explanation = explain(
        history, {.search = {.rules = rules_of(profile), .max_states = kMostStates}, .remedy_seconds = 0});
    const Outcome& outcome = explanation.outcome;
    tried.seconds += outcome.effort.seconds;
    if (!std::holds_alternative<Inconclusive>(outcome.verdict)) {
      // The run that was found is the proof.
      const auto trace = traces::read_trace(
          traces::to_text(trace_of(history, explanation, logs.files, {.profile = profile})), "explained");
      if (!trace || !traces::replay(*trace).conforms) complaints.push_back("its explanation is no run");
    }
    if (const auto* refuted = std::get_if<Refuted>(&outcome.verdict)) {
      const Observed& line = history.lines[refuted->line];
      tried.verdict = Explains::kRefuted;
      tried.where = fmt::format("line {}: {}", line.at.number, line.text);
      return tried;
    }
    if (std::holds_alternative<Inconclusive>(outcome.verdict)) tried.verdict = Explains::kInconclusive;
  }
  return tried;
}

class Explainer {
 public:
  Explainer(const SimulatedCase& simulated, std::vector<std::string>& complaints)
      : simulated_(simulated),
        complaints_(complaints),
        model_(spec::built_in_scenario(simulated.scenario), rules_of(simulated.own), {}),
        run_(engine::random_walk(model_, simulated.seed, simulated.steps)) {}

  [[nodiscard]] std::vector<SimulatedResult> results() {
    std::vector<SimulatedResult> results;
    for (const impl::NodeId node : model_.scenario().nodes) add_node(node, results);
    return results;
  }

 private:
  void add_node(impl::NodeId node, std::vector<SimulatedResult>& results) {
    const WrittenFiles files(
        log_run(model_, run_, node, {.seed = simulated_.seed, .most_delay = simulated_.most_delay}));
    const std::optional<Left> own = left_by(run_, node, rules_of(simulated_.own));
    const std::optional<Left> other = left_by(run_, node, rules_of(simulated_.other));
    if (!own) return complain("its own run cannot be taken again");
    add_log(files.text(), false, !other || differs(own->lines, other->lines), results);
    add_log(files.messages(), true, !other || differs(own->sends, other->sends), results);
  }

  void add_log(const std::string& path, bool is_message_log, bool other_differs,
               std::vector<SimulatedResult>& results) {
    const Logs logs = read({{.node = "", .paths = {path}}}, {});
    for (const spec::InputError& error : logs.errors) complain(error.to_line());
    if (logs.histories.empty()) return;
    SimulatedResult result{.is_message_log = is_message_log, .other_differs = other_differs};
    for (const History& history : logs.histories) result.lines += history.lines.size();
    const Tried own = try_to_explain(logs, std::string(simulated_.own), complaints_);
    const Tried other = try_to_explain(logs, std::string(simulated_.other), complaints_);
    result.own = own.verdict;
    result.own_seconds = own.seconds;
    result.where = own.where;
    result.other = other.verdict;
    result.other_seconds = other.seconds;
    const std::string_view kind = is_message_log ? "messages" : "text";
    if (own.verdict != Explains::kExplained) {
      complain(fmt::format("{}: {} by its own rules {}", kind, name_of(own.verdict), own.where));
    }
    if (!other_differs && other.verdict == Explains::kRefuted) {
      complain(fmt::format("{}: refuted by {}, which leaves the same, at {}", kind, simulated_.other,
                           other.where));
    }
    results.push_back(result);
  }

  void complain(const std::string& what) {
    complaints_.push_back(fmt::format("{} --seed {} --steps {} --profile {}: {}", simulated_.scenario,
                                      simulated_.seed, simulated_.steps, simulated_.own, what));
  }

  const SimulatedCase& simulated_;
  std::vector<std::string>& complaints_;
  model::NodeModel model_;
  engine::Trace<model::NodeModel> run_;
};

}  // namespace

std::string_view name_of(Explains verdict) {
  switch (verdict) {
    case Explains::kExplained: return "explained";
    case Explains::kRefuted: return "refuted";
    case Explains::kInconclusive: return "inconclusive";
  }
  return "";
}

std::vector<SimulatedResult> explain_simulated(const SimulatedCase& simulated,
                                               std::vector<std::string>& complaints) {
  return Explainer(simulated, complaints).results();
}

}  // namespace takeover::logs
