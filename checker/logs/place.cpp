#include "checker/logs/place.h"

#include <algorithm>

#include "checker/model/encode.h"

namespace takeover::logs {
namespace {

auto find_owed(auto& owed, std::uint32_t track) {
  return std::find_if(owed.begin(), owed.end(), [&](const Owed& each) { return each.track >= track; });
}

}  // namespace

std::uint32_t Place::owes(std::uint32_t track) const {
  const auto it = find_owed(owed, track);
  return it != owed.end() && it->track == track ? it->count : 0;
}

void Place::owe(std::uint32_t track) {
  const auto it = find_owed(owed, track);
  if (it != owed.end() && it->track == track) {
    ++it->count;
  } else {
    owed.insert(it, {track, 1});
  }
}

void Place::write_owed(std::uint32_t track) {
  const auto it = find_owed(owed, track);
  if (--it->count == 0) owed.erase(it);
}

void encode(const Place& place, engine::Encoder& out) {
  out.varint(place.at);
  out.varint(place.owed.size());
  for (const Owed& each : place.owed) {
    out.varint(each.track);
    out.varint(each.count);
  }
  out.varint(place.arriving.size());
  for (const std::uint32_t line : place.arriving) out.varint(line);
  for (std::size_t i = 0; i * 64 < spec::kPropertyCount; ++i) {
    out.varint(spec::word_of(place.violated, i));
    out.varint(spec::word_of(place.met, i));
  }
  model::WorldEncoder encoder(out);
  encoder.put(place.node);
  encoder.put(place.past);
}

}  // namespace takeover::logs
