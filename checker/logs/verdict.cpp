#include "checker/logs/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "checker/logs/difference.h"
#include "impl/node.h"

namespace takeover::logs {
namespace {

void assume(Explained& explained, Assumption what, std::uint64_t count) {
  if (count != 0) explained.assumed.push_back({what, count});
}

// Steps that stand in the log behind lines of later ones.
std::uint64_t swapped(const Explained& explained) {
  std::uint64_t count = 0;
  std::size_t last = 0;
  for (const ExplainedStep& step : explained.run) {
    if (step.lines.empty()) continue;
    const std::size_t first = *std::min_element(step.lines.begin(), step.lines.end());
    if (first < last) ++count;
    last = std::max(last, first);
  }
  return count;
}

// Of what is of the kind of the line: in what it differs.
std::string text_of(const Emitted& emitted, const Observed& line, const spec::Names& names) {
  std::string text =
      emitted.what == What::kLine
          ? std::string(name_of(emitted.line))
          : fmt::format("sends {} to {}", name_of(emitted.message.type()), names.of(emitted.message.to));
  if (!is_of_its_kind(line, emitted)) return text;
  const std::string differs = difference(line, emitted, names);
  return differs.empty() ? text : fmt::format("{}, with {}", text, differs);
}

}  // namespace

const Reached& least(const std::vector<Reached>& places) {
  return *std::min_element(places.begin(), places.end(),
                           [](const Reached& a, const Reached& b) { return a.cost < b.cost; });
}

Explained judge_ends(const std::vector<Reached>& ends, std::uint32_t cost) {
  Explained explained;
  explained.guesses = cost;
  explained.violated_in_all.set();
  std::set<std::string> worlds;
  for (const Reached& end : ends) {
    if (end.cost != cost) continue;
    Place world = end.place;
    world.met.reset();
    worlds.insert(bytes_of(world));
    explained.met_in_some |= end.place.met;
    explained.violated_in_all &= end.place.violated;
    explained.violated_in_some |= end.place.violated;
  }
  explained.worlds = worlds.size();
  return explained;
}

void count(const History& history, Explained& explained) {
  if (!history.is_message_log) explained.slack = swapped(explained);
  assume(explained, Assumption::kSlack, explained.slack);
  const bool has_bootstrap =
      std::any_of(explained.run.begin(), explained.run.end(), [](const ExplainedStep& step) {
        return step.action.request && step.action.request->type() == impl::MessageType::kBootstrap;
      });
  if (has_bootstrap && !history.pools.redo) assume(explained, Assumption::kRedo, 1);
}

std::vector<std::string> instead(const Task& task, const std::vector<Reached>& places, std::size_t line) {
  const Observed& refuted = task.history.lines.at(line);
  std::map<std::string, std::size_t> counts;
  for (const Reached& reached : places) {
    const auto note = [&](const impl::NodeAction& action) {
      Attempt attempt(task, {}, reached.place, false);
      if (!attempt.act(action)) return;
      for (const Emitted& emitted : attempt.written())
        ++counts[text_of(emitted, refuted, task.history.names)];
    };
    impl::for_each_action(task.rules, reached.place.node, note);
  }
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  constexpr std::size_t kMost = 5;
  if (sorted.size() > kMost) sorted.resize(kMost);
  std::vector<std::string> texts;
  texts.reserve(sorted.size());
  for (auto& [text, count] : sorted) texts.push_back(std::move(text));
  return texts;
}

}  // namespace takeover::logs
