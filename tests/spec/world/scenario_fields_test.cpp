// A scenario's document, member by member: each value has one place to go, and each absent one its default.
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "spec/world/scenario.h"

using namespace takeover;
using namespace takeover::spec;
using impl::DispatcherId;

namespace {

Scenario read(const std::string& text) {
  auto scenario = read_scenario(text, "x.json");
  if (!scenario) FAIL(scenario.error().to_line());
  return *std::move(scenario);
}

// With members put into the owner B1, and into the document. Another owner, Z, and the bounds see to it that
// whatever B1 may do has an effect.
std::string document(const std::string& of_owner, const std::string& of_document = "",
                     const std::string& bounds = R"("deaths": 1)") {
  const auto more = [](const std::string& members) { return members.empty() ? "" : ", " + members; };
  return R"x({"name": "x", "title": "t", "tags": [], "node": "A", "redo": true,
 "spans": ["table-1[0,5)", "table-1[5,9)"], "properties": ["answered"], "terminal": ["quiet"],
 "owners": [{"name": "B1", "node": "B", "epoch": 1)x" +
         more(of_owner) + R"(}, {"name": "Z", "node": "Z", "epoch": 9, "event_trigger": "zt",
  "redo_trigger": "zr", "creates": ["z1", "z2"], "closes_removed": true, "dies": true}],
 "bounds": {)" +
         bounds + "}" + more(of_document) + "}";
}

std::string refusal_of_fields(const std::string& of_owner, const std::string& of_document = "") {
  const auto scenario = read_scenario(document(of_owner, of_document), "x.json");
  return scenario ? "" : scenario.error().to_line();
}

Owner owner_of(const std::string& members) {
  return read(document(members)).owners.at(0);
}

}  // namespace

TEST_CASE("an absent member of an owner has its default") {
  const Owner owner = owner_of("");
  CHECK(owner.name == "B1");
  CHECK(owner.epoch == 1);
  CHECK(owner.config_epoch == 0);
  CHECK(owner.event_trigger == DispatcherId::kNone);
  CHECK(owner.redo_trigger == DispatcherId::kNone);
  CHECK(owner.start_ts == 1);
  CHECK_FALSE(owner.removal_of);
  CHECK(owner.creates.empty());
  CHECK(owner.merges.empty());
  CHECK(owner.misbehaviour.empty());
  for (const std::uint8_t count : {owner.allowed.removes, owner.allowed.actions, owner.allowed.redo_metas,
                                   owner.allowed.redo_forwards, owner.allowed.checkpoints}) {
    CHECK(count == 0);
  }
  for (const bool flag : {owner.hands_over, owner.closes, owner.closes_removed, owner.dies, owner.retries}) {
    CHECK_FALSE(flag);
  }
  CHECK(owner.redo);  // as the document says
  CHECK_FALSE(owner_of(R"("redo": false)").redo);
  CHECK(owner_of(R"("event_trigger": null)").event_trigger == DispatcherId::kNone);
}

TEST_CASE("a count of an owner is the member of its name, and no other") {
  struct Count {
    std::string name;
    std::uint8_t Allowances::*member;
  };
  const std::vector<Count> counts{{"removes", &Allowances::removes},
                                  {"actions", &Allowances::actions},
                                  {"redo_metas", &Allowances::redo_metas},
                                  {"redo_forwards", &Allowances::redo_forwards},
                                  {"checkpoints", &Allowances::checkpoints}};
  for (const Count& given : counts) {
    CAPTURE(given.name);
    const Owner owner = owner_of("\"" + given.name + "\": 15");
    for (const Count& each : counts) CHECK(owner.allowed.*each.member == (each.name == given.name ? 15 : 0));
    CHECK_FALSE(refusal_of_fields("\"" + given.name + "\": 16").empty());
  }
}

TEST_CASE("a flag of an owner is the member of its name, and no other") {
  struct Flag {
    std::string name;
    bool Owner::*member;
  };
  const std::vector<Flag> flags{{"hands_over", &Owner::hands_over},
                                {"closes", &Owner::closes},
                                {"closes_removed", &Owner::closes_removed},
                                {"dies", &Owner::dies},
                                {"retries", &Owner::retries}};
  for (const Flag& given : flags) {
    CAPTURE(given.name);
    const Owner owner = owner_of(R"("event_trigger": "t", ")" + given.name + "\": true");
    for (const Flag& each : flags) CHECK(owner.*each.member == (each.name == given.name));
  }
}

