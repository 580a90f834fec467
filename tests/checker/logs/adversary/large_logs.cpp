// Large logs, to measure reading and explaining with.
//
//   large_logs text N1.log 100          100 MB of a node that writes much, with one takeover in it
//   large_logs messages N1.jsonl 20000  so many messages of one node, owners taking turns
//   large_logs ids N.jsonl 40000        of each of two nodes so many dispatchers, all others
//   large_logs changefeeds N.jsonl 9000 so many changefeeds, each on three nodes
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "checker/logs/log_writer.h"
#include "impl/node.h"
#include "spec/profiles.h"

namespace {

using namespace takeover;
using namespace takeover::logs;

// One node, driven by owners that create, remove and hand over.
class Driver {
 public:
  explicit Driver(std::size_t ids)
      : rules_(spec::profile_named("pr-5436")->rules), writer_(names_, node_, rules_, {.seed = 1}) {
    for (std::size_t i = 0; i < ids; ++i) {
      (i % 2 == 0 ? trigger_ids_ : table_ids_)
          .push_back(names_.dispatcher(fmt::format("{}{}", i % 2 == 0 ? "t" : "d", i / 2)));
    }
  }

  // A maintainer's life: it creates tables, removes some, and says what it is to say.
  void live(std::size_t tables) {
    ++epoch_;
    const impl::NodeId owner = epoch_ % 2 == 0 ? node_ : other_;
    bootstrap(owner);
    deliver({owner, node_, epoch_, impl::MaintainerPostBootstrapRequest{trigger_}});
    act({.kind = impl::NodeActionKind::kFirstEvent, .id = trigger_});
    act({.kind = impl::NodeActionKind::kReport});
    for (std::size_t i = 0; i < tables; ++i) {
      const impl::DispatcherId id = table_ids_[next_++ % table_ids_.size()];
      schedule(owner, id, impl::ScheduleAction::kCreate);
      act({.kind = impl::NodeActionKind::kReport});
      if (i % 2 == 0) act({.kind = impl::NodeActionKind::kCompleteHeartbeat});
      schedule(owner, id, impl::ScheduleAction::kRemove);
      act({.kind = impl::NodeActionKind::kRemoveTask, .id = id});
      clean_up(id);
    }
  }

  [[nodiscard]] std::size_t messages() const { return messages_; }
  [[nodiscard]] WrittenLogs finish() { return writer_.finish(); }

 private:
  void bootstrap(impl::NodeId owner) {
    impl::MaintainerBootstrapRequest body;
    body.event_trigger = trigger_ = trigger_ids_.front();
    body.start_ts = 100;
    deliver({owner, node_, epoch_, body});
  }
  void schedule(impl::NodeId owner, impl::DispatcherId id, impl::ScheduleAction action) {
    impl::ScheduleDispatcherRequest body;
    body.id = id;
    body.action = action;
    body.op =
        action == impl::ScheduleAction::kCreate ? impl::OperatorType::kAdd : impl::OperatorType::kRemove;
    body.span = {.table = static_cast<std::uint32_t>(id)};
    body.start_ts = 100;
    deliver({owner, node_, epoch_, body});
  }
  void clean_up(impl::DispatcherId id) {
    const impl::NodeAction action{.kind = impl::NodeActionKind::kCleanUp, .id = id};
    for (bool goes_on = true; goes_on;) {
      goes_on = act(action) && node().manager && node().manager->clean_up.step != impl::CleanUpStep::kIdle;
    }
  }

  void deliver(const impl::Message& message) {
    impl::Outbox out;
    out.self = node_;
    const impl::DispatcherOrchestrator before = state_;
    impl::receive(rules_, state_, message, out);
    take(before, &message, {}, out);
    const impl::NodeAction handle{.kind = impl::NodeActionKind::kHandle,
                                  .path = impl::path_of(message.type())};
    do {
      act(handle);
    } while (impl::is_under_way(state_, handle.path));
  }
  bool act(const impl::NodeAction& action) {
    if (!impl::is_enabled(rules_, state_, action)) return false;
    impl::Outbox out;
    out.self = node_;
    const impl::DispatcherOrchestrator before = state_;
    impl::apply(rules_, state_, action, out);
    take(before, nullptr, action, out);
    return true;
  }
  void take(const impl::DispatcherOrchestrator& before, const impl::Message* received,
            const impl::NodeAction& action, const impl::Outbox& out) {
    messages_ += out.sent.size() + (received == nullptr ? 0 : 1);
    writer_.add({0, node_, before, received, action, state_, out});
  }
  [[nodiscard]] const impl::DispatcherOrchestrator& node() const { return state_; }

