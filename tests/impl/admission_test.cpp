#include <catch2/catch.hpp>
#include <set>
#include <string_view>

#include "impl/node.h"

using namespace takeover::impl;

namespace {

constexpr NodeId kOwnerA{1};
constexpr NodeId kOwnerB{2};

Rules all_guards_on() {
  Rules rules;
  rules.guards.set();
  return rules;
}

DispatcherManager owned_by(NodeId owner, Epoch epoch) {
  DispatcherManager manager;
  manager.owner = owner;
  manager.epoch = epoch;
  return manager;
}

Message close_of(Epoch epoch, bool removed, NodeId from = kOwnerA) {
  return {.from = from, .epoch = epoch, .body = MaintainerCloseRequest{removed}};
}

}  // namespace

TEST_CASE("a Bootstrap takes over only by epoch: the rolling-upgrade table") {
  struct Row {
    NodeId sender;
    Epoch request;
    NodeId owner;
    Epoch epoch;
    bool allowed;
  };
  const Row rows[] = {
      {kOwnerA, 0, kOwnerB, 0, true},   // compat: any sender
      {kOwnerA, 0, kOwnerB, 3, false},  // epoch 0 never downgrades
      {kOwnerA, 2, kOwnerB, 0, true},   // compat becomes strict
      {kOwnerA, 2, kOwnerB, 1, true},   // newer
      {kOwnerA, 2, kOwnerA, 2, true},   // retransmission
      {kOwnerA, 2, kOwnerB, 2, false},  // another owner of this epoch
      {kOwnerA, 2, kOwnerB, 3, false},  // older
      {kOwnerA, 2, NodeId::kNone, 2, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.request, row.epoch, static_cast<int>(row.sender), static_cast<int>(row.owner));
    CHECK(owned_by(row.owner, row.epoch).can_update_maintainer(all_guards_on(), row.sender, row.request) ==
          row.allowed);
  }
}

TEST_CASE("any other control message is taken from the exact owner and epoch only") {
  CHECK(owned_by(kOwnerA, 0).is_request_allowed(kOwnerA, 0));
  CHECK(owned_by(NodeId::kNone, 0).is_request_allowed(kOwnerA, 0));
  CHECK_FALSE(owned_by(kOwnerB, 0).is_request_allowed(kOwnerA, 0));
  CHECK_FALSE(owned_by(kOwnerA, 1).is_request_allowed(kOwnerA, 0));
  CHECK(owned_by(kOwnerA, 2).is_request_allowed(kOwnerA, 2));
  CHECK_FALSE(owned_by(kOwnerA, 2).is_request_allowed(kOwnerB, 2));
  CHECK_FALSE(owned_by(kOwnerA, 2).is_request_allowed(kOwnerA, 3));
  CHECK_FALSE(owned_by(kOwnerA, 0).is_request_allowed(kOwnerA, 2));
}

TEST_CASE("a pending message gives way to a newer epoch, and a Close to one for good that is not older") {
  struct Row {
    Message pending;
    Message arriving;
    bool replaced;
  };
  const Row rows[] = {
      {close_of(1, false), close_of(2, false), true},
      {close_of(2, false), close_of(1, false), false},
      {close_of(1, false), close_of(1, true), true},
      {close_of(2, false), close_of(1, true), false},
      {close_of(1, true), close_of(1, false), false},
      {close_of(1, true), close_of(2, false), true},
      {close_of(1, false), close_of(1, false, kOwnerB), false},
  };
  for (const Row& row : rows) {
    DispatcherOrchestrator node;
    Outbox out;
    receive(all_guards_on(), node, row.pending, out);
    receive(all_guards_on(), node, row.arriving, out);
    REQUIRE(node.pending.size() == 1);
    CHECK((node.pending.front() == row.arriving) == row.replaced);
  }
}

TEST_CASE("guards have names that differ, and are found by them") {
  std::set<std::string_view> names;
  for (const GuardInfo& guard : all_guards()) {
    CHECK(names.insert(guard.name).second);
    CHECK(named<Guard>(guard.name) == guard.guard);
  }
  CHECK(names.size() == kGuardCount);
  CHECK_FALSE(named<Guard>("no-such-guard"));
}

TEST_CASE("spans are read as they are written, and nothing else is a span") {
  for (const char* text : {"ddl", "table-1", "table-4294967295", "table-7[-5,10)"}) {
    REQUIRE(span_named(text));
    CHECK(to_string(*span_named(text)) == text);
  }
  for (const char* text :
       {"", "table-", "table-0", "table-1[", "table-1[2,1)", "table-1[1,1)", "table-1[1,2]", "table-1 ",
        "table-4294967296", "DDL", "table-1[1,2)x", "table--1"}) {
    CAPTURE(text);
    CHECK_FALSE(span_named(text));
  }
}

TEST_CASE("spans overlap when they share a key") {
  CHECK(span_named("table-1")->overlaps(*span_named("table-1[0,10)")));
  CHECK_FALSE(span_named("table-1[0,10)")->overlaps(*span_named("table-1[10,20)")));
  CHECK(span_named("table-1[0,11)")->overlaps(*span_named("table-1[10,20)")));
  CHECK_FALSE(span_named("table-1")->overlaps(*span_named("table-2")));
}
