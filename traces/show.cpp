#include "traces/show.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "spec/properties/liveness.h"
#include "spec/properties/properties.h"
#include "traces/record.h"
#include "traces/replay.h"
#include "traces/state_diff.h"
#include "traces/words.h"

namespace takeover::traces {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + one_line(name);
  return text;
}

void line(std::string& text, std::string_view label, const std::string& value) {
  if (!value.empty()) text += fmt::format("{:<10} {}\n", std::string(label) + ":", value);
}

std::string meaning_of(const std::string& property) {
  if (const auto named = spec::property_named(property)) return std::string(spec::info(*named).text);
  if (const auto live = spec::live_property_named(property)) return std::string(spec::info(*live).text);
  return {};
}

// What the replay found, in place of what the trace says.
std::string verdict_words(const Header& header, const Finding& finding) {
  const std::string said = header.verdict.empty() ? "" : "said to be " + one_line(header.verdict);
  switch (finding.kind) {
    case Finding::Kind::kViolated: return "violated";
    case Finding::Kind::kNotViolated:
      return header.verdict == "violated" ? said + ", and is not by this run" : "not violated by this run";
    case Finding::Kind::kNotJudged: return said.empty() ? "not judged" : said + ", and not judged";
    case Finding::Kind::kNotAsked: return {};
  }
  impl::unreachable();
}

std::string variants_text(const Trace& trace) {
  std::string text;
  for (const impl::VariantInfo& variant : impl::kVariants) {
    if (std::ranges::find(trace.header.variants, variant.name) == trace.header.variants.end()) continue;
    text += fmt::format(", {} the variant {}", trace.rules.variants.*variant.value ? "with" : "without",
                        variant.name);
  }
  return text;
}

std::string header_text(const Trace& trace, const Finding& finding) {
  const Header& header = trace.header;
  std::string text;
  line(text, "title", one_line(header.title));
  line(text, "source", one_line(header.source));
  line(text, "scenario", one_line(header.scenario));
  std::string profile = one_line(header.profile);
  if (!header.guards_off.empty()) profile += " without " + joined(header.guards_off);
  if (!header.guards_on.empty()) profile += " with " + joined(header.guards_on);
  profile += variants_text(trace);
  line(text, "profile", profile);
  if (const std::string verdict = verdict_words(header, finding); !verdict.empty()) {
    const std::string property = header.property.empty() ? "any of safety" : one_line(header.property);
    line(text, "property", fmt::format("{} ({})", property, verdict));
    line(text, "meaning", meaning_of(header.property));
  }
  if (header.seed) line(text, "seed", std::to_string(*header.seed));
  return text;
}

// The last state of a node in which nothing has happened yet is the one before: only nodes that changed are
// shown.
void step_changes(const Trace& trace, const Nodes& before, const Nodes& after, std::string& text) {
  for (const auto& [id, node] : after) {
    const auto it = before.find(id);
    if (it == before.end() || it->second == node) continue;
    const std::string name = after.size() > 1 ? one_line(trace.names.of(id)) + " " : "";
    for (const std::string& change :
         state_diff(write_node(it->second, trace.names), write_node(node, trace.names))) {
      text += fmt::format("       {}{}\n", name, change);
    }
  }
}

const impl::DispatcherOrchestrator* node_of(const Nodes& nodes, const Action& action) {
  const auto it = nodes.find(action.node);
  return it == nodes.end() ? nullptr : &it->second;
}

std::string step_text(const Trace& trace, std::size_t index, const Nodes& before, const Taken& taken) {
  const Step& step = trace.steps[index];
  std::string id = step.action.message_id;
  if (!id.empty()) id = fmt::format("  [{}]", one_line(id));
  std::string text =
      fmt::format("{:>4}  {}{}{}\n", index + 1,
                  words_of(step.action, node_of(before, step.action), trace.names), id, rests_words(step));
  if (!step.title.empty()) text += fmt::format("       # {}\n", one_line(step.title));
  for (const impl::Note& note : taken.out.notes) {
    if (const std::string words = words_of(note, trace.names); !words.empty()) {
      text += fmt::format("       ! {}\n", words);
    }
  }
  step_changes(trace, before, taken.nodes, text);
  for (const impl::Message& reply : taken.out.sent) {
    text += fmt::format("       -> {}\n", words_of_sent(reply, trace.names));
  }
  return text;
}

std::string violation_text(const Trace& trace, const Finding& finding) {
  std::string text = fmt::format("\nViolated: {}\n", one_line(finding.property));
  if (!finding.step) text += "  by:        what the run starts with\n";
  if (finding.step && *finding.step + 1 < trace.steps.size()) {
    text += fmt::format("  by:        step {}\n", *finding.step + 1);
  }
  if (const std::string meaning = meaning_of(finding.property); !meaning.empty()) {
    text += fmt::format("  must hold: {}\n", meaning);
  }
  const std::string_view because = violation_of(finding.property);
  if (!because.empty()) text += fmt::format("  because:   {}\n", because);
  const std::string& why = trace.header.why;
  if (!why.empty() && why != because) text += fmt::format("  it is said: {}\n", one_line(why));
  return text;
}

std::string ending_text(const Trace& trace, const ReplayResult& result) {
  std::string text;
  if (const std::string words = loop_words(trace, result); !words.empty()) text += "\n" + words + ".\n";
  if (!result.conforms) {
    text += fmt::format("\nDiverges at {}:\n  expected {}\n  actual   {}\n", one_line(where(result)),
                        one_line(result.expected), one_line(result.actual));
  }
  const Finding& finding = result.finding;
  if (finding.kind == Finding::Kind::kViolated) text += violation_text(trace, finding);
  if (result.conforms && finding.leaves_claim_open()) {
    text +=
        fmt::format("\nNot judged: {}\n  because:   {}\n", one_line(finding.property), one_line(finding.why));
  }
  for (const std::string& remark : result.remarks) text += fmt::format("\nRemark: {}\n", one_line(remark));
  return text;
}

}  // namespace

std::string show_text(const Trace& trace) {
  const Run replayed = run(trace);
  std::string text = header_text(trace, replayed.result.finding);
  text += '\n';
  const Nodes* before = &trace.initial;
  for (std::size_t i = 0; i < replayed.taken.size(); ++i) {
    text += step_text(trace, i, *before, replayed.taken[i]);
    before = &replayed.taken[i].nodes;
  }
  return text + ending_text(trace, replayed.result);
}

}  // namespace takeover::traces
