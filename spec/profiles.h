// Profiles: named sets of guards and variants. What each version of TiCDC did, and the reference.
#pragma once

#include <span>
#include <string_view>

#include "impl/guards.h"

namespace takeover::spec {

struct Profile {
  std::string_view name;
  std::string_view meaning;
  impl::Rules rules;
};

// pre-5434, pr-5434, pr-5435, pr-5436, reference; in that order.
[[nodiscard]] std::span<const Profile> all_profiles();
[[nodiscard]] const Profile* profile_named(std::string_view name);
inline constexpr std::string_view kDefaultProfile = "reference";

}  // namespace takeover::spec
