// A Create that fails: who is told, and what stays.
#include <catch2/catch.hpp>
#include <variant>

#include "impl/node.h"

using namespace takeover::impl;

TEST_CASE("a Create that fails is told to the owner unless the node is leaving, and leaves nothing behind") {
  Rules rules;
  rules.guards.set();
  for (const bool leaving : {false, true}) {
    CAPTURE(leaving);
    DispatcherOrchestrator node;
    node.manager.emplace();
    node.manager->owner = NodeId{1};
    node.manager->epoch = 1;
    node.fail_create = true;
    Outbox out;
    receive(rules, node,
            {NodeId{1}, {}, 1, ScheduleDispatcherRequest{.id = DispatcherId{1}, .span = {.table = 1}}}, out);
    node.closed = leaving;
    REQUIRE(handle(rules, node, Path::kSchedule, out));
    CHECK_FALSE(node.fail_create);
    CHECK(node.manager->dispatchers.empty());
    CHECK(node.manager->journal.empty());
    CHECK(node.manager->fence == FenceHolder::kNobody);
    CHECK(out.sent.empty() == leaving);
    if (leaving) continue;
    REQUIRE(out.sent.size() == 1);
    CHECK(out.sent[0].to == NodeId{1});
    CHECK(out.sent[0].as<HeartBeatRequest>()->error == ErrorCode::kErrDispatcherFailed);
  }
}
