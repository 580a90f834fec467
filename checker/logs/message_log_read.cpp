#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include "checker/logs/message_log.h"
#include "checker/logs/quoted.h"
#include "checker/logs/read.h"
#include "impl/message.h"
#include "spec/json/values.h"

namespace takeover::logs {
namespace {

using spec::InputError;

// So many lines of ours are held against the schema at once: compiling it costs more than a line.
constexpr std::size_t kLinesAtOnce = 512;

// A file of which so many do not fit is no message log.
constexpr std::size_t kMostWrong = 100;

// Many lines of it.
const Json& lines_schema() {
  static const Json kLines = [] {
    Json schema = message_log_schema();
    Json definitions = std::move(schema["definitions"]);
    schema.erase("definitions");
    definitions["line"] = std::move(schema);
    return Json{{"type", "array"},
                {"items", {{"$ref", "#/definitions/line"}}},
                {"definitions", std::move(definitions)}};
  }();
  return kLines;
}

// Of "/17/message/epoch": 17.
std::size_t index_in(std::string_view pointer) {
  std::size_t index = 0;
  if (pointer.starts_with('/')) pointer.remove_prefix(1);
  std::from_chars(pointer.data(), pointer.data() + pointer.size(), index);
  return index;
}

std::string member_text(const Json& line, const char* key) {
  const auto found = line.find(key);
  return found != line.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::uint64_t> member_number(const Json& line, const char* key) {
  const auto found = line.find(key);
  if (found == line.end() || !found->is_number_unsigned()) return {};
  return found->get<std::uint64_t>();
}

std::int64_t time_of_line(const Json& line) {
  return static_cast<std::int64_t>(member_number(line, "t").value_or(0));
}

// A string, by what stands behind it.
bool is_key(std::string_view behind) {
  const std::size_t next = behind.find_first_not_of(" \t");
  return next != std::string_view::npos && behind[next] == ':';
}

bool is_too_deep(std::string_view line) {
  std::size_t depth = 0;
  bool is_in_string = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char letter = line[at];
    if (letter == '"') {
      is_in_string = !is_in_string;
    } else if (is_in_string) {
      if (letter == '\\') ++at;
    } else if (letter == '[' || letter == '{') {
      if (++depth > spec::kMaxNesting) return true;
    } else if (letter == ']' || letter == '}') {
      depth -= depth > 0 ? 1 : 0;
    }
  }
  return false;
}

// Who handles a request, or sends what a maintainer gets.
Thread thread_of(impl::MessageType type) {
  return type == impl::MessageType::kHeartBeat ? Thread::kHeartBeatSender : Thread::kOrchestrator;
}

void add_to_all(NodeLog& log, const LineRef& at, std::int64_t time_us, Thread thread, What what,
                std::string text) {
  OfLife& line = log.of_all.emplace_back();
  line.life = log.life();
  line.seen.at = at;
  line.seen.time_us = time_us;
  line.seen.thread = thread;
  line.seen.what = what;
  line.seen.text = std::move(text);
}

// What one link carries, told apart by what stands on it.
std::string content_of(const Json& line) {
  return fmt::format("{}\n{}\n{}\n{}", member_text(line, "from"), member_text(line, "to"),
                     member_text(line, "type"),
                     line.contains("msg") ? line["msg"].dump(-1, ' ', false, Json::error_handler_t::replace)
                                          : std::string());
}

}  // namespace

const Json& message_log_schema() {
  static const Json kWhole = [] {
    Json schema = Json::parse(message_log_schema_text());
    schema["definitions"] = spec::message_definitions();
    return schema;
  }();
  return kWhole;
}

bool is_of_message_log(std::string_view line) {
  if (!line.starts_with('{')) return false;
  std::size_t depth = 0;
  bool has_dir = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char letter = line[at];
    if (letter == '"') {
      const auto length = end_of_quoted(line.substr(at));
      if (!length) break;
      const std::string_view text = line.substr(at, *length);
      at += *length - 1;
      if (depth != 1 || !is_key(line.substr(at + 1))) continue;
      if (text == "\"level\"") return false;
      has_dir = has_dir || text == "\"dir\"";
    } else if (letter == '[' || letter == '{') {
      ++depth;
    } else if (letter == ']' || letter == '}') {
      depth -= depth > 0 ? 1 : 0;
    }
  }
  return has_dir;
}