  spec::Names names_{};
  impl::NodeId node_ = names_.node("N1");
  impl::NodeId other_ = names_.node("N2");
  impl::Rules rules_;
  LogWriter writer_;
  impl::DispatcherOrchestrator state_{};
  std::vector<impl::DispatcherId> trigger_ids_{};
  std::vector<impl::DispatcherId> table_ids_{};
  impl::DispatcherId trigger_ = impl::DispatcherId::kNone;
  impl::Epoch epoch_ = 0;
  std::size_t next_ = 0;
  std::size_t messages_ = 0;
};

// Lines of others: most are debug lines of dispatchers that receive events.
std::string noise(std::mt19937_64& random, std::size_t number) {
  const std::uint64_t ts = 470712160484065280 + number;
  switch (random() % 4) {
    case 0:
      return fmt::format(
          "[2026/05/28 20:26:{:02}.{:03} +00:00] [DEBUG] [basic_dispatcher.go:606] [\"dispatcher receive all event\"] "
          "[dispatcher=100035964335668975081] [mode=0] [eventType=ResolvedEvent] "
          "[event=\"ResolvedEvent{{DispatcherID: 100035964335668975081, ResolvedTs: {}, Epoch: 0, Seq: 0}}\"]\n",
          number / 60'000 % 60, number % 1000, ts);
    case 1:
      return fmt::format(
          "[2026/05/28 20:26:{:02}.{:03} +00:00] [DEBUG] [helper.go:76] [\"handle events\"] "
          "[dispatcher=100035964335668975081] [eventLen={}]\n",
          number / 60'000 % 60, number % 1000, random() % 100);
    case 2:
      return fmt::format(
          "[2026/05/28 20:26:{:02}.{:03} +00:00] [DEBUG] [maintainer.go:796] [\"can advance checkpointTs\"] "
          "[changefeedID=default/cf] [newCheckpointTs={}] [newResolvedTs={}] "
          "[minCheckpointTsForScheduler={}] [minCheckpointTsForBarrier={}]\n",
          number / 60'000 % 60, number % 1000, ts, ts, ts, ts);
    default:
      return fmt::format(
          "[2026/05/28 20:26:{:02}.{:03} +00:00] [INFO] [region_cache.go:{}] [\"switch region peer to next due to "
          "send request fail\"] [current=\"region ID: {}, meta: id:{} start_key:\\\"t\\\\200\\\"\"] "
          "[needReload=false] [error=\"context deadline exceeded\"]\n",
          number / 60'000 % 60, number % 1000, random() % 2000, random() % 1'000'000, random() % 1'000'000);
  }
}

void write_text(const std::string& path, std::size_t megabytes) {
  constexpr std::size_t kMegabyte = 1'000'000;
  Driver driver(64);
  driver.live(8);
  driver.live(8);
  const std::string text = driver.finish().text;
  std::ofstream file(path);
  std::mt19937_64 random(1);
  std::size_t bytes = 0;
  std::size_t number = 0;
  const auto write_noise = [&](std::size_t until) {
    while (bytes < until) {
      const std::string line = noise(random, number++);
      file << line;
      bytes += line.size();
    }
  };
  // The node's own lines, evenly among those of others.
  const std::size_t lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  std::size_t begin = 0;
  for (std::size_t i = 0; i < lines; ++i) {
    const std::size_t end = text.find('\n', begin) + 1;
    file << text.substr(begin, end - begin);
    begin = end;
    write_noise((i + 1) * megabytes * kMegabyte / lines);
  }
}

void write_messages(const std::string& path, std::size_t messages) {
  Driver driver(200);
  while (driver.messages() < messages) driver.live(40);
  std::ofstream(path) << driver.finish().messages;
}

std::string received(std::string_view node, const std::string& changefeed, const std::string& message) {
  return fmt::format(R"({{"t":1,"node":"{}","dir":"recv","peer":"M","changefeed":"{}","message":{}}})", node,
                     changefeed, message) +
         "\n";
}

void write_ids(const std::string& path, std::size_t ids) {
  std::ofstream file(path);
  for (const char* const node : {"N1", "N2"}) {
    for (std::size_t i = 0; i < ids; ++i) {
      file << received(
          node, "cf",
          fmt::format(
              R"({{"type":"ScheduleDispatcherRequest","epoch":1,"action":"Create","id":"{}-{}","span":"table-1"}})",
              node, i));
    }
  }
}

void write_changefeeds(const std::string& path, std::size_t changefeeds) {
  std::ofstream file(path);
  for (const char* const node : {"N1", "N2", "N3"}) {
    for (std::size_t i = 0; i < changefeeds; ++i) {
      file << received(node, fmt::format("cf{}", i), R"({"type":"MaintainerCloseRequest","epoch":1})");
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Large logs");
  std::string kind;
  std::string path;
  std::size_t size = 0;
  const std::map<std::string, void (*)(const std::string&, std::size_t)> writers{
      {"text", write_text},
      {"messages", write_messages},
      {"ids", write_ids},
      {"changefeeds", write_changefeeds}};
  app.add_option("kind", kind, "What grows")->required()->check(CLI::IsMember(writers));
  app.add_option("file", path, "That is written")->required();
  app.add_option("size", size, "Megabytes, messages, dispatchers or changefeeds")->required();
  CLI11_PARSE(app, argc, argv);
  writers.at(kind)(path, size);
  return 0;
}
