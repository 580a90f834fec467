#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spec/profiles.h"
#include "traces/trace.h"

namespace takeover::traces {
namespace {

std::vector<std::string> texts_of(const Json& json, const char* key) {
  const auto it = json.find(key);
  return it == json.end() ? std::vector<std::string>() : it->get<std::vector<std::string>>();
}

Header read_header(const Json& document) {
  Header header{.profile = text_of(document, "profile"),
                .guards_off = texts_of(document, "guards_off"),
                .guards_on = texts_of(document, "guards_on"),
                .variants = texts_of(document, "variants"),
                .title = text_of(document, "title"),
                .source = text_of(document, "source"),
                .scenario = text_of(document, "scenario"),
                .property = text_of(document, "property"),
                .verdict = text_of(document, "verdict"),
                .why = text_of(document, "why"),
                .tool_version = text_of(document, "tool_version")};
  if (const auto it = document.find("seed"); it != document.end() && !it->is_null()) {
    header.seed = it->get<std::uint64_t>();
  }
  return header;
}

std::optional<InputError> below(std::string_view pointer, std::optional<InputError> fault) {
  if (fault) fault->pointer.insert(0, pointer);
  return fault;
}

std::optional<InputError> read_initial(const Json& document, Trace& trace) {
  for (const auto& [name, json] : document["initial"]["nodes"].items()) {
    const std::string pointer = fmt::format("/initial/nodes{}", spec::pointer_token(name));
    if (name.empty()) return InputError{"", pointer, "a node without a name", "a name"};
    const impl::NodeId id = trace.names.node(name);
    if (auto fault =
            below(pointer, read_node(json, trace.names, trace.initial[id], spec::Reading::kInitial, id)))
      return fault;
  }
  if (trace.initial.empty()) return InputError{"", "/initial/nodes", "no node", "at least one"};
  return std::nullopt;
}

// Expectations are compared as JSON; reading them once finds what the schema cannot say, and interns their
// names.
std::optional<InputError> check_expectations(Trace& trace, const Step& step) {
  for (std::size_t i = 0; step.sent && i < step.sent->size(); ++i) {
    impl::Message reply;
    if (auto fault = below(fmt::format("/sent/{}", i), read_sent((*step.sent)[i], trace.names, reply)))
      return fault;
  }
  if (!step.state) return std::nullopt;
  for (const auto& [name, json] : (*step.state)["nodes"].items()) {
    const std::string pointer = fmt::format("/state/nodes{}", spec::pointer_token(name));
    if (name.empty() || !trace.initial.contains(trace.names.node(name))) {
      return InputError{"", pointer, fmt::format("no node '{}' in initial", name), "a node of initial"};
    }
    impl::DispatcherOrchestrator node;
    if (auto fault = below(pointer, read_node(json, trace.names, node, spec::Reading::kExpected)))
      return fault;
  }
  return std::nullopt;
}

std::optional<InputError> read_rests(const Json& json, Step& step) {
  if (const auto it = json.find("rests_on"); it != json.end()) {
    for (const Json& rest : *it) {
      step.rests_on.push_back({rest["file"].get<std::string>(), rest["line"].get<std::uint64_t>()});
    }
  }
  step.unseen = json.value("unseen", false);
  if (!step.unseen || step.rests_on.empty()) return std::nullopt;
  return InputError{"", "/unseen", "a step that rests on lines and is unseen", "one of the two"};
}

std::optional<InputError> read_step(const Json& json, Trace& trace) {
  Step& step = trace.steps.emplace_back();
  step.title = text_of(json, "title");
  if (auto fault = below("/action", read_action(json["action"], trace.names, step.action))) return fault;
  Action& action = step.action;
  // Where one node is, every message that a maintainer sends goes there.
  if (action.request && action.kind != ActionKind::kLose) action.request->to = action.node;
  if (action.request && trace.initial.size() == 1) action.request->to = trace.initial.begin()->first;
  if (action.node != impl::NodeId::kNone && !trace.initial.contains(action.node)) {
    return InputError{"", "/action/node", fmt::format("no node '{}' in initial", trace.names.of(action.node)),
                      "a node of initial"};
  }
  if (const auto it = json.find("sent"); it != json.end()) step.sent = *it;
  if (const auto it = json.find("state"); it != json.end()) step.state = *it;
  if (auto fault = read_rests(json, step)) return fault;
  return check_expectations(trace, step);
}

// A message id names one message: two sends do not share it, and what arrives is what was sent.
std::optional<InputError> check_message_ids(const Trace& trace) {
  std::map<std::string, const impl::Message*> sent;
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const Action& action = trace.steps[i].action;
    if (action.message_id.empty() || !action.request) continue;
    const std::string pointer = fmt::format("/steps/{}/action/message_id", i);
    if (action.kind == ActionKind::kSend) {
      if (!sent.emplace(action.message_id, &*action.request).second) {
        return InputError{"", pointer, fmt::format("'{}' was sent before", action.message_id),
                          "an id of its own"};
      }
    } else if (const auto it = sent.find(action.message_id);
               it != sent.end() && !is_same_message(*it->second, *action.request)) {
      return InputError{"", pointer, fmt::format("'{}' names another message", action.message_id),
                        "the id of the message that arrives"};
    }
  }
  return std::nullopt;
}

std::optional<InputError> read_loop(const Json& document, Trace& trace) {
  if (const auto it = document.find("length"); it != document.end() && *it != trace.steps.size()) {
    return InputError{"", "/length", fmt::format("the length {} of {} steps", it->dump(), trace.steps.size()),
                      "the number of steps"};
  }
  const auto it = document.find("loop_start");
  if (it == document.end() || it->is_null()) return std::nullopt;
  if (it->get<std::uint64_t>() >= trace.steps.size()) {
    return InputError{"", "/loop_start", fmt::format("the step {} of {}", it->dump(), trace.steps.size()),
                      "the index of a step, from 0"};
  }
  trace.loop_start = it->get<std::size_t>();
  return std::nullopt;
}

std::optional<InputError> read_document(const Json& document, Trace& trace) {
  try {
    if (auto fault = read_initial(document, trace)) return fault;
    for (std::size_t i = 0; i < document["steps"].size(); ++i) {
      if (auto fault = below(fmt::format("/steps/{}", i), read_step(document["steps"][i], trace)))
        return fault;
    }
  } catch (const std::length_error&) {
    return InputError{"", "", "too many different names", "at most 65535 of a kind"};
  }
  if (auto fault = check_message_ids(trace)) return fault;
  return read_loop(document, trace);
}

std::optional<InputError> set_guards(const std::vector<std::string>& guards, const char* key, bool on,
                                     const std::string& file, impl::Rules& rules) {
  for (std::size_t i = 0; i < guards.size(); ++i) {
    const auto guard = impl::named<impl::Guard>(guards[i]);
    if (!guard) {
      return InputError{file, fmt::format("/{}/{}", key, i), fmt::format("the guard '{}'", guards[i]),
                        "a name that `takeover list guards` shows"};
    }
    rules.set(*guard, on);
  }
  return std::nullopt;
}

std::optional<InputError> switch_variants(const std::vector<std::string>& variants, const std::string& file,
                                          impl::Rules& rules) {
  for (std::size_t i = 0; i < variants.size(); ++i) {
    const std::string pointer = fmt::format("/variants/{}", i);
    const auto named = std::ranges::find(impl::kVariants, variants[i], &impl::VariantInfo::name);
    if (named == impl::kVariants.end()) {
      std::string known;
      for (const impl::VariantInfo& each : impl::kVariants) {
        known += fmt::format("{}{}", known.empty() ? "" : ", ", each.name);
      }
      return InputError{file, pointer, fmt::format("the variant '{}'", variants[i]),
                        fmt::format("one of {}", known)};
    }
    const auto here = variants.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(variants.begin(), here, variants[i]) != here) {
      return InputError{file, pointer, fmt::format("'{}' is there before", variants[i]), "each once"};
    }
    bool& value = rules.variants.*named->value;
    value = !value;
  }
  return std::nullopt;
}

}  // namespace

