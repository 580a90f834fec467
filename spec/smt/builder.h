// Writing a step down as prose does: first this, then that, if ... else. Internal to spec/smt.
//
//   b.when(condition, [&] { b.set(Scalar::kClosed, b.yes()); });
//
// adds `closed := true if condition` to the step; what follows sees it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>

#include "spec/smt/relation.h"

namespace takeover::smt {

class Builder {
 public:
  Builder(const State& state, const Params& in, const Guards& guard);

  [[nodiscard]] Term yes() { return pool_.truth(true); }
  [[nodiscard]] Term no() { return pool_.truth(false); }
  [[nodiscard]] Term number(std::uint64_t value) { return pool_.number(value); }
  [[nodiscard]] Term operator[](Scalar variable) const { return t.next[variable]; }
  [[nodiscard]] Term operator[](Param param) const { return in[param]; }
  [[nodiscard]] Term on(impl::Guard g) const { return guard(g); }

  template <class Then>
  void when(Term condition, Then&& then) {
    const Term saved = std::exchange(path_, path_ && condition);
    then();
    path_ = saved;
  }
  template <class Then, class Else>
  void choose(Term condition, Then&& then, Else&& otherwise) {
    when(condition, then);
    when(!condition, otherwise);
  }

  void set(Scalar variable, Term value) { put(t.next.scalars[static_cast<std::size_t>(variable)], value); }
  void set(Scalar variable, std::uint64_t value) { set(variable, pool_.number(value)); }
  void set(Scalar variable, bool value) { set(variable, pool_.truth(value)); }
  void set(Record& record, Own variable, Term value) {
    put(record.own[static_cast<std::size_t>(variable)], value);
  }
  void set(Record& record, std::size_t mode, InMode variable, Term value) {
    put(record.mode[mode][static_cast<std::size_t>(variable)], value);
  }
  void emit(Term& output, Term value) { put(output, value); }
  void emit(Term& output) { put(output, yes()); }
  void require(Term condition) { t.enabled = t.enabled && condition; }

  [[nodiscard]] Term default_of(const Row& variable) {
    return variable.sort == Sort::kBool ? no() : number(0);
  }
  // Gives variables their default.
  void clear(Part part);
  void clear(std::initializer_list<Scalar> variables);
  void clear(Record& record, std::size_t mode, InMode variable);
  void clear_entry(Record& record);

  // Calls visit(record, m) for each tracked id in each mode.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (Record& record : t.next.records) {
      for (std::size_t m = 0; m < 2; ++m) visit(record, m);
    }
  }
  // The same for the step's own id, where it is tracked, in the step's mode.
  template <class Visit>
  void at_own(Visit&& visit) {
    for_each([&](Record& record, std::size_t m) { when(is_own(record, m), [&] { visit(record, m); }); });
  }
  [[nodiscard]] Term is_own(const Record& record, std::size_t m) const {
    return in[Param::kId] == record.id && (m == 1 ? in[Param::kInRedo] : !in[Param::kInRedo]);
  }
  // What the record of `id` says; `other` when it is not tracked.
  template <class Ask>
  [[nodiscard]] Term of(Term id, Term other, Ask&& ask) const {
    Term result = other;
    for (const Record& record : t.next.records) result = ite(id == record.id, ask(record), result);
    return result;
  }
  // The same in the step's mode.
  [[nodiscard]] Term own(InMode variable, Term other) const {
    return of(in[Param::kId], other, [&](const Record& record) {
      return ite(in[Param::kInRedo], record.at(1, variable), record.at(0, variable));
    });
  }

  [[nodiscard]] Term is_leaving() const { return (*this)[Scalar::kFenced] || (*this)[Scalar::kShutDown]; }
  [[nodiscard]] Term is_here() const { return (*this)[Scalar::kManager] != manager::kNone; }
  [[nodiscard]] Term fence_is_free() const { return (*this)[Scalar::kFence] == fence::kNobody; }

  // ---- what several steps do (builder.cpp) ----

  void insert_trigger(std::size_t mode, Term id, Term start_ts);
  void set_trigger(std::size_t mode, Term id, Term start_ts);
  // Takes the dispatcher out of the map.
  void erase(Record& record, std::size_t mode);
  void stop_write_path();
  void unregister();
  void local_fence();
  void run_removed_clean_up();
  [[nodiscard]] Term owes_clean_up() const {
    return (*this)[Scalar::kRemoveRequested] && !(*this)[Scalar::kRemovedCleanUp];
  }
  // Returns whether it has closed, and may be deleted.
  Term try_close(Term removed);
  void bury(Term epoch, Term removed);
  void forget_manager();
  // The process dies: all that was in memory is forgotten.
  void die();

  Transition t;
  const Params& in;
  const Guards& guard;

 private:
  void put(Term& into, Term value) { into = ite(path_, value, into); }

  Pool& pool_;
  Term path_;
};

// The tombstone after a close, and whether it forbids a Bootstrap of this epoch.
struct Tombstone {
  Term here;
  Term epoch;
};
[[nodiscard]] Tombstone buried(const Tombstone& tombstone, Term epoch, Term removed);
[[nodiscard]] Term is_buried(const Tombstone& tombstone, const Guards& guard, Term epoch);

// What an action does.
struct StepRow {
  Action action;
  void (*take)(Builder&);
};
// Each of the stage's actions has one row, and nothing else has.
template <std::size_t N>
consteval bool are_all_of(Stage stage, const std::array<StepRow, N>& steps) {
  std::size_t found = 0;
  for (const Action action : impl::kAllOf<Action>) {
    const auto count = std::ranges::count(steps, action, &StepRow::action);
    if (count != (row_of(action).stage == stage ? 1 : 0)) return false;
    found += static_cast<std::size_t>(count);
  }
  return found == N;
}
void take(Builder& b, std::span<const StepRow> steps, Action action);

// By stage (action.h says in which file).
void receive(Builder& b, Action action);
void look_up_step(Builder& b, Action action);
void bootstrap_step(Builder& b, Action action);
void handler_step(Builder& b, Action action);
void stream_step(Builder& b, Action action);
void manager_step(Builder& b, impl::NodeActionKind kind);

}  // namespace takeover::smt
