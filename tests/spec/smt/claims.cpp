#include "tests/spec/smt/claims.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "spec/properties/properties.h"
#include "tests/spec/smt/mutants.h"
#include "tests/spec/smt/remembered.h"
#include "tests/spec/smt/shape.h"

namespace takeover::tests {
namespace {

using smt::number;
using smt::Scalar;

smt::State with_prefix(smt::Pool& pool, smt::State state, const std::string& prefix) {
  const auto rename = [&](auto& terms) {
    for (smt::Term& term : terms) {
      term = pool.variable(prefix + pool.name_of(term.node().a), term.node().sort);
    }
  };
  rename(state.scalars);
  for (smt::Record& record : state.records) {
    rename(record.own);
    for (auto& mode : record.mode) rename(mode);
  }
  return state;
}

smt::Output any_output(smt::Pool& pool, std::size_t ids) {
  smt::Output out;
  const auto names = smt::output_names(ids);
  std::size_t next = 0;
  const auto variable = [&](smt::Sort sort) { return pool.variable("sent." + names[next++], sort); };
  for (smt::Term* term : {&out.ended, &out.bootstrap, &out.post_bootstrap, &out.admitted, &out.answered,
                          &out.error, &out.took_over, &out.created, &out.close_answered, &out.close_success,
                          &out.registered, &out.registered_redo, &out.control}) {
    *term = variable(smt::Sort::kBool);
  }
  for (smt::Term* term : {&out.control_from, &out.control_epoch}) *term = variable(smt::Sort::kInt);
  for (smt::Term* term : {&out.control_closes, &out.control_bootstraps}) *term = variable(smt::Sort::kBool);
  for (std::size_t i = 0; i < ids; ++i) out.included.push_back(variable(smt::Sort::kBool));
  return out;
}

std::vector<smt::Index> numbers_of(const std::vector<smt::Term>& variables) {
  std::vector<smt::Index> numbers;
  for (const smt::Term& each : variables) numbers.push_back(each.node().a);
  return numbers;
}

smt::Program program_of(const std::vector<Formulas::Formula>& formulas, smt::Term shape) {
  std::vector<smt::Term> terms;
  for (const Formulas::Formula& each : formulas) terms.push_back(each.term);
  terms.push_back(shape);
  return smt::Program(terms);
}

std::pair<std::uint64_t, std::uint64_t> owner_of(const smt::Values& values) {
  return {values[number(Scalar::kOwner)], values[number(Scalar::kEpoch)]};
}

bool is_there(const smt::Values& values) {
  for (std::size_t m = 0; m < 2; ++m) {
    const std::size_t first = smt::kScalarCount + smt::kOwnCount + m * smt::kInModeCount;
    if (values[first + number(smt::InMode::kExists)] != 0) return true;
    if (values[first + number(smt::InMode::kInBatch)] != 0) return true;
  }
  return false;
}

void judge_both(const spec::Observation& observation, const spec::History& before, const spec::History& after,
                Verdicts& verdicts) {
  spec::Findings of_step;
  spec::judge_step(observation, before, spec::every_property(), of_step);
  spec::Findings of_state;
  spec::judge_state(observation.after, after, spec::every_property(), of_state);
  verdicts.judged_step = of_step.violated;
  verdicts.judged_state = of_state.violated;
}

}  // namespace

Formulas::Formulas(std::size_t ids, const smt::CrossCheck::GuardBits& guards, Which which)
    : before_(smt::variables(pool_, ids)),
      after_(with_prefix(pool_, before_, "next.")),
      in_(smt::params(pool_, ids)),
      guard_(smt::guards(pool_, guards)) {
  step_.next = after_;
  step_.out = any_output(pool_, ids);
  after_terms_ = after_.terms();
  before_inputs_ = numbers_of(before_.terms());
  after_inputs_ = numbers_of(after_terms_);
  out_inputs_ = numbers_of(step_.out.terms());
  state_shape_ = shape_of(after_);
  step_shape_ = smt::all_of({shape_of(before_), state_shape_, shape_of(before_, step_.out)});
  for (const auto all : {smt::auxiliary_invariants(), smt::properties_proved()}) {
    for (const smt::Lemma& lemma : all) {
      if (lemma.ids != ids) continue;
      if (which == Which::kProperties && lemma.kind == smt::Kind::kAuxiliary) continue;
      if (lemma.kind == smt::Kind::kStep) {
        const smt::Scene scene{.before = before_, .guard = guard_, .step = &step_, .in = &in_};
        of_step_.push_back({&lemma, lemma.formula(scene)});
      } else {
        of_state_.push_back({&lemma, lemma.formula({.before = after_, .guard = guard_})});
      }
    }
  }
  state_program_ = program_of(of_state_, state_shape_);
  step_program_ = program_of(of_step_, step_shape_);
}

void Formulas::fill(std::span<const Tracked> tracked, const Constants& constants, const smt::Values& before,
                    const smt::Values& after, const smt::Values& out, smt::Values& inputs) const {
  inputs.assign(pool_.variable_count(), 0);
  const auto put = [&](smt::Term variable, std::uint64_t value) { inputs[variable.node().a] = value; };
  for (std::size_t i = 0; i < before.size(); ++i) inputs[before_inputs_[i]] = before[i];
  for (std::size_t i = 0; i < after.size(); ++i) inputs[after_inputs_[i]] = after[i];
  for (std::size_t i = 0; i < out.size(); ++i) inputs[out_inputs_[i]] = out[i];
  for (std::size_t i = 0; i < tracked.size(); ++i) {
    put(before_.records[i].id, number(tracked[i].id));
    put(before_.records[i].is_redo, tracked[i].is_redo ? 1 : 0);
    put(before_.records[i].is_trigger, tracked[i].is_trigger ? 1 : 0);
  }
  put(before_.tracked_owner, constants.owner);
  put(before_.tracked_epoch, constants.epoch);
  put(before_.tracked_event, constants.event);
  put(before_.tracked_redo, constants.redo);
}

smt::Term Formulas::on(smt::Term formula, const smt::State& state) const {
  smt::Pool& pool = state.scalars.front().pool();
  const std::size_t ids = after_.records.size();
  smt::Term all = pool.truth(true);
  for (std::size_t first = 0; first + ids <= state.records.size(); ++first) {
    smt::State part = state;
    part.records.assign(state.records.begin() + static_cast<std::ptrdiff_t>(first),
                        state.records.begin() + static_cast<std::ptrdiff_t>(first + ids));
    std::map<smt::Index, smt::Term> meaning;
    const auto mean = [&](smt::Term variable, smt::Term term) { meaning.insert({variable.node().a, term}); };
    const std::vector<smt::Term> terms = part.terms();
    for (std::size_t i = 0; i < terms.size(); ++i) mean(after_terms_[i], terms[i]);
    for (std::size_t i = 0; i < ids; ++i) {
      mean(after_.records[i].id, part.records[i].id);
      mean(after_.records[i].is_redo, part.records[i].is_redo);
      mean(after_.records[i].is_trigger, part.records[i].is_trigger);
    }
    mean(after_.tracked_owner, state.tracked_owner);
    mean(after_.tracked_epoch, state.tracked_epoch);
    mean(after_.tracked_event, state.tracked_event);
    mean(after_.tracked_redo, state.tracked_redo);
    all = all && instantiate(
                     formula, [&](smt::Index variable) { return meaning.at(variable); }, pool);
  }
  return all;
}

void Formulas::run(bool of_step, const smt::Values& inputs, smt::Values& values) {
  (of_step ? step_program_ : state_program_).run(inputs, scratch_, values);
  if (values.back() == 0) throw std::logic_error("values that no transition has");
}

Claims::Claims(const impl::Rules& rules, Formulas::Which which)
    : rules_(rules),
      which_(which),
      cross_(rules.guards),
      one_(1, rules.guards, which),
      two_(2, rules.guards, which),
      relation_(1, rules.guards) {
  for (std::size_t a = 0; a < smt::kActionCount; ++a) {
    const smt::Transition& t = relation_.transitions[a];
    assumptions_[a] = smt::Program({t.well_formed, t.ids_drawn_once, t.names_one_trigger, t.sender_knows});
  }
}

// An id is drawn for what it is first used for.
void Claims::draw_ids(const smt::ImplStep& step, Place& place) const {
  if (step.received == nullptr) return;
  const auto draw = [&](impl::DispatcherId id, bool is_redo, bool is_trigger) {
    if (id != impl::DispatcherId::kNone) place.ids.insert({id, {id, is_redo, is_trigger}});
  };
  if (const auto* bootstrap = std::get_if<impl::MaintainerBootstrapRequest>(&step.received->body)) {
    draw(bootstrap->event_trigger, false, true);
    draw(bootstrap->redo_trigger, true, true);
    place.named.insert({{number(step.received->from), step.received->epoch},
                        {number(bootstrap->event_trigger), number(bootstrap->redo_trigger)}});
  } else if (const auto* schedule = std::get_if<impl::ScheduleDispatcherRequest>(&step.received->body)) {
    draw(schedule->id, schedule->mode == impl::Mode::kRedo, false);
  } else if (const auto* merge = std::get_if<impl::MergeDispatcherRequest>(&step.received->body)) {
    draw(merge->merged_id, merge->mode == impl::Mode::kRedo, false);
  }
}

void Claims::note_assumptions(Place& place) {
  const smt::State& state = relation_.state;
  const std::vector<smt::Term> variables = state.terms();
  const auto put = [&](smt::Term variable, std::uint64_t value) { inputs_[variable.node().a] = value; };
  const std::pair tracked{place.relation.tracked_owner, place.relation.tracked_epoch};
  for (const auto& taken : place.relation.taken) {
    inputs_.assign(relation_.pool.variable_count(), 0);
    for (std::size_t i = 0; i < variables.size(); ++i) put(variables[i], taken.before[i]);
    for (std::size_t i = 0; i < smt::kParamCount; ++i) put(relation_.in.values[i], taken.step.in.values[i]);
    put(relation_.in.source[0], taken.step.is_source ? 1 : 0);
    put(state.records[0].id, number(taken.id));
    if (const auto known = place.ids.find(taken.id); known != place.ids.end()) {
      put(state.records[0].is_redo, known->second.is_redo ? 1 : 0);
      put(state.records[0].is_trigger, known->second.is_trigger ? 1 : 0);
    }
    put(state.tracked_owner, tracked.first);
    put(state.tracked_epoch, tracked.second);
    if (const auto named = place.named.find(tracked); named != place.named.end()) {
      put(state.tracked_event, named->second.first);
      put(state.tracked_redo, named->second.second);
    }
    assumptions_[static_cast<std::size_t>(taken.step.action)].run(inputs_, scratch_, values_);
    place.is_well_formed = place.is_well_formed && values_[0] != 0;
    for (const smt::Assumption each : impl::kAllOf<smt::Assumption>) {
      if (each == smt::Assumption::kNone || values_[number(each)] != 0) continue;
      place.kept = std::min(place.kept, static_cast<smt::Assumption>(number(each) - 1));
    }
  }
}

void Claims::note(Formulas& formulas, bool of_step, const smt::Values& inputs, Verdicts& verdicts,
                  const Watch& watch) {
  formulas.run(of_step, inputs, values_);
  const auto& all = of_step ? formulas.of_step() : formulas.of_state();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool holds = values_[i] != 0;
    if (watch) watch({&formulas, i, of_step, inputs, holds});
    if (holds) continue;
    verdicts.broken.insert(all[i].lemma);
    if (const auto property = spec::property_named(all[i].lemma->id)) {
      (of_step ? verdicts.step : verdicts.state).set(static_cast<std::size_t>(*property));
    }
  }
}

