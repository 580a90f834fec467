#include <algorithm>
#include <catch2/catch.hpp>

#include "impl/dispatcher_manager.h"

using namespace takeover::impl;

namespace {

constexpr DispatcherId kLeft{1};
constexpr DispatcherId kRight{2};
constexpr DispatcherId kTarget{3};

// A merge of two dispatchers under way: what is missing or being removed is nobody's doing but the case's.
DispatcherManager merging() {
  DispatcherManager manager;
  manager.dispatchers.insert({.id = kLeft, .status = Status::kWaitingMerge});
  manager.dispatchers.insert({.id = kRight, .status = Status::kWaitingMerge});
  manager.dispatchers.insert({.id = kTarget, .status = Status::kPreparing});
  manager.merges.push_back({{kLeft, kRight}, kTarget, Mode::kDefault});
  return manager;
}

bool is_aborted(DispatcherManager manager) {
  Outbox out;
  manager.merge_step(Rules{}, kTarget, out);
  return std::ranges::any_of(out.notes,
                             [](const Note& note) { return note.kind == NoteKind::kMergeAborted; });
}

}  // namespace

TEST_CASE("a merge is aborted when its target or a source is gone or asked to go, and only then") {
  CHECK_FALSE(is_aborted(merging()));
  for (const DispatcherId id : {kLeft, kRight, kTarget}) {
    CAPTURE(static_cast<int>(id));
    DispatcherManager asked = merging();
    asked.find(id, Mode::kDefault)->try_removing = true;
    CHECK(is_aborted(asked));
    DispatcherManager removing = merging();
    removing.find(id, Mode::kDefault)->removing = true;
    CHECK(is_aborted(removing));
    DispatcherManager gone = merging();
    gone.dispatchers.erase(id, Mode::kDefault);
    CHECK(is_aborted(gone));
  }
}
