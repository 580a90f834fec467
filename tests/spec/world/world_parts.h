// The members of every part of a world, as a test visits them: none can be forgotten.
//
// kMembers says how many members a part has. It is the number of names that the part is bound to, so that a
// part that got another member does not compile until its number is right, and all that it is bound to is
// handed on.
#pragma once

#include <concepts>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include "spec/world/world.h"

namespace takeover::parts {

template <class T>
inline constexpr std::size_t kMembers = 0;
template <>
inline constexpr std::size_t kMembers<spec::World> = 3;
template <>
inline constexpr std::size_t kMembers<impl::DispatcherOrchestrator> = 9;
template <>
inline constexpr std::size_t kMembers<impl::DispatcherManager> = 33;
template <>
inline constexpr std::size_t kMembers<impl::OrchestratorHandler> = 5;
template <>
inline constexpr std::size_t kMembers<impl::ScheduleHandler> = 3;
template <>
inline constexpr std::size_t kMembers<impl::CleanUp> = 3;
template <>
inline constexpr std::size_t kMembers<impl::Dispatcher> = 8;
template <>
inline constexpr std::size_t kMembers<impl::MergeTask> = 3;
template <>
inline constexpr std::size_t kMembers<impl::PendingAction> = 3;
template <>
inline constexpr std::size_t kMembers<impl::Span> = 3;
template <>
inline constexpr std::size_t kMembers<impl::Request> = 3;
template <>
inline constexpr std::size_t kMembers<impl::MaintainerBootstrapRequest> = 6;
template <>
inline constexpr std::size_t kMembers<impl::MaintainerPostBootstrapRequest> = 1;
template <>
inline constexpr std::size_t kMembers<impl::MaintainerCloseRequest> = 1;
template <>
inline constexpr std::size_t kMembers<impl::ScheduleDispatcherRequest> = 6;
template <>
inline constexpr std::size_t kMembers<impl::MergeDispatcherRequest> = 3;
template <>
inline constexpr std::size_t kMembers<impl::HeartBeatResponse> = 1;
template <>
inline constexpr std::size_t kMembers<impl::RedoMetaMessage> = 2;
template <>
inline constexpr std::size_t kMembers<impl::RedoResolvedTsForwardMessage> = 1;
template <>
inline constexpr std::size_t kMembers<impl::CheckpointTsMessage> = 1;
template <>
inline constexpr std::size_t kMembers<impl::MaintainerBootstrapResponse> = 6;
template <>
inline constexpr std::size_t kMembers<impl::ReportedSpan> = 5;
template <>
inline constexpr std::size_t kMembers<impl::JournalEntry> = 8;
template <>
inline constexpr std::size_t kMembers<impl::DispatcherStatus> = 3;
template <>
inline constexpr std::size_t kMembers<spec::Environment> = 4;
template <>
inline constexpr std::size_t kMembers<spec::OwnerState> = 16;
template <>
inline constexpr std::size_t kMembers<spec::Placement> = 5;
template <>
inline constexpr std::size_t kMembers<spec::Bounds> = 10;
template <>
inline constexpr std::size_t kMembers<spec::History> = 12;
template <>
inline constexpr std::size_t kMembers<spec::Foreign> = 3;
template <>
inline constexpr std::size_t kMembers<spec::OwnerId> = 2;
template <>
inline constexpr std::size_t kMembers<spec::DispatcherKey> = 2;
template <>
inline constexpr std::size_t kMembers<spec::Agreement> = 2;
template <>
inline constexpr std::size_t kMembers<spec::FoundManager> = 3;

template <class T>
concept Part = kMembers<T> >
0;

// References to all members, in their order.
template <Part T>
auto members(T& part) {
  constexpr std::size_t kCount = kMembers<T>;
  if constexpr (kCount == 1) {
    auto& [a] = part;
    return std::tie(a);
  } else if constexpr (kCount == 2) {
    auto& [a, b] = part;
    return std::tie(a, b);
  } else if constexpr (kCount == 3) {
    auto& [a, b, c] = part;
    return std::tie(a, b, c);
  } else if constexpr (kCount == 4) {
    auto& [a, b, c, d] = part;
    return std::tie(a, b, c, d);
  } else if constexpr (kCount == 5) {
    auto& [a, b, c, d, e] = part;
    return std::tie(a, b, c, d, e);
  } else if constexpr (kCount == 6) {
    auto& [a, b, c, d, e, f] = part;
    return std::tie(a, b, c, d, e, f);
  } else if constexpr (kCount == 7) {
    auto& [a, b, c, d, e, f, g] = part;
    return std::tie(a, b, c, d, e, f, g);
  } else if constexpr (kCount == 8) {
    auto& [a, b, c, d, e, f, g, h] = part;
    return std::tie(a, b, c, d, e, f, g, h);
  } else if constexpr (kCount == 9) {
    auto& [a, b, c, d, e, f, g, h, i] = part;
    return std::tie(a, b, c, d, e, f, g, h, i);
  } else if constexpr (kCount == 10) {
    auto& [a, b, c, d, e, f, g, h, i, j] = part;
    return std::tie(a, b, c, d, e, f, g, h, i, j);
  } else if constexpr (kCount == 12) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l] = part;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l);
  } else if constexpr (kCount == 16) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = part;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
  } else {
    static_assert(kCount == 33, "a number of members that no other part has: add it here");
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, bb, cc, dd, ee,
           ff, gg] = part;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, bb, cc,
                    dd, ee, ff, gg);
  }
}

// Enumerations whose every value up to the last one is meant. Ids are numbers.
template <class T>
inline constexpr T kLast{};
template <>
inline constexpr auto kLast<impl::Mode> = impl::Mode::kRedo;
template <>
inline constexpr auto kLast<impl::Status> = impl::Status::kRemoved;
template <>
inline constexpr auto kLast<impl::ErrorCode> = impl::ErrorCode::kErrWritePathClosed;
template <>
inline constexpr auto kLast<impl::ScheduleAction> = impl::ScheduleAction::kRemove;
template <>
inline constexpr auto kLast<impl::OperatorType> = impl::OperatorType::kMerge;
template <>
inline constexpr auto kLast<impl::BarrierAction> = impl::BarrierAction::kPass;
template <>
inline constexpr auto kLast<impl::FenceHolder> = impl::FenceHolder::kSchedule;
template <>
inline constexpr auto kLast<impl::ErrorReport> = impl::ErrorReport::kTold;
template <>
inline constexpr auto kLast<impl::ScheduleStep> = impl::ScheduleStep::kDeleteEntry;
template <>
inline constexpr auto kLast<impl::CleanUpStep> = impl::CleanUpStep::kEnqueueReport;
template <>
inline constexpr auto kLast<impl::OrchestratorStep> = impl::OrchestratorStep::kClose;
template <>
inline constexpr auto kLast<spec::Phase> = spec::Phase::kDead;
template <>
inline constexpr auto kLast<spec::Belief> = spec::Belief::kMoving;

template <class T>
concept Id = std::same_as<T, impl::NodeId> || std::same_as<T, impl::DispatcherId>;
template <class T>
concept Enumeration = std::is_enum_v<T> && !Id<T>;
template <class T>
concept Number = std::integral<T> && !std::same_as<T, bool>;

}  // namespace takeover::parts
