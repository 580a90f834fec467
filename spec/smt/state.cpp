#include "spec/smt/state.h"

#include <fmt/format.h>

namespace takeover::smt {
namespace {

Term default_of(Pool& pool, const Row& r) {
  return r.sort == Sort::kBool ? pool.truth(false) : pool.number(0);
}

template <class Visit>
void for_each_row(std::size_t tracked, Visit&& visit) {
  for (const auto& each : rows::kScalar) visit(std::string(each.row.name), each.row);
  for (std::size_t i = 0; i < tracked; ++i) {
    for (const auto& each : rows::kOwn) visit(fmt::format("d{}.{}", i + 1, each.row.name), each.row);
    for (const char* mode : {"default", "redo"}) {
      for (const auto& each : rows::kInMode)
        visit(fmt::format("d{}.{}.{}", i + 1, mode, each.row.name), each.row);
    }
  }
}

// Fills a state with one term a row.
template <class Make>
State made(std::size_t tracked, Make&& make) {
  std::vector<Term> terms;
  for_each_row(tracked, [&](const std::string& name, const Row& r) { terms.push_back(make(name, r)); });
  State state;
  auto it = terms.begin();
  const auto take = [&](auto& into) {
    for (Term& term : into) term = *it++;
  };
  take(state.scalars);
  state.records.resize(tracked);
  for (Record& record : state.records) {
    take(record.own);
    for (auto& mode : record.mode) take(mode);
  }
  return state;
}

}  // namespace

std::vector<Term> State::terms() const {
  std::vector<Term> all(scalars.begin(), scalars.end());
  for (const Record& record : records) {
    all.insert(all.end(), record.own.begin(), record.own.end());
    for (const auto& mode : record.mode) all.insert(all.end(), mode.begin(), mode.end());
  }
  return all;
}

State variables(Pool& pool, std::size_t tracked) {
  State state =
      made(tracked, [&](const std::string& name, const Row& r) { return pool.variable(name, r.sort); });
  for (std::size_t i = 0; i < tracked; ++i) {
    state.records[i].id = pool.variable(fmt::format("d{}", i + 1), Sort::kInt);
    state.records[i].is_redo = pool.variable(fmt::format("d{}-is-redo", i + 1), Sort::kBool);
    state.records[i].is_trigger = pool.variable(fmt::format("d{}-is-trigger", i + 1), Sort::kBool);
  }
  state.tracked_owner = pool.variable("tracked-owner", Sort::kInt);
  state.tracked_epoch = pool.variable("tracked-epoch", Sort::kInt);
  state.tracked_event = pool.variable("tracked-event", Sort::kInt);
  state.tracked_redo = pool.variable("tracked-redo", Sort::kInt);
  return state;
}

State initial(const State& like) {
  Pool& pool = like.scalars.front().pool();
  State state =
      made(like.records.size(), [&](const std::string&, const Row& r) { return default_of(pool, r); });
  for (std::size_t i = 0; i < like.records.size(); ++i) {
    state.records[i].id = like.records[i].id;
    state.records[i].is_redo = like.records[i].is_redo;
    state.records[i].is_trigger = like.records[i].is_trigger;
  }
  state.tracked_owner = like.tracked_owner;
  state.tracked_epoch = like.tracked_epoch;
  state.tracked_event = like.tracked_event;
  state.tracked_redo = like.tracked_redo;
  return state;
}

std::vector<std::string> names(std::size_t tracked) {
  std::vector<std::string> all;
  for_each_row(tracked, [&](const std::string& name, const Row&) { all.push_back(name); });
  return all;
}

}  // namespace takeover::smt
