// What a line would have had to say.
#include "checker/logs/difference.h"

#include <catch2/catch.hpp>
#include <string>

namespace takeover::logs {
namespace {

TEST_CASE("a line and what the node would write differ in what both know", "[logs][difference]") {
  spec::Names names;
  const impl::NodeId b = names.node("B");
  const impl::NodeId c = names.node("C");
  const impl::DispatcherId d = names.dispatcher("d1");
  Observed line{.line = LineId::kStaleSchedule, .facts = {.from = b, .epoch = 3, .owner = c, .id = d}};
  Emitted step{.line = LineId::kStaleSchedule, .facts = {.from = b, .owner = b, .owner_epoch = 4, .id = d}};
  CHECK(is_of_its_kind(line, step));
  CHECK(difference(line, step, names) == "owner B in place of C");
  step.facts = {.epoch = 4, .owner = c, .id = impl::DispatcherId::kNone};
  CHECK(difference(line, step, names) == "epoch 4 in place of 3, dispatcher none in place of d1");
  step.facts = line.facts;
  CHECK(difference(line, step, names).empty());
  step.line = LineId::kStaleMerge;
  CHECK_FALSE(is_of_its_kind(line, step));
}

TEST_CASE("a message differs where it is compared", "[logs][difference]") {
  spec::Names names;
  const impl::NodeId b = names.node("B");
  const impl::Message sent{names.node("A"), b, 3, impl::MaintainerCloseResponse{.success = true}};
  Observed line{.what = What::kSend, .message = sent};
  line.expected = traces::Json{{"type", "MaintainerCloseResponse"}, {"success", false}};
  const Emitted emitted{.what = What::kSend, .message = sent};
  CHECK(is_of_its_kind(line, emitted));
  CHECK(difference(line, emitted, names) == "/success true in place of false");
  // What was not recorded is not compared.
  line.expected = traces::Json{{"type", "MaintainerCloseResponse"}};
  CHECK(difference(line, emitted, names).empty());
  line.message.to = names.node("C");
  CHECK_FALSE(is_of_its_kind(line, emitted));
}

}  // namespace
}  // namespace takeover::logs