TEST_CASE("a bound is the member of its name, and no other") {
  struct Bound {
    std::string name;
    std::uint8_t Bounds::*member;
  };
  const std::vector<Bound> bounds{{"losses", &Bounds::losses},
                                  {"extra_copies", &Bounds::extra_copies},
                                  {"resends", &Bounds::resends},
                                  {"deaths", &Bounds::deaths},
                                  {"local_fences", &Bounds::local_fences},
                                  {"shutdowns", &Bounds::shutdowns},
                                  {"failed_creations", &Bounds::failed_creations},
                                  {"failed_clean_ups", &Bounds::failed_clean_ups},
                                  {"first_events", &Bounds::first_events},
                                  {"complete_heartbeats", &Bounds::complete_heartbeats}};
  CHECK(sizeof(Bounds) == bounds.size());
  for (const Bound& given : bounds) {
    CAPTURE(given.name);
    const std::string others = given.name == "deaths" ? "" : R"("deaths": 1, )";
    const Scenario scenario = read(document("", "", others + "\"" + given.name + "\": 3"));
    for (const Bound& each : bounds) {
      const int expected = each.name == given.name ? 3 : each.name == "deaths" ? 1 : 0;
      CHECK(scenario.bounds.*each.member == expected);
    }
  }
}

TEST_CASE("ids and numbers of an owner go where they are named") {
  const Scenario scenario = read(document(
      R"("config_epoch": 9, "start_ts": 77, "event_trigger": "t", "redo_trigger": "r", "creates": ["d1", "d2"], "merges": ["m"])"));
  const Owner& owner = scenario.owners.at(0);
  CHECK(owner.config_epoch == 9);
  CHECK(owner.start_ts == 77);
  const auto names = [&](const std::vector<DispatcherId>& ids) {
    std::vector<std::string> all;
    for (const DispatcherId id : ids) all.push_back(scenario.names.of(id));
    return all;
  };
  CHECK(names({owner.event_trigger, owner.redo_trigger}) == std::vector<std::string>{"t", "r"});
  CHECK(names(owner.creates) == std::vector<std::string>{"d1", "d2"});
  CHECK(names(owner.merges) == std::vector<std::string>{"m"});
  CHECK(scenario.names.of(owner.node) == "B");
  CHECK(scenario.names.of(scenario.nodes[0]) == "A");
  CHECK(spec::PerNode<int>::contains(scenario.nodes[0]));
}

TEST_CASE("what is created is fresh, but for what comes from elsewhere, which every owner may create") {
  const std::string used = "is used already; expected a fresh id";
  CHECK(refusal_of_fields(R"("creates": ["d"], "merges": ["d"])").find(used) != std::string::npos);
  CHECK(refusal_of_fields(R"("creates": ["d"])", R"("elsewhere": ["d"])").empty());
  CHECK(refusal_of_fields(R"("merges": ["d"])", R"("elsewhere": ["d"])").find(used) != std::string::npos);
  const auto two = [](const std::string& elsewhere) {
    const auto scenario = read_scenario(
        R"({"name": "x", "title": "t", "tags": [], "node": "A", "spans": ["table-1"], "elsewhere": [)" +
            elsewhere +
            R"(], "owners": [{"name": "B1", "node": "B", "epoch": 1, "creates": ["d"]},
               {"name": "C2", "node": "C", "epoch": 2, "creates": ["d"]}],
               "properties": ["answered"], "terminal": ["quiet"]})",
        "x.json");
    return scenario ? "" : scenario.error().to_line();
  };
  CHECK(two(R"("d")").empty());
  CHECK(two(R"("e")") == "x.json: /owners/1/creates/0: the id 'd' " + used);
}

