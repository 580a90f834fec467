// Nothing of a world is left out of its encoding: what tells two worlds apart tells their bytes apart.
//
// There is no exception. What is meant to be one state is made one before it is encoded (lists are kept in
// order, history only where a property needs it, a renamed world is replaced by its representative): the
// encoding itself tells apart whatever `==` does.
#include <algorithm>
#include <catch2/catch.hpp>
#include <span>
#include <string>
#include <vector>

#include "checker/model/decode.h"
#include "checker/model/encode.h"
#include "tests/spec/world/random_world.h"

using namespace takeover;

namespace {

// Holds what is changed in a world against the world as it was.
class Held {
 public:
  explicit Held(spec::World& world) : world_(world), was_(world) {
    model::WorldEncoder(encoder_).put(world_);
    bytes_.assign(encoder_.bytes().begin(), encoder_.bytes().end());
    if (!(model::WorldDecoder(bytes_).world() == world_)) FAIL("is read back as another world");
  }

  void operator()(const std::string& where) {
    ++changes_;
    if (world_ == was_) FAIL(where + ": is not compared");
    encoder_.clear();
    model::WorldEncoder(encoder_).put(world_);
    const auto bytes = encoder_.bytes();
    if (std::ranges::equal(bytes, bytes_)) FAIL(where + ": is not encoded");
    if (engine::fingerprint(bytes) == engine::fingerprint(bytes_)) FAIL(where + ": has the same fingerprint");
    if (!(model::WorldDecoder(bytes).world() == world_)) FAIL(where + ": is read back as another world");
  }

  [[nodiscard]] std::size_t changes() const { return changes_; }
  [[nodiscard]] bool is_as_it_was() const { return world_ == was_; }

 private:
  spec::World& world_;
  spec::World was_;
  engine::Encoder encoder_{};
  std::vector<std::uint8_t> bytes_{};
  std::size_t changes_ = 0;
};

}  // namespace

TEST_CASE("whatever is changed in a world, however little, changes its bytes, and is read back") {
  std::size_t changes = 0;
  for (std::uint32_t seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    parts::Random random(seed);
    spec::World world;
    if (seed > 1) random.fill(world);  // the first one is as empty as it can be
    Held held(world);
    parts::Changes(random, held).in(world, "world");
    REQUIRE(held.is_as_it_was());
    changes += held.changes();
  }
  CHECK(changes > 100 * 500);  // that worlds are not empty
}

TEST_CASE("a world is encoded in one way only, whatever the buffer held before") {
  engine::Encoder used;
  for (std::uint32_t seed = 1; seed <= 100; ++seed) {
    spec::World world;
    parts::Random(seed).fill(world);
    const spec::World copy = world;
    engine::Encoder fresh;
    model::WorldEncoder(fresh).put(world);
    used.clear();
    model::WorldEncoder(used).put(copy);
    CHECK(std::ranges::equal(used.bytes(), fresh.bytes()));
  }
}
