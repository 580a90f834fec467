// A case that is forgotten does not compile, whether warnings are errors or not. Compiled by tests, never
// linked: as it stands it compiles; with FORGOTTEN a case is missing, with LEFT_TO_DEFAULT a default stands
// for it.
#include <cstdint>

namespace takeover::impl {

enum class Sample : std::uint8_t { kFirst, kSecond };

inline int number(Sample sample) {
  switch (sample) {
    case Sample::kFirst: return 1;
#if defined(LEFT_TO_DEFAULT)
    default: return 2;
#elif !defined(FORGOTTEN)
    case Sample::kSecond: return 2;
#endif
  }
  return 0;
}

}  // namespace takeover::impl
