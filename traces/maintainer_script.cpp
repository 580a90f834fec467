#include "traces/maintainer_script.h"

#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace takeover::traces {
namespace {

struct CloseFile {
  void operator()(gzFile_s* file) const { gzclose_r(file); }
};

// Read through zlib, which passes on what is not compressed.
spec::Result<std::string> read_compressed(const std::string& path) {
  const auto refuse = [&](std::string what) {
    return spec::InputError{path, "", std::move(what),
                            "a script of maintainers, plain or compressed with gzip"};
  };
  const std::unique_ptr<gzFile_s, CloseFile> file(gzopen(path.c_str(), "rb"));
  if (!file) return refuse(std::strerror(errno));
  std::string text;
  std::array<char, 1U << 16U> buffer{};
  while (true) {
    const int count = gzread(file.get(), buffer.data(), static_cast<unsigned>(buffer.size()));
    if (count < 0) return refuse("the gzip stream is damaged");
    if (count == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > spec::kMaxFileBytes) return refuse("more than 64 MiB");
  }
  int code = Z_OK;
  gzerror(file.get(), &code);
  if (code == Z_BUF_ERROR) return refuse("the gzip stream is cut");
  return text;
}

constexpr std::array kEvents{
    "Message",          "HandleQueuedEvents", "EventPeriod", "CalCheckpointTs", "OperatorControllerExecute",
    "SchedulerExecute", "ManagerTick",        "NodesChange", "MoveTable"};

bool is_event(const ScriptJson& event) {
  if (!event.is_object() || !event.contains("type")) return false;
  for (const char* type : kEvents) {
    if (event["type"] == type) return true;
  }
  return false;
}

bool is_step(const ScriptJson& step) {
  return step.is_object() && step.contains("event") && is_event(step["event"]) && step.contains("now") &&
         step["now"].is_number_integer() && step.contains("sent") && step["sent"].is_array() &&
         step.contains("state") && (step["state"].is_object() || step["state"] == "unchanged");
}

}  // namespace

spec::Result<MaintainerScript> read_maintainer_script(const std::string& path) {
  auto text = read_compressed(path);
  if (!text) return text.error();
  bool too_deep = false;
  const auto look = [&](int depth, ScriptJson::parse_event_t /*event*/, ScriptJson& /*parsed*/) {
    too_deep |= static_cast<std::size_t>(depth) > spec::kMaxNesting;
    return true;
  };
  ScriptJson document = ScriptJson::parse(*text, look, false);
  const auto refuse = [&](const std::string& pointer, const std::string& what, const std::string& expected) {
    return spec::InputError{path, pointer, what, expected};
  };
  if (too_deep) return refuse("", "nested deeper than 64", "a script of maintainers");
  if (document.is_discarded()) return refuse("", "not JSON", "a script of maintainers");
  if (!document.is_object() || document.value("format", ScriptJson()) != "ticdc-maintainer-trace") {
    return refuse("", "not a script of maintainers", "\"format\": \"ticdc-maintainer-trace\"");
  }
  if (document.value("version", ScriptJson()) != 1) return refuse("/version", "another version", "1");
  if (!document.contains("self") || !document["self"].is_string()) {
    return refuse("", "the name 'self' is missing", "it");
  }
  for (const char* key : {"tables", "ddls", "steps"}) {
    if (!document.contains(key) || !document[key].is_array()) {
      return refuse("", "the list '" + std::string(key) + "' is missing", "it");
    }
  }
  std::size_t number = 0;
  for (const ScriptJson& step : document["steps"]) {
    if (!is_step(step)) {
      return refuse("/steps/" + std::to_string(number), "not a step",
                    "now, an event of a known type, sent, and a state or \"unchanged\"");
    }
    ++number;
  }
  return MaintainerScript{path, std::move(document)};
}

}  // namespace takeover::traces
