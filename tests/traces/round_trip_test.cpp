// What is written reads back as the same value, on states of every shape: also of those that no run reaches.
#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "traces/fields.h"
#include "traces/json.h"

namespace takeover::traces {
namespace {

// Fills every member with something arbitrary, by the same list that reading and writing use.
class Arbitrary {
 public:
  explicit Arbitrary(spec::Names& names) : names_(names) {}

  void fill(bool& value) { value = *rc::gen::arbitrary<bool>(); }
  void fill(std::uint64_t& value) { value = *rc::gen::arbitrary<std::uint64_t>(); }
  void fill(std::uint8_t& value) { value = *rc::gen::arbitrary<std::uint8_t>(); }
  void fill(std::optional<impl::Epoch>& value) {
    value.reset();
    if (*rc::gen::arbitrary<bool>()) fill(value.emplace());
  }
  void fill(impl::NodeId& id) { id = names_.node(name_or_nothing()); }
  void fill(impl::DispatcherId& id) { id = names_.dispatcher(name_or_nothing()); }
  void fill(impl::Span& span) {
    span = {.table = *rc::gen::inRange<std::uint32_t>(0, 5)};
    if (span.table == 0 || *rc::gen::arbitrary<bool>()) return;
    span.begin = *rc::gen::inRange<std::int32_t>(-5, 5);
    span.end = *rc::gen::inRange<std::int32_t>(6, 10);
  }
  void fill(impl::Mode& value) { pick(value, 2); }
  void fill(impl::Status& value) { pick(value, 7); }
  void fill(impl::ErrorCode& value) { pick(value, 4); }
  void fill(impl::ScheduleAction& value) { pick(value, 2); }
  void fill(impl::OperatorType& value) { pick(value, 5); }
  void fill(impl::BarrierAction& value) { pick(value, 2); }
  void fill(impl::FenceHolder& value) { pick(value, 3); }
  void fill(impl::ErrorReport& value) { pick(value, 3); }
  void fill(impl::ScheduleStep& value) { pick(value, 3); }
  void fill(impl::CleanUpStep& value) { pick(value, 4); }
  void fill(impl::OrchestratorStep& value) { pick(value, impl::kOrchestratorStepCount); }

  template <class T, std::size_t N>
  void fill(impl::SmallVector<T, N>& elements) {
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
      T element{};
      fill(element);
      if constexpr (std::is_same_v<T, impl::DispatcherId>) {
        if (element == impl::DispatcherId::kNone) continue;
      }
      elements.push_back(element);
    }
  }
  template <class T>
  requires requires(T& value, Arbitrary visit) { for_each_field(value, visit); }
  void fill(T& value) {
    for_each_field(value, [&](const char*, auto&& member) { fill(member); });
    // Ids that name something; a null would stand for "absent" in these places.
    if constexpr (requires { value.merged_id; }) value.merged_id = names_.dispatcher("m");
    if constexpr (requires { value.id; } && !std::is_same_v<T, impl::CleanUp>) {
      if (value.id == impl::DispatcherId::kNone) value.id = names_.dispatcher("x");
    }
  }
  template <class Vector>
  void fill(const IdSet<Vector>& set) {
    impl::DispatcherManager sorted;
    impl::SmallVector<impl::DispatcherId, 2> ids;
    fill(ids);
    for (const impl::DispatcherId id : ids) sorted.register_trigger(id);
    set.elements = sorted.registered_triggers;
  }
  template <class Manager>
  void fill(const Registered<Manager>& /*said of what is filled elsewhere*/) {}
  template <class T>
  void fill(const NullIfDefault<T>& field) {
    if (*rc::gen::arbitrary<bool>()) fill(field.value);
  }
  template <class Vector>
  requires Is<typename Vector::value_type, impl::Dispatcher>
  void fill(const ById<Vector>& dispatchers) {
    impl::DispatcherManager sorted;
    for (int i = *rc::gen::inRange(0, 6); i > 0; --i) {
      impl::Dispatcher dispatcher{
          .id = names_.dispatcher(*rc::gen::element<std::string>("a", "b/~", "spans", "d"))};
      fill(dispatcher);
      sorted.insert(dispatcher);
    }
    dispatchers.elements = sorted.dispatchers;
  }
  template <class Vector>
  requires Is<typename Vector::value_type, impl::JournalEntry>
  void fill(const ById<Vector>& journal) {
    impl::DispatcherManager sorted;
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
      impl::JournalEntry entry;
      fill(entry);
      sorted.store(entry);
    }
    journal.elements = sorted.journal;
  }
  // As the streams are kept: sorted by type, but for Schedules and Merges, which may share one.
  template <class Vector>
  void fill(const ByStream<Vector>& streams) {
    impl::DispatcherManager manager;
    manager.redo_ready = true;
    manager.checkpoint_stream = true;
    impl::Rules rules;
    rules.set(impl::Guard::kMergeAfterSchedules, *rc::gen::arbitrary<bool>());
    for (int i = *rc::gen::inRange(0, 8); i > 0; --i) {
      impl::Request request;
      fill(request);
      if (!request.is_for_orchestrator()) manager.receive(rules, request);
    }
    streams.elements = manager.streams;
  }
  void fill(impl::Request& request) {
    const auto index = *rc::gen::inRange<std::size_t>(0, impl::kRequestTypeCount);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((index == I ? (request.body.emplace<I>(), 0) : 0), ...);
    }
    (std::make_index_sequence<impl::kRequestTypeCount>{});
    fill(request.from);
    fill(request.epoch);
    std::visit([&](auto& body) { fill(body); }, request.body);
  }
  void fill(std::optional<impl::OrchestratorHandler>& handler) {
    handler.reset();
    if (*rc::gen::arbitrary<bool>()) return;
    handler.emplace();
    do {
      fill(handler->request);
    } while (!handler->request.is_for_orchestrator());
    fill(handler->next);
    fill(handler->existed);
    fill(handler->created_trigger);
    fill(handler->response);
  }
  void fill(std::optional<impl::DispatcherManager>& manager) {
    manager.reset();
    if (*rc::gen::arbitrary<bool>()) fill(manager.emplace());
  }
  void fill(impl::Boxed<impl::DispatcherManager>& manager) {
    manager.reset();
    if (*rc::gen::arbitrary<bool>()) return;
    manager = impl::DispatcherManager{};
    fill(*manager);
  }
  template <class T>
  void operator()(const char*, const T&) const {}  // only so that a requires-clause can name a visitor

 private:
  template <class Enum>
  static void pick(Enum& value, int count) {
    value = static_cast<Enum>(*rc::gen::inRange(0, count));
  }
  static std::string name_or_nothing() {
    return *rc::gen::element<std::string>("", "A", "B/1", "dispatchers", "\xC3\xA9", "d1");
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
    const auto fault =
        read_node(json, names, again, Reading::kExpected);  // an arbitrary state may contradict itself
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
