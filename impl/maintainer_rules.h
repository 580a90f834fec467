// The rules of maintainers and their manager that can be taken out by name, as those of a node can
// (impl/guards.h). Taking one out re-creates a mistake that TiCDC had. All that is said of a guard is its
// row.
//
// They are an enumeration of their own: what is said of a Guard besides (a property that falls without it,
// its recorded run, the relation) needs a check of maintainers.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "impl/guards.h"
#include "impl/named.h"

namespace takeover::impl {

enum class MaintainerGuard : std::uint8_t {
  kAddAfterStopped,
  kAddStrictlyNewer,
  kCleanupByIdentity,
  kResponseEpoch,
  kCloseResponseRemoving,
  kAckEchoesEpoch,
  kRemoveBeforeBootstrap,
  kRemovingQuiescesHealing,
  kRemovingQuiescesNodes,
  kRemovingQuiescesBarrier,
  kRemovingQuiescesResends,
  kRemovingQuiescesOperators,
  kNoFinishAfterRemove,
  kResponsesKept,
  kRestoreCreateChecksSchema,
  kRestoreRemovePhase,
  kCount
};
inline constexpr std::size_t kMaintainerGuardCount = static_cast<std::size_t>(MaintainerGuard::kCount);

struct MaintainerGuardInfo {
  MaintainerGuard guard;
  std::string_view name;  // as on the command line
  GuardInfo::Origin origin;
  std::string_view rule;
  std::string_view mistake;  // what goes wrong when it is taken out
};

inline constexpr std::array<MaintainerGuardInfo, kMaintainerGuardCount> kMaintainerGuards{{
    {MaintainerGuard::kAddAfterStopped, "add-after-stopped", detail::k5435,
     "a node takes a newer maintainer only after its old one has fully stopped",
     "the old one is cancelled while its trigger is still here"},
    {MaintainerGuard::kAddStrictlyNewer, "add-strictly-newer", detail::k5435,
     "a stopped maintainer gives way only to one of a strictly higher epoch",
     "a delayed Add revives an old owner"},
    {MaintainerGuard::kCleanupByIdentity, "cleanup-by-identity", detail::before("#5182"),
     "clean-up of a stopped maintainer takes out that one, not its successor",
     "the new maintainer is deleted"},
    {MaintainerGuard::kResponseEpoch, "response-epoch", detail::k5435,
     "a maintainer drops responses of another epoch", "an old response completes the new bootstrap"},
    {MaintainerGuard::kCloseResponseRemoving, "close-response-removing", detail::before("#5182"),
     "a close response counts only while removing", "a late one marks a node closed that is not"},
    {MaintainerGuard::kAckEchoesEpoch, "ack-echoes-epoch", detail::before("#5182"),
     "\"no such maintainer\" is answered with the request's epoch", "epoch 0 completes a later operator"},
    {MaintainerGuard::kRemoveBeforeBootstrap, "remove-before-bootstrap", detail::before("#4114"),
     "a Remove that does not cascade is ignored before bootstrap",
     "the maintainer never bootstraps, and the move never ends"},
    {MaintainerGuard::kRemovingQuiescesHealing, "removing-quiesces-healing", detail::before("#4828"),
     "a removing maintainer heals nothing by itself",
     "it removes dispatchers that the new owner placed, and marks tasks absent"},
    {MaintainerGuard::kRemovingQuiescesNodes, "removing-quiesces-nodes", detail::before("#4828"),
     "a removing maintainer does not look at nodes that come and go",
     "it bootstraps nodes under the epoch that is about to end"},
    {MaintainerGuard::kRemovingQuiescesBarrier, "removing-quiesces-barrier", detail::before("#4828"),
     "a removing maintainer neither hears of DDLs nor says anything of them",
     "it has a DDL executed that is the new owner's to order"},
    {MaintainerGuard::kRemovingQuiescesResends, "removing-quiesces-resends", detail::before("#4828"),
     "a removing maintainer sends no Bootstrap and no PostBootstrap again",
     "a node that was closed is bootstrapped for the old owner"},
    {MaintainerGuard::kRemovingQuiescesOperators, "removing-quiesces-operators", detail::before("#4828"),
     "a removing maintainer lets no operator but its trigger's be added, told anything, or send",
     "it creates dispatchers beside the new owner's"},
    {MaintainerGuard::kNoFinishAfterRemove, "no-finish-after-remove", detail::before("#3222"),
     "bootstrap responses that come after the remove do not finish the bootstrap", "an internal failure"},
    {MaintainerGuard::kResponsesKept, "responses-kept", detail::before("#4518"),
     "bootstrap responses are kept until bootstrap succeeds",
     "after one failure the next try sees one node's answer only"},
    {MaintainerGuard::kRestoreCreateChecksSchema, "restore-create-checks-schema", detail::before("#4453"),
     "a Create for a table that the schema snapshot lacks is not restored", "a dropped table comes back"},
    {MaintainerGuard::kRestoreRemovePhase, "restore-remove-phase", detail::before("#3691"),
     "a restored Remove of a Move or Split ends with its span absent, to be scheduled anew",
     "the span is lost"},
}};
static_assert(is_indexed(kMaintainerGuards, &MaintainerGuardInfo::guard));

[[nodiscard]] constexpr const MaintainerGuardInfo& info(MaintainerGuard guard) {
  return kMaintainerGuards[static_cast<std::size_t>(guard)];
}
[[nodiscard]] constexpr std::string_view name_of(MaintainerGuard guard) {
  return guard < MaintainerGuard::kCount ? info(guard).name : kNoName;
}

// Which of them hold. By itself all do: that is TiCDC as merged.
struct MaintainerRules {
  std::bitset<kMaintainerGuardCount> guards = std::bitset<kMaintainerGuardCount>().set();

  [[nodiscard]] bool operator()(MaintainerGuard guard) const { return guards[index_of(guard)]; }
  void set(MaintainerGuard guard, bool on) { guards[index_of(guard)] = on; }
  friend bool operator==(const MaintainerRules&, const MaintainerRules&) = default;
};

}  // namespace takeover::impl
