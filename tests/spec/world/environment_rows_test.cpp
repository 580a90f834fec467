// Each of the rows in docs/fidelity.md: a state in which it may be sent, and for each of its preconditions
// one in which it may not.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

#include "tests/spec/world/environment_setting.h"

using namespace takeover;
using namespace takeover::tests;

namespace {

using Change = std::function<void(Setting&)>;

// A row, a setting in which it may be sent, and what takes away its right or leaves it.
struct Precondition {
  std::string what;
  Change change;
  bool may = false;
};
struct RowCase {
  Row row;
  std::size_t owner;
  Change may;
  std::vector<Precondition> preconditions;
};

Change in(Phase phase) {
  return [phase](Setting& s) { s.in(phase); };
}
Change other_in(std::size_t owner, Phase phase) {
  return [=](Setting& s) { s.state(owner).phase = phase; };
}

// What is said of a row in each phase: those in which it may be sent.
std::vector<Precondition> only_in(const std::vector<Phase>& phases) {
  std::vector<Precondition> all;
  for (const Phase phase : {Phase::kIdle, Phase::kBootstrapping, Phase::kRunning, Phase::kHandingOver,
                            Phase::kClosing, Phase::kStopped, Phase::kDead}) {
    all.push_back({std::string(name_of(phase)), in(phase), std::ranges::find(phases, phase) != phases.end()});
  }
  return all;
}

std::vector<Precondition> with(std::vector<Precondition> some, const std::vector<Precondition>& more) {
  some.insert(some.end(), more.begin(), more.end());
  return some;
}

// A copy of the only message that the row sends, in each of the places where it can be.
std::vector<Precondition> no_copy_under_way(Row row, std::size_t owner) {
  const auto copy = [=](const Setting& s) { return s.sent(row, owner).at(0).request; };
  const auto place = [=](auto&& put) -> Change { return [=](Setting& s) { put(s, copy(s)); }; };
  return {
      {"a copy on the link", place([](Setting& s, const auto& r) { s.environment.links.push(r); })},
      {"a copy pending", place([](Setting& s, const auto& r) { s.node().pending.push_back(r); })},
      {"a copy being handled",
       place([](Setting& s, const auto& r) { s.node().handler = impl::OrchestratorHandler{.request = r}; })},
      {"a message of another epoch on the link", place([](Setting& s, impl::Message r) {
         ++r.epoch;
         s.environment.links.push(r);
       }),
       true},
      {"a copy on the link, and one more is allowed", place([](Setting& s, const auto& r) {
         s.environment.links.push(r);
         s.scenario.bounds.extra_copies = 1;
       }),
       true},
      {"a copy on the link, and the extra copies are used up", place([](Setting& s, const auto& r) {
         s.environment.links.push(r);
         s.scenario.bounds.extra_copies = 1;
         s.environment.used.extra_copies = 1;
       })},
  };
}

void two_neighbours(Setting& s) {
  s.in(Phase::kRunning);
  s.knows(kD1, Belief::kWorking, kLow);
  s.knows(kD2, Belief::kWorking, kHigh);
}

Change knowing(Belief belief) {
  return [belief](Setting& s) {
    s.in(Phase::kRunning);
    s.knows(kD1, belief, kLow);
    s.scenario.bounds.resends = 1;
  };
}

Change believing(Belief belief) {
  return [belief](Setting& s) { s.state().record[0].belief = belief; };
}

// One that is budgeted for each owner.
RowCase budgeted(Row row, std::uint8_t spec::Allowances::*count) {
  return {row, kB1, in(Phase::kRunning),
          with(only_in({Phase::kRunning}), {{"used up", [=](Setting& s) { s.state().used.*count = 1; }},
                                            {"none allowed", [=](Setting& s) { s.b1().allowed.*count = 0; }},
                                            {"one more allowed",
                                             [=](Setting& s) {
                                               s.state().used.*count = 1;
                                               s.b1().allowed.*count = 2;
                                             },
                                             true}})};
}

std::vector<RowCase> of_bootstrap() {
  return {
      {Row::kBootstrap, kB1, in(Phase::kIdle),
       with(with(only_in({Phase::kIdle, Phase::kBootstrapping}), no_copy_under_way(Row::kBootstrap, kB1)),
            {{"a later one on its node has begun", other_in(kB2, Phase::kRunning)},
             {"a later one on its node has begun and stopped", other_in(kB2, Phase::kStopped)},
             {"one on another node has begun", other_in(kK1, Phase::kClosing), true},
             {"Running, the answer may be under way",
              [](Setting& s) { s.in(Phase::kRunning).state().unread = true; }, true},
             {"it is a removal-only maintainer",
              [](Setting& s) {
                s.b1().removal_of = kK1;
                s.state(kK1).phase = Phase::kDead;
              }}})},
      {Row::kBootstrap,
       kB2,
       in(Phase::kIdle),
       {{"an earlier one on its node bootstraps", in(Phase::kBootstrapping)},
        {"an earlier one on its node runs", in(Phase::kRunning)},
        {"an earlier one on its node hands over", in(Phase::kHandingOver)},
        {"an earlier one on its node closes", in(Phase::kClosing)},
        {"an earlier one on its node has stopped", in(Phase::kStopped), true},
        {"an earlier one on its node is dead", in(Phase::kDead), true},
        {"it waits for its answer, whoever came before",
         [](Setting& s) { s.in(Phase::kRunning).state(kB2).phase = Phase::kBootstrapping; }, true}}},
      {Row::kPostBootstrap, kB1, in(Phase::kRunning),
       with(with(only_in({Phase::kRunning}), no_copy_under_way(Row::kPostBootstrap, kB1)),
            {{"answered", [](Setting& s) { s.state().post_bootstrapped = true; }},
             {"its trigger is not here", [](Setting& s) { s.b1().event_trigger = DispatcherId::kNone; }}})}};
}

std::vector<RowCase> of_creates() {
  const auto knows = [](const impl::Span& span, Mode mode, Belief belief) -> Change {
    return [=](Setting& s) { s.knows(kD1, belief, span, mode); };
  };
  return {
      {Row::kCreate, kB1, in(Phase::kRunning),
       with(only_in({Phase::kRunning}),
            {{"its ids are used up", [](Setting& s) { s.state().creates = 1; }},
             {"the span is placed", knows(kLow, Mode::kDefault, Belief::kWorking)},
             {"the span is being placed", knows(kLow, Mode::kDefault, Belief::kCreating)},
             {"the span is being freed", knows(kLow, Mode::kDefault, Belief::kRemoving)},
             {"the span is placed in part",
              knows({.table = 1, .begin = 4, .end = 6}, Mode::kDefault, Belief::kWorking)},
             {"the table's other part is placed", knows(kHigh, Mode::kDefault, Belief::kWorking), true},
             {"the span is placed for redo", knows(kLow, Mode::kRedo, Belief::kWorking), true},
             {"there is no span", [](Setting& s) { s.scenario.spans.clear(); }}})},
      {Row::kRestoredCreate, kB1, knowing(Belief::kToCreate),
       with(only_in({Phase::kRunning}), {{"it is asked for", believing(Belief::kCreating)},
                                         {"it is there", believing(Belief::kWorking)}})},
      {Row::kRemove, kB1, knowing(Belief::kWorking),
       with(only_in({Phase::kRunning}),
            {{"it is being created", believing(Belief::kCreating)},
             {"it is to be created", believing(Belief::kToCreate)},
             {"its removal is asked for", believing(Belief::kRemoving)},
             {"its Removes are used up", [](Setting& s) { s.state().used.removes = 1; }}})},
      {Row::kRestoredRemove, kB1, knowing(Belief::kToRemove),
       with(only_in({Phase::kRunning}),
            {{"it is asked for", believing(Belief::kRemoving)},
             {"its Removes are used up", [](Setting& s) { s.state().used.removes = 1; }, true}})},
      {Row::kMerge, kB1, two_neighbours,
       with(
           only_in({Phase::kRunning}),
           {{"its ids are used up", [](Setting& s) { s.state().merges = 1; }},
            {"the first is not working", believing(Belief::kRemoving)},
            {"the second is not working", [](Setting& s) { s.state().record[1].belief = Belief::kCreating; }},
            {"they are no neighbours", [](Setting& s) { s.state().record[1].span.begin = 6; }},
            {"they are of two modes", [](Setting& s) { s.state().record[1].mode = Mode::kRedo; }},
            {"they are of two tables", [](Setting& s) { s.state().record[1].span.table = 2; }},
            {"both are of redo",
             [](Setting& s) { s.state().record[0].mode = s.state().record[1].mode = Mode::kRedo; }, true}})},
  };
}

std::vector<RowCase> of_resends() {
  const Precondition used_up{"the resends are used up", [](Setting& s) { s.environment.used.resends = 1; }};
  const auto retries = [](Setting& s) {
    s.b1().retries = true;
    s.scenario.bounds.resends = 0;
  };
  const auto copy_in = [=](auto&& put) -> Change {
    return [=](Setting& s) {
      retries(s);
      put(s, s.sent(Row::kResend, kB1).at(0).request);
    };
  };
  return {
      {Row::kResend, kB1, knowing(Belief::kCreating),
       with(only_in({Phase::kRunning, Phase::kHandingOver}),
            {used_up,
             {"it is there", believing(Belief::kWorking)},
             {"it retries for ever", retries, true},
             {"it retries, and a copy is on the link",
              copy_in([](Setting& s, const auto& r) { s.environment.links.push(r); })},
             {"it retries, and a copy waits in its stream",
              copy_in([](Setting& s, const auto& r) { s.node().manager.emplace().streams.push_back(r); })}})},
      {Row::kResend,
       kB1,
       knowing(Belief::kRemoving),
       {used_up,
        {"a Remove is not retried for ever", retries},
        {"a copy is on the link",
         [](Setting& s) { s.environment.links.push(s.sent(Row::kResend, kB1).at(0).request); }, true}}},
      {Row::kResend,
       kB1,
       [](Setting& s) {
         s.in(Phase::kHandingOver);
         s.scenario.bounds.resends = 1;
       },
       {used_up, {"its trigger is gone", [](Setting& s) { s.state().trigger_gone = true; }}}},
      {Row::kResend,
       kB1,
       [](Setting& s) {
         s.in(Phase::kHandingOver);
         s.b1().redo_trigger = kRedoTrigger;
         s.state().trigger_gone = true;
         s.state().redo_trigger_asked = true;
         s.scenario.bounds.resends = 1;
       },
       {used_up,
        {"its redo trigger was not asked for", [](Setting& s) { s.state().redo_trigger_asked = false; }},
        {"its redo trigger is gone", [](Setting& s) { s.state().redo_trigger_gone = true; }}}},
  };
}

std::vector<RowCase> of_ends() {
  const auto closing = [](bool removed) -> Change {
    return [=](Setting& s) { s.in(Phase::kClosing).state().close_removed = removed; };
  };
  return {
      {Row::kHandOver, kB1, in(Phase::kRunning),
       with(only_in({Phase::kRunning}),
            {{"it does not hand over", [](Setting& s) { s.b1().hands_over = false; }},
             {"its trigger is not here", [](Setting& s) { s.b1().event_trigger = DispatcherId::kNone; }}})},
      {Row::kHandOver,
       kB1,
       [](Setting& s) {
         s.in(Phase::kHandingOver);
         s.b1().redo_trigger = kRedoTrigger;
       },
       {{"its redo trigger is asked for", [](Setting& s) { s.state().redo_trigger_asked = true; }},
        {"its redo trigger is gone", [](Setting& s) { s.state().redo_trigger_gone = true; }},
        {"it has no redo trigger", [](Setting& s) { s.b1().redo_trigger = DispatcherId::kNone; }}}},
      {Row::kClose, kB1, in(Phase::kRunning),
       with(with(only_in({Phase::kBootstrapping, Phase::kRunning, Phase::kHandingOver, Phase::kClosing}),
                 no_copy_under_way(Row::kClose, kB1)),
            {{"it does not close", [](Setting& s) { s.b1().closes = false; }},
             {"it closes for good already", closing(true)}})},
      {Row::kCloseRemoved, kB1, in(Phase::kRunning),
       with(with(only_in({Phase::kBootstrapping, Phase::kRunning, Phase::kHandingOver, Phase::kClosing}),
                 no_copy_under_way(Row::kCloseRemoved, kB1)),
            {{"it does not close for good", [](Setting& s) { s.b1().closes_removed = false; }},
             {"it closes for good already", closing(true), true},
             {"it closes already", closing(false), true}})},
      {Row::kCloseRemoved,
       kK1,
       in(Phase::kDead),
       {{"the replaced one is idle", in(Phase::kIdle)},
        {"the replaced one runs", in(Phase::kRunning)},
        {"the replaced one closes", in(Phase::kClosing)},
        {"the replaced one has stopped", in(Phase::kStopped), true},
        {"it has stopped itself", other_in(kK1, Phase::kStopped)}}},
      {Row::kMisbehave, kB1,
       [](Setting& s) {
         s.b1().misbehaviour.push_back({.from = kB, .epoch = 9, .body = impl::CheckpointTsMessage{5}});
       },
       with(only_in({Phase::kIdle, Phase::kBootstrapping, Phase::kRunning, Phase::kHandingOver,
                     Phase::kClosing, Phase::kStopped, Phase::kDead}),
            {{"it was sent", [](Setting& s) { s.state().misbehaved = 1; }},
             {"another was sent", [](Setting& s) { s.state().misbehaved = 2; }, true}})},
  };
}

void judge(const RowCase& each) {
  Setting base;
  each.may(base);
  CAPTURE(name_of(each.row), each.owner);
  CHECK_FALSE(base.sent(each.row, each.owner).empty());
  for (const Precondition& precondition : each.preconditions) {
    CAPTURE(precondition.what);
    Setting changed = base;
    precondition.change(changed);
    CHECK(changed.sent(each.row, each.owner).empty() != precondition.may);
  }
}

}  // namespace

TEST_CASE("a row is sent in its state and not without any one of its preconditions") {
  std::vector<RowCase> all = of_bootstrap();
  for (const auto& some : {of_creates(), of_resends(), of_ends()})
    all.insert(all.end(), some.begin(), some.end());
  all.push_back(budgeted(Row::kBarrierAction, &spec::Allowances::actions));
  all.push_back(budgeted(Row::kRedoMeta, &spec::Allowances::redo_metas));
  all.push_back(budgeted(Row::kRedoForward, &spec::Allowances::redo_forwards));
  all.push_back(budgeted(Row::kCheckpoint, &spec::Allowances::checkpoints));
  for (const RowCase& each : all) judge(each);
  for (const Row row : impl::kAllOf<Row>) {
    CAPTURE(name_of(row));
    CHECK(std::ranges::any_of(all, [&](const RowCase& each) { return each.row == row; }));
  }
}