Result<impl::Rules> rules_of(const Header& header, const std::string& file) {
  const spec::Profile* profile = spec::profile_named(header.profile);
  if (profile == nullptr) {
    std::string known;
    for (const spec::Profile& each : spec::all_profiles()) {
      known += fmt::format("{}{}", known.empty() ? "" : ", ", each.name);
    }
    return InputError{file, "/profile", fmt::format("the profile '{}'", header.profile),
                      fmt::format("one of {}", known)};
  }
  impl::Rules rules = profile->rules;
  if (auto error = set_guards(header.guards_off, "guards_off", false, file, rules)) return *error;
  if (auto error = set_guards(header.guards_on, "guards_on", true, file, rules)) return *error;
  for (std::size_t i = 0; i < header.guards_on.size(); ++i) {
    if (std::ranges::find(header.guards_off, header.guards_on[i]) == header.guards_off.end()) continue;
    return InputError{file, fmt::format("/guards_on/{}", i),
                      fmt::format("'{}' is in guards_off as well", header.guards_on[i]), "it in one of them"};
  }
  if (auto error = switch_variants(header.variants, file, rules)) return *error;
  return rules;
}

Result<Trace> read_trace(std::string_view text, const std::string& file) {
  auto document = spec::parse_json(text, file);
  if (!document) return document.error();
  if (auto error = spec::validate(*document, trace_schema(), file)) return *error;
  Trace trace{.file = file, .header = read_header(*document)};
  auto rules = rules_of(trace.header, file);
  if (!rules) return rules.error();
  trace.rules = *rules;
  if (spec::is_built_in(trace.header.scenario)) {
    trace.scenario = spec::built_in_scenario(trace.header.scenario);
    trace.names = trace.scenario->names;
  }
  if (auto fault = read_document(*document, trace)) {
    fault->file = file;
    return *fault;
  }
  trace.document = *std::move(document);
  return trace;
}

Result<Trace> read_trace_file(const std::string& path) {
  const auto text = spec::read_file(path);
  if (!text) return text.error();
  return read_trace(*text, path);
}

const Json& trace_schema() {
  static const Json kWhole = [] {
    Json schema = Json::parse(trace_schema_text());
    schema["definitions"].update(spec::node_definitions());
    schema["definitions"]["action"] = action_schema();
    return schema;
  }();
  return kWhole;
}

}  // namespace takeover::traces
