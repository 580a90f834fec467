// What is written reads back as the same value, on states of every shape: also of those that no run reaches.
#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <string>
#include <type_traits>

#include "impl/fields.h"
#include "impl/lists.h"
#include "traces/json.h"

namespace takeover::traces {
namespace {

constexpr const char* kSelf = "self";  // the node whose state it is

// Fills every member with something arbitrary, through the fields that reading and writing go through.
class Arbitrary {
 public:
  explicit Arbitrary(spec::Names& names) : names_(names) {}

  template <class T>
  requires std::is_arithmetic_v<T>
  void fill(T& value) { value = *rc::gen::arbitrary<T>(); }
  void fill(impl::NodeId& id) { id = names_.node(name_or_nothing()); }
  void fill(impl::DispatcherId& id) { id = names_.dispatcher(name_or_nothing()); }
  void fill(impl::Span& span) {
    span = {.table = *rc::gen::inRange<std::uint32_t>(0, 5)};
    if (span.table == 0 || *rc::gen::arbitrary<bool>()) return;
    span.begin = *rc::gen::inRange<std::int32_t>(-5, 5);
    span.end = *rc::gen::inRange<std::int32_t>(6, 10);
  }
  template <impl::Named Enum>
  void fill(Enum& value) {
    value = impl::kAllOf<Enum>.at(*rc::gen::inRange<std::size_t>(0, impl::kCountOf<Enum>));
  }
  template <class T>
  requires requires(T& value) { value.has_value(); }
  void fill(T& value) {
    value.reset();
    if (*rc::gen::arbitrary<bool>()) return;
    value = std::remove_cvref_t<decltype(*value)>{};
    fill(*value);
  }
  template <class T>
  requires requires(T& values) { values.begin(); }
  void fill(T& values) {
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
      typename T::value_type value{};
      fill(value);
      if constexpr (std::is_same_v<typename T::value_type, impl::DispatcherId>) {
        if (value == impl::DispatcherId::kNone) continue;
      }
      if constexpr (requires { values.insert(value); }) {
        values.insert(value);
      } else {
        values.push_back(value);
      }
    }
  }
  // As the streams are kept: sorted by type, but for Schedules and Merges, which may share one.
  void fill_streams(auto& streams) {
    impl::DispatcherManager manager;
    manager.redo_ready = true;
    manager.checkpoint_stream = true;
    impl::Rules rules;
    rules.set(impl::Guard::kMergeAfterSchedules, *rc::gen::arbitrary<bool>());
    for (int i = *rc::gen::inRange(0, 8); i > 0; --i) {
      impl::Message message;
      fill(message);
      if (!message.is_for_orchestrator()) manager.receive(rules, message);
    }
    streams = manager.streams;
  }
  // A message to a node: no other waits in a state.
  void fill(impl::Message& message) {
    impl::MessageType type{};
    do fill(type);
    while (impl::info(type).receiver != impl::Party::kNode);
    message.body = impl::empty_body(type);
    message.to = names_.node(kSelf);
    fill(message.from);
    fill(message.epoch);
    impl::visit_body(message.body, [this](auto& body) { this->fill(body); });
  }
  template <impl::Described T>
  void fill(T& value) {
    impl::for_each_field(value, [&]<class Field>(const Field& field) {
      using Value = std::remove_cvref_t<decltype(field.value)>;
      if constexpr (Field::has(impl::role::kStreams)) {
        fill_streams(field.value);
      } else {
        fill(field.value);
      }
      // Ids that name something; a null would stand for "absent" in these places.
      if constexpr (std::is_same_v<Value, impl::DispatcherId> &&
                    Field::has(impl::role::kKey | impl::role::kRequired)) {
        if (field.value == impl::DispatcherId::kNone) field.value = names_.dispatcher("x");
      }
    });
    if constexpr (std::is_same_v<T, impl::OrchestratorHandler>) {
      while (!value.request.is_for_orchestrator()) fill(value.request);
    }
  }

 private:
  static std::string name_or_nothing() {
    return *rc::gen::element<std::string>("", "A", "B/1", "dispatchers", "spans", "b/~", "\xC3\xA9", "d1");
  }

  spec::Names& names_;
};

TEST_CASE("a state is written and read back as it was", "[traces][round-trip]") {
  CHECK(rc::check("write, then read", [] {
    spec::Names names;
    impl::DispatcherOrchestrator node;
    Arbitrary(names).fill(node);
    const Json json = write_node(node, names);
    impl::DispatcherOrchestrator again;
    // Expected: an arbitrary state may contradict itself.
    const auto fault = read_node(json, names, again, spec::Reading::kExpected, names.node(kSelf));
    if (fault) RC_FAIL(fault->pointer + ": " + fault->what);
    RC_ASSERT(again == node);
    RC_ASSERT(write_node(again, names) == json);
  }));
}

TEST_CASE("an absent key leaves its default", "[traces][round-trip]") {
  spec::Names names;
  impl::DispatcherOrchestrator node;
  REQUIRE_FALSE(read_node(Json::object(), names, node));
  CHECK(node == impl::DispatcherOrchestrator{});
  REQUIRE_FALSE(
      read_node(Json::parse(R"({"manager": {"event_trigger": "t", "dispatchers": {"t": {"start_ts": 7}}}})"),
                names, node));
  CHECK(node.manager->registered);
  CHECK(node.manager->event_trigger_start_ts == 7);
  REQUIRE_FALSE(read_node(Json::parse(R"({"manager": {"event_trigger": "t"}})"), names, node));
  CHECK(node.manager->event_trigger_start_ts == 0);
}

TEST_CASE("spans are read as they are written", "[traces][round-trip]") {
  for (const char* text : {"ddl", "table-1", "table-4294967295", "table-7[0,10)", "table-7[-3,2147483647)"}) {
    REQUIRE(impl::span_named(text));
    CHECK(to_string(*impl::span_named(text)) == text);
  }
  for (const char* text : {"", "dd", "table-", "table-0", "table-01", "table-4294967296", "table-1[0,0)",
                           "table-1[1,0)", "table-1[0,1", "table-1[0,1))", "table-1[,)", "table-1[0 ,1)",
                           "table-1[0,2147483648)", "table-1[-0,1)", "table-1 ", "Table-1"}) {
    INFO(text);
    CHECK_FALSE(impl::span_named(text));
  }
}

}  // namespace
}  // namespace takeover::traces