TEST_CASE("owners have names of their own, and replace one that was listed before") {
  const auto owners = [](const std::string& second) {
    return read_scenario(
        R"({"name": "x", "title": "t", "tags": [], "node": "A", "spans": [], "owners": [
          {"name": "B1", "node": "B", "epoch": 1, "closes": true}, )" +
            second + R"(], "properties": ["answered"], "terminal": ["quiet"]})",
        "x.json");
  };
  const auto refused = [&](const std::string& second) {
    const auto scenario = owners(second);
    return scenario ? "" : scenario.error().to_line();
  };
  CHECK(refused(R"({"name": "B1", "node": "C", "epoch": 2})") ==
        "x.json: /owners/1/name: the owner is there twice; expected names that differ");
  CHECK(refused(R"({"name": "K1", "node": "K", "epoch": 1, "removal_of": "K1"})") ==
        "x.json: /owners/1/removal_of: 'K1' is unknown; expected an owner listed before");
  CHECK(owners(R"({"name": "K1", "node": "K", "epoch": 1, "closes": true, "removal_of": "B1"})")
            ->owners.at(1)
            .removal_of == 0);
}

TEST_CASE("properties, tags, witnesses and terminal states are those that are named") {
  const Scenario scenario = read(R"x({"name": "x", "title": "t", "tags": ["ci", "large"], "node": "A",
    "spans": ["table-1[0,5)", "table-1[5,9)"],
    "owners": [{"name": "B1", "node": "B", "epoch": 1, "creates": ["d1", "d2"], "merges": ["m"], "closes": true}],
    "properties": ["answered", "close-succeeds", "one-writer"], "witnesses": ["merge-done"],
    "terminal": ["stopped"]})x");
  PropertySet properties;
  properties.set(static_cast<std::size_t>(Property::kAnswered));
  properties.set(static_cast<std::size_t>(Property::kOneWriter));
  LivePropertySet live;
  live.set(static_cast<std::size_t>(LiveProperty::kCloseSucceeds));
  WitnessSet witnesses;
  witnesses.set(static_cast<std::size_t>(Witness::kMergeDone));
  CHECK(scenario.properties == properties);
  CHECK_FALSE(scenario.all_but);
  CHECK(scenario.live == live);
  CHECK(scenario.witnesses == witnesses);
  CHECK(scenario.terminal == Terminal::kStopped);
  CHECK(read(document("")).terminal == Terminal::kQuiet);
  CHECK(scenario.title == "t");
  CHECK(scenario.has_tag("ci"));
  CHECK(scenario.has_tag("large"));
  CHECK_FALSE(scenario.has_tag("matrix"));
}

TEST_CASE("liveness is judged of as many owners as there are fair actions for") {
  const auto refused = [](std::size_t owners) {
    std::string listed;
    for (std::size_t i = 1; i <= owners; ++i) {
      const std::string number = std::to_string(i);
      listed += (i > 1 ? ", " : "");
      listed += R"({"name": "O)" + number + R"(", "node": "N)" + number + R"(", "epoch": )" + number + "}";
    }
    const auto scenario =
        read_scenario(R"({"name": "x", "title": "t", "tags": [], "node": "A", "spans": [], "owners": [)" +
                          listed + R"(], "properties": ["bootstrap-answered"], "terminal": ["quiet"]})",
                      "x.json");
    return scenario ? "" : scenario.error().to_line();
  };
  const std::size_t most = most_live_owners();
  CHECK(refused(most).empty());
  CHECK(refused(most + 1) == "x.json: /properties/0: liveness, and so many owners; expected at most " +
                                 std::to_string(most) + " owners");
}

