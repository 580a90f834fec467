#include "checker/logs/window_model.h"

#include <algorithm>
#include <string>
#include <utility>

namespace takeover::logs {

static_assert(engine::Model<WindowModel>);

std::string bytes_of(const Place& place) {
  engine::Encoder encoder;
  encode(place, encoder);
  const auto bytes = encoder.bytes();
  return {bytes.begin(), bytes.end()};
}

void Collector::add(const Place& place, const std::string& bytes, std::uint32_t cost) {
  if (place.at < end_) {
    if (out_.empty()) add_farthest(place, cost);
    return;
  }
  farthest_.clear();
  if (is_full()) return;
  const auto [it, is_first] = places_.try_emplace(bytes, out_.size());
  if (is_first) {
    out_.push_back({place, cost});
  } else if (cost < out_[it->second].cost) {
    out_[it->second].cost = cost;
  }
}

void Collector::add_farthest(const Place& place, std::uint32_t cost) {
  constexpr std::size_t kEnoughToTell = 1'000;
  if (!farthest_.empty() && place.at < farthest_.front().place.at) return;
  if (!farthest_.empty() && place.at > farthest_.front().place.at) farthest_.clear();
  if (farthest_.size() < kEnoughToTell) {
    farthest_.push_back({place, cost});
  } else if (cost < farthest_.back().cost) {
    farthest_.back() = {place, cost};
  }
}

const std::vector<std::string>& WindowModel::action_kinds() const {
  static const std::vector<std::string> kKinds{"seen", "unseen"};
  return kKinds;
}
const std::vector<std::string>& WindowModel::properties() const {
  static const std::vector<std::string> kProperties{"reached"};
  return kProperties;
}
const std::vector<std::string>& WindowModel::witnesses() const {
  static const std::vector<std::string> kNone;
  return kNone;
}

bool WindowModel::is_reached(const Place& place, std::uint32_t cost) const {
  const auto it = least_costs_.find(bytes_of(place));
  return it != least_costs_.end() && it->second <= cost;
}

void WindowModel::judge_state(const State& state, engine::Judgement& judgement) const {
  std::string bytes = bytes_of(state.place);
  if (collector_ != nullptr) collector_->add(state.place, bytes, state.cost);
  if (state.cost == target_cost_ && bytes == target_) judgement.violated = engine::bit(0);
  const auto [it, is_first] = least_costs_.try_emplace(std::move(bytes), state.cost);
  if (!is_first) it->second = std::min(it->second, state.cost);
}

}  // namespace takeover::logs