void Claims::evaluate_steps(const Place& place, Verdicts& verdicts, const Watch& watch) {
  for (const auto& taken : place.relation.taken) {
    Formulas::Tracked tracked{taken.id};
    if (const auto known = place.ids.find(taken.id); known != place.ids.end()) tracked = known->second;
    one_.fill({&tracked, 1}, {}, taken.before, taken.after, taken.out, inputs_);
    note(one_, true, inputs_, verdicts, watch);
  }
}

// A lemma of a state that speaks of an owner and an epoch is said of any: of the manager's, and of others.
void Claims::evaluate_state(const Place& place, Verdicts& verdicts, const Watch& watch) {
  if (place.relation.values.empty()) return;
  const auto [owner, epoch] = owner_of(place.relation.values.begin()->second);
  evaluate_state_of({owner, epoch}, place, true, verdicts, watch);
  evaluate_state_of({owner, epoch + 1}, place, false, verdicts, watch);
  evaluate_state_of({owner + 1, epoch}, place, false, verdicts, watch);
  if (epoch > 0) evaluate_state_of({owner, epoch - 1}, place, false, verdicts, watch);
  if (owner > 0) evaluate_state_of({owner - 1, epoch}, place, false, verdicts, watch);
}

void Claims::evaluate_state_of(std::pair<std::uint64_t, std::uint64_t> pair, const Place& place,
                               bool in_pairs, Verdicts& verdicts, const Watch& watch) {
  Formulas::Constants constants{.owner = pair.first, .epoch = pair.second};
  if (const auto named = place.named.find(pair); named != place.named.end()) {
    constants.event = named->second.first;
    constants.redo = named->second.second;
  }
  std::vector<std::pair<Formulas::Tracked, smt::Values>> all;
  for (const auto& [id, known] : place.relation.values) {
    Formulas::Tracked tracked{id};
    if (const auto drawn = place.ids.find(id); drawn != place.ids.end()) tracked = drawn->second;
    smt::Values values = known;
    values[number(Scalar::kSeen)] = place.seen.contains(pair) ? 1 : 0;
    one_.fill({&tracked, 1}, constants, {}, values, {}, inputs_);
    note(one_, false, inputs_, verdicts, watch);
    if (in_pairs && is_there(values)) all.emplace_back(tracked, std::move(values));
    if (!in_pairs && which_ == Formulas::Which::kProperties) break;  // of another owner they say nothing
  }
  for (std::size_t a = 0; a < all.size(); ++a) {
    for (std::size_t b = a + 1; b < all.size(); ++b) {
      smt::Values both = all[a].second;
      both.insert(both.end(), all[b].second.begin() + smt::kScalarCount, all[b].second.end());
      const std::array tracked{all[a].first, all[b].first};
      two_.fill(tracked, constants, {}, both, {}, inputs_);
      note(two_, false, inputs_, verdicts, watch);
    }
  }
}