TEST_CASE("a message that misbehaves is what its members say") {
  const auto misbehaves = [](const std::string& message) {
    const Scenario scenario = read(document(
        R"("creates": ["d"], "merges": ["m"], "event_trigger": "t", "redo_trigger": "r", "misbehaves": [)" +
        message + "]"));
    const Owner& owner = scenario.owners.at(0);
    CHECK(owner.misbehaviour.at(0).from == owner.node);
    return owner.misbehaviour.at(0);
  };
  Names names;  // the ids of such an owner, in the order in which they are read
  const DispatcherId t = names.dispatcher("t");
  const DispatcherId r = names.dispatcher("r");
  const DispatcherId d = names.dispatcher("d");
  const DispatcherId m = names.dispatcher("m");
  const auto says = [&](const std::string& message, impl::Epoch epoch, const impl::MessageBody& body) {
    CAPTURE(message);
    const impl::Message request = misbehaves(message);
    CHECK(request.epoch == epoch);
    CHECK(request.body == body);
  };
  says(R"({"type": "MaintainerBootstrapRequest"})", 0, impl::MaintainerBootstrapRequest{});
  says(R"({"type": "MaintainerBootstrapRequest", "epoch": 5, "event_trigger": "t", "redo_trigger": "r",
           "start_ts": 6, "config_epoch": 7, "is_new_changefeed": true, "redo_enabled": true})",
       5,
       impl::MaintainerBootstrapRequest{.event_trigger = t,
                                        .redo_trigger = r,
                                        .start_ts = 6,
                                        .config_epoch = 7,
                                        .is_new_changefeed = true,
                                        .redo_enabled = true});
  says(R"({"type": "MaintainerPostBootstrapRequest", "event_trigger": "t"})", 0,
       impl::MaintainerPostBootstrapRequest{t});
  says(R"({"type": "MaintainerCloseRequest"})", 0, impl::MaintainerCloseRequest{false});
  says(R"({"type": "MaintainerCloseRequest", "removed": true})", 0, impl::MaintainerCloseRequest{true});
  says(R"({"type": "ScheduleDispatcherRequest", "action": "Remove", "id": "d"})", 0,
       impl::ScheduleDispatcherRequest{.action = impl::ScheduleAction::kRemove, .id = d});
  says(R"x({"type": "ScheduleDispatcherRequest", "action": "Create", "operator": "Split", "mode": "redo",
           "id": "d", "span": "table-1[2,3)", "start_ts": 8})x",
       0,
       impl::ScheduleDispatcherRequest{.action = impl::ScheduleAction::kCreate,
                                       .op = impl::OperatorType::kSplit,
                                       .mode = impl::Mode::kRedo,
                                       .id = d,
                                       .span = {.table = 1, .begin = 2, .end = 3},
                                       .start_ts = 8});
  impl::MergeDispatcherRequest merge{.merged_id = m, .mode = impl::Mode::kRedo};
  merge.ids.push_back(d);
  merge.ids.push_back(t);
  says(R"({"type": "MergeDispatcherRequest", "ids": ["d", "t"], "merged_id": "m", "mode": "redo"})", 0,
       merge);
  says(R"({"type": "HeartBeatResponse", "action": "Pass"})", 0,
       impl::HeartBeatResponse{impl::BarrierAction::kPass});
  says(R"({"type": "RedoMetaMessage", "checkpoint_ts": 3, "resolved_ts": 4})", 0,
       impl::RedoMetaMessage{.checkpoint_ts = 3, .resolved_ts = 4});
  says(R"({"type": "RedoResolvedTsForwardMessage", "resolved_ts": 4})", 0,
       impl::RedoResolvedTsForwardMessage{4});
  says(R"({"type": "CheckpointTsMessage", "checkpoint_ts": 3})", 0, impl::CheckpointTsMessage{3});
}

TEST_CASE("a message that misbehaves names what its type needs") {
  const auto refused = [](const std::string& message) {
    return refusal_of_fields(R"("misbehaves": [)" + message + "]");
  };
  const std::string place = "x.json: /owners/0/misbehaves/0: ";
  CHECK(refused(R"({"type": "ScheduleDispatcherRequest", "action": "Remove"})") ==
        place + "no key 'id'; expected the dispatcher's id");
  CHECK(refused(R"({"type": "ScheduleDispatcherRequest", "action": "Create", "id": "d"})") ==
        place + "a Create of the DDL span; expected a table's span");
  CHECK(refused(R"({"type": "MergeDispatcherRequest", "ids": ["d"]})") ==
        place + "no key 'merged_id'; expected the dispatcher's id");
  CHECK(refused(R"({"type": "ScheduleDispatcherRequest", "id": "d", "span": "table-1"})") ==
        place + "the key 'action' is missing; expected it");
  CHECK(refused(R"({"type": "HeartBeatResponse"})") == place + "the key 'action' is missing; expected it");
}
