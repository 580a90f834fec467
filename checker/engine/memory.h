// The resident memory of this process, in bytes; 0 where the system does not tell.
#pragma once

#include <cstdint>
#include <fstream>

#include <unistd.h>

namespace takeover::engine {

[[nodiscard]] inline std::uint64_t resident_memory() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace takeover::engine