std::optional<Claims::Taken> Claims::take(const Place& place, const smt::ImplStep& step,
                                          const impl::DispatcherOrchestrator& after, const impl::Outbox& out,
                                          const Watch& watch) {
  Taken taken{place, {}};
  Place& next = taken.place;
  draw_ids(step, next);
  // The pair that the relation remembers a Bootstrap of is the one that is received.
  if (step.received != nullptr && step.received->type() == impl::MessageType::kBootstrap) {
    next.relation.tracked_owner = number(step.received->from);
    next.relation.tracked_epoch = step.received->epoch;
  }
  const std::pair tracked{next.relation.tracked_owner, next.relation.tracked_epoch};
  for (auto& [id, values] : next.relation.values) {
    values[number(Scalar::kSeen)] = next.seen.contains(tracked) ? 1 : 0;
  }
  const std::uint64_t outside = memory_.outside;
  if (const auto divergence = cross_.judge(place.node, step, after, out, memory_, &next.relation)) {
    throw std::logic_error(divergence->action + " " + divergence->path);
  }
  if (memory_.outside != outside) return std::nullopt;
  if (!next.relation.values.empty() && next.relation.values.begin()->second[number(Scalar::kSeen)] != 0) {
    next.seen.insert(tracked);
  }
  next.node = after;
  note_assumptions(next);
  evaluate_steps(next, taken.verdicts, watch);
  evaluate_state(next, taken.verdicts, watch);
  taken.out = out;
  const spec::Observation observation{place.node, next.node, out, step.received};
  spec::PropertySet all;
  all.set();
  spec::update(next.history, observation, all);
  judge_both(observation, place.history, next.history, taken.verdicts);
  return taken;
}

