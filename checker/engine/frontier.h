// The states of one level, in chunks: what a worker takes at a time, and what is given back once it is
// expanded.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>
#include <vector>

#include "checker/engine/encoder.h"

namespace takeover::engine {

template <class State>
class Frontier {
 public:
  struct Item {
    State state;
    Fingerprint key;
  };
  using Chunk = std::vector<Item>;
  static constexpr std::size_t kChunk = 256;

  [[nodiscard]] bool empty() const { return chunks_.empty(); }
  [[nodiscard]] std::size_t size() const {
    std::size_t size = 0;
    for (const Chunk& chunk : chunks_) size += chunk.size();
    return size;
  }

  void push(State&& state, const Fingerprint& key) {
    if (chunks_.empty() || chunks_.back().size() == kChunk) chunks_.emplace_back().reserve(kChunk);
    chunks_.back().push_back({std::move(state), key});
  }

  // Takes over the chunks of another frontier.
  void append(Frontier&& other) {
    for (Chunk& chunk : other.chunks_) chunks_.push_back(std::move(chunk));
    other.chunks_.clear();
  }

  // The next chunk that nobody has taken, or an empty one. Safe to call from several threads.
  [[nodiscard]] Chunk take() {
    const std::size_t index = next_.fetch_add(1, std::memory_order_relaxed);
    return index < chunks_.size() ? std::exchange(chunks_[index], {}) : Chunk{};
  }

  // Whether every chunk was taken.
  [[nodiscard]] bool exhausted() const { return next_ >= chunks_.size(); }
  [[nodiscard]] std::size_t chunks() const { return chunks_.size(); }

  // Forgets everything; a frontier is filled anew after that.
  void clear() {
    chunks_.clear();
    next_ = 0;
  }

 private:
  std::vector<Chunk> chunks_;
  std::atomic<std::size_t> next_ = 0;
};

}  // namespace takeover::engine