void MessageLogReader::begin_node(std::string node) {
  node_ = std::move(node);
  is_ours_.clear();
  not_ours_ = {};
  last_node_.clear();
}

void MessageLogReader::begin_file(std::string path) {
  path_ = std::move(path);
  self_.clear();
  times_ = {};
  wrong_ = 0;
}

void MessageLogReader::take(const LineRef& at, std::string_view line) {
  if (wrong_ == kMostWrong) return;
  if (std::ranges::all_of(line, [](char letter) { return letter == ' ' || letter == '\r'; })) return;
  if (const auto broken = std::exchange(broken_, std::nullopt)) {
    take_held();
    refuse(*broken, "", "no whole object of JSON", "one a line; only the last may be torn");
  }
  // Before it is parsed: what handles a document goes down it by recursion.
  if (is_too_deep(line)) {
    take_held();
    refuse(at, "", "nested too deep", fmt::format("at most {} levels", spec::kMaxNesting));
    return;
  }
  Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded() || !json.is_object()) {
    broken_ = at;
    return;
  }
  if (member_number(json, "t").value_or(0) > kLatestUs) {
    take_held();
    refuse(at, "/t", "no time of a log", "microseconds since 1970, before the year 10000");
    return;
  }
  times_.see(time_of_line(json));
  const bool is_cluster_form = json.contains("topic") || json.contains("msg") || json.contains("id") ||
                               (json.contains("dir") && json["dir"] != "event" && !json.contains("message"));
  if (is_cluster_form) {
    take_held();
    take_cluster_line(at, json);
    return;
  }
  // Ours is held to what every document here is: no key twice, no number that is not one of 64 bits.
  if (const auto strict = spec::parse_json(line, path_); !strict) {
    take_held();
    const spec::InputError& error = strict.error();
    refuse(at, error.pointer.starts_with('/') ? error.pointer : "", error.what, error.expected);
    return;
  }
  held_.push_back({at, std::move(json)});
  if (held_.size() >= kLinesAtOnce) take_held();
}

Times MessageLogReader::end_file() {
  take_held();
  broken_.reset();
  fences_.clear();
  return times_;
}

// The lines before the first that does not fit, that one, and so on: each time the schema is compiled anew.
void MessageLogReader::take_held() {
  std::vector<Held> held = std::exchange(held_, {});
  std::size_t taken = 0;
  while (taken < held.size() && wrong_ < kMostWrong) {
    Json lines = Json::array();
    for (std::size_t i = taken; i < held.size(); ++i) lines.push_back(held[i].line);
    const auto error = spec::validate(lines, lines_schema(), path_);
    const std::size_t fit = error ? index_in(error->pointer) : lines.size();
    for (const std::size_t end = taken + std::min(fit, lines.size()); taken < end; ++taken) {
      take_line(held[taken].at, held[taken].line);
    }
    if (!error || taken == held.size()) continue;
    refuse(held[taken].at,
           error->pointer.substr(std::min(error->pointer.find('/', 1), error->pointer.size())), error->what,
           error->expected);
    ++taken;
    if (++wrong_ == kMostWrong) {
      complaints_.add({path_, fmt::format("line {}", held[taken - 1].at.number),
                       fmt::format("{} lines are wrong, and what follows is not read", wrong_),
                       "a message log"});
    }
  }
}

void MessageLogReader::miss(const LineRef& at) {
  take_held();
  add_gap(at);
}

// Whatever the line told happened unseen.
void MessageLogReader::add_gap(const LineRef& at) {
  if (last_node_.empty()) return;
  NodeLog& log = out_.node(last_node_, true);
  add_to_all(log, at, 0, Thread::kProcess, What::kGap, "a line that cannot be read");
}