std::optional<Verdicts> Claims::judge(const smt::ImplStep& step, const Taken& taken, const Strange& strange,
                                      const Watch& watch) {
  Place next = taken.place;
  if (next.relation.taken.size() != next.relation.values.size()) return std::nullopt;
  if (!why_not_encoded(strange).empty()) return std::nullopt;
  for (auto& each : next.relation.taken) {
    ground_strange(strange, strange.before, each.id, each.before);
    ground_strange(strange, strange.after, each.id, each.after);
    ground_output(strange, each.id, each.out);
    next.relation.values[each.id] = each.after;
  }
  next.node = strange.after;
  Verdicts verdicts;
  evaluate_steps(next, verdicts, watch);
  evaluate_state(next, verdicts, watch);
  judge_both({strange.before, strange.after, strange.out, step.received}, strange.history, strange.later,
             verdicts);
  return verdicts;
}

std::optional<Verdicts> Claims::judge(const spec::Observation& observation, const smt::ImplStep& step,
                                      const spec::History& before, const spec::History& later) {
  Place place;
  place.node = observation.after;
  const std::uint64_t outside = memory_.outside;
  if (const auto divergence = cross_.judge(observation.before, step, observation.after, observation.out,
                                           memory_, &place.relation)) {
    throw std::logic_error(divergence->action + " " + divergence->path);
  }
  if (memory_.outside != outside) return std::nullopt;
  for (auto& taken : place.relation.taken) {
    remember(before, observation.before, taken.id, taken.before);
    remember(later, observation.after, taken.id, taken.after);
    remember_found(before, observation.before, taken.after);
  }
  for (auto& [id, values] : place.relation.values) remember(later, observation.after, id, values);
  for (const spec::OwnerId& each : later.bootstraps) place.seen.emplace(number(each.node), each.epoch);
  Verdicts verdicts;
  evaluate_steps(place, verdicts, {});
  evaluate_state(place, verdicts, {});
  judge_both(observation, before, later, verdicts);
  return verdicts;
}

std::optional<Claims::Taken> Claims::take(const Place& place, const smt::ImplStep& step, const Watch& watch) {
  impl::DispatcherOrchestrator after = place.node;
  impl::Outbox out;
  if (step.received != nullptr) {
    impl::receive(rules_, after, *step.received, out);
  } else {
    impl::apply(rules_, after, step.action, out);
  }
  return take(place, step, after, out, watch);
}

}  // namespace takeover::tests
