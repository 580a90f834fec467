// The resident memory of this process, in bytes; 0 where the system does not tell.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <fstream>

namespace takeover::engine {

[[nodiscard]] inline std::uint64_t resident_memory() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace takeover::engine