void MessageLogReader::refuse(const LineRef& at, std::string pointer, std::string what,
                              std::string expected) {
  std::string place = fmt::format("line {}", at.number);
  if (!pointer.empty()) place += fmt::format(", {}", pointer);
  complaints_.add({path_, std::move(place), std::move(what), std::move(expected)});
  add_gap(at);
}

// A process may call itself otherwise than the one before it.
bool MessageLogReader::is_of_another(const std::string& self, bool is_start) {
  if (node_.empty() || self.empty()) return false;
  if (is_start || self_.empty()) self_ = self;
  return self_ != self;
}

NodeLog& MessageLogReader::node_of(const LineRef& at, const Json& line) {
  std::string self = member_text(line, "node");
  const std::string& name = node_.empty() ? self : node_;
  const auto [found, is_first] = is_ours_.try_emplace(name, !out_.nodes.contains({name, true}));
  if (!found->second) {
    last_node_.clear();
    if (is_first) {
      refuse(at, "/node", fmt::format("the node '{}' again", name),
             "another node; --node gives several files of one");
    }
    return not_ours_;
  }
  if (is_of_another(self, member_text(line, "event") == "start")) {
    found->second = false;
    fences_.clear();
    out_.nodes.erase({name, true});
    last_node_.clear();
    spec::InputError error = of_another_node(node_, self_, self);
    refuse(at, "/node", std::move(error.what), std::move(error.expected));
    return not_ours_;
  }
  last_node_ = name;
  NodeLog& log = out_.node(name, true);
  log.lives.back().node = std::move(self);
  return log;
}

// "cf1#c8dbcd355" is an incarnation of cf1.
Strand& MessageLogReader::strand_of(NodeLog& log, const Json& line) {
  const std::string spelling = member_text(line, "changefeed");
  const auto found = log.strands.find(spelling);
  if (found != log.strands.end()) return found->second;
  Strand& strand = log.strands[spelling];
  const std::size_t hash = spelling.find('#');
  if (hash != std::string::npos) strand.short_id = spelling.substr(hash + 1);
  if (auto named = changefeed_named(spelling.substr(0, hash))) strand.changefeed = *std::move(named);
  return strand;
}

void MessageLogReader::take_line(const LineRef& at, const Json& line) {
  NodeLog& log = node_of(at, line);
  if (line["dir"] == "event") {
    take_event(at, line, log);
  } else {
    take_message(at, line, log);
  }
}

void MessageLogReader::take_event(const LineRef& at, const Json& line, NodeLog& log) {
  const std::string event = member_text(line, "event");
  if (event == "start") {
    log.begin_life();
    return;
  }
  if (event == "lost") return;  // it was sent
  const bool is_fence = event == "local-fence";
  const bool is_shutdown = event == "shutdown";
  add_to_all(log, at, time_of_line(line),
             is_fence      ? Thread::kFence
             : is_shutdown ? Thread::kShutdown
                           : Thread::kProcess,
             is_fence      ? What::kFence
             : is_shutdown ? What::kShutdown
                           : What::kGap,
             event);
}

