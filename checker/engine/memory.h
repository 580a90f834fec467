// The memory of this process and of the machine, in bytes; 0, or no limit, where the system does not tell.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>

namespace takeover::engine {

// What is resident. Takes some microseconds.
[[nodiscard]] inline std::uint64_t resident_memory() {
  std::array<char, 128> text{};
  const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  const auto size = read(file, text.data(), text.size() - 1);
  close(file);
  if (size <= 0) return 0;
  char* end = nullptr;
  std::strtoull(text.data(), &end, 10);  // the whole address space
  return std::strtoull(end, nullptr, 10) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

// What this process could have in all before the kernel would kill somebody: what is free, what it has
// already, and not more than its control group allows.
[[nodiscard]] inline std::uint64_t attainable_memory() {
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
  std::ifstream meminfo("/proc/meminfo");
  for (std::string name; meminfo >> name;) {
    std::uint64_t kib = 0;
    if (name == "MemAvailable:" && meminfo >> kib) limit = kib * 1024 + resident_memory();
  }
  for (const char* path : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::uint64_t most = 0;
    if (std::ifstream(path) >> most) limit = std::min(limit, most);
  }
  return limit;
}

}  // namespace takeover::engine