void MessageLogReader::take_message(const LineRef& at, const Json& line, NodeLog& log) {
  const bool is_recv = line["dir"] == "recv";
  const Json& message = line["message"];
  const std::string peer = member_text(line, "peer");
  const std::string type = member_text(message, "type");
  try {
    Strand& strand = strand_of(log, line);
    OfLife of_life;
    of_life.life = log.life();
    Observed& seen = of_life.seen;
    seen.at = at;
    seen.time_us = time_of_line(line);
    const impl::NodeId self = strand.names.node(log.self(log.life()));
    const impl::NodeId other = strand.names.node(peer);
    seen.message.from = is_recv ? other : self;
    seen.message.to = is_recv ? self : other;
    const auto error = is_recv ? spec::read_message(message, strand.names, seen.message)
                               : spec::read_sent({{"message", message}}, strand.names, seen.message);
    if (error) {
      refuse(at, (is_recv ? "/message" : "") + error->pointer, error->what, error->expected);
      return;
    }
    if (is_recv) {
      seen.thread = Thread::kArrival;
      seen.what = What::kArrival;
      seen.text = fmt::format("receives {} from {}", type, peer);
      const bool is_bootstrap = seen.message.type() == impl::MessageType::kBootstrap;
      if (is_bootstrap && !message.contains("redo_enabled")) strand.is_redo_unrecorded = true;
    } else {
      seen.thread = thread_of(seen.message.type());
      seen.what = What::kSend;
      seen.text = fmt::format("sends {} to {}", type, peer);
      seen.expected = message;
      seen.has_error = line.contains("has_error");
      if (seen.message.type() == impl::MessageType::kHeartBeat) seen.expected.emplace("complete", false);
    }
    strand.lines.push_back(std::move(of_life));
  } catch (const std::length_error&) {
    refuse(at, "", "too many different names", "at most 65535 of a kind");
  }
}

void MessageLogReader::take_cluster_line(const LineRef& at, const Json& line) {
  const std::string dir = member_text(line, "dir");
  NodeLog& log = node_of(at, line);
  const std::uint64_t count = member_number(line, "n").value_or(0);
  const bool is_known = impl::named<impl::MessageType>(member_text(line, "type")).has_value();
  try {
    if (dir == "recv" || dir == "send") {
      if (is_known && dir == "recv") clocks_.received(content_of(line), at, time_of_line(line));
      if (is_known && dir == "send")
        clocks_.sent(log.self(log.life()), count, content_of(line), at, time_of_line(line));
      if (is_of_foreign_type(line)) ++unknown_;
      for (const Json& ours : in_our_form(line)) take_message(at, ours, log);
    } else if (dir == "send-failed" || dir == "drop") {
      clocks_.failed(log.self(log.life()), count);
    } else if (dir == "release") {
      clocks_.released(log.self(log.life()), count, time_of_line(line));
    } else if (dir == "id") {
      take_id(line);
    } else if (dir == "cmd" || dir == "event") {
      take_command(at, line, log);
    } else if (dir != "hold") {
      refuse(at, "/dir", fmt::format("the direction '{}'", dir),
             "recv, send, send-failed, hold, release, drop, cmd, event or id");
    }
  } catch (const InputError& error) {
    refuse(at, error.pointer, error.what, error.expected);
  }
}

// A short id's first use: {"id": "d1871ecc9", "high": "1761…", "low": "1407…", "text": "1407…1761…"}.
void MessageLogReader::take_id(const Json& line) {
  const auto word = [&](const char* key) {
    const auto number = member_number(line, key);
    if (number) return *number;
    const std::string digits = member_text(line, key);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) {
      throw InputError{"", spec::pointer_token(key), fmt::format("the word '{}' of an id", digits),
                       "an integer from 0 to 18446744073709551615, or its digits"};
    }
    return value;
  };
  const Gid id{.high = word("high"), .low = word("low")};
  const std::string name = member_text(line, "id");
  out_.ids.of_dispatchers.emplace(to_string(id), name);
  out_.ids.words.emplace(name, id);
}

// A fence is told of twice: that it shall be, and that it was. The node fences itself between the two.
void MessageLogReader::take_command(const LineRef& at, const Json& line, NodeLog& log) {
  const std::string words = member_text(line, "msg");
  const bool is_told = member_text(line, "dir") == "cmd" && words == "fence";
  const bool is_done = member_text(line, "dir") == "event" && words == "fenced";
  if (!is_told && !is_done) return;
  const auto told = fences_.find(&log);
  if (is_done && told != fences_.end()) {
    log.of_all.erase(log.of_all.begin() + static_cast<std::ptrdiff_t>(told->second));
  }
  fences_.erase(&log);
  if (is_told) fences_[&log] = log.of_all.size();
  add_to_all(log, at, time_of_line(line), Thread::kFence, What::kFence, "local fence");
}

}  // namespace takeover::logs
