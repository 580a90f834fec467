// The states of one level, in chunks: what a worker takes at a time, and what is given back once it is
// expanded.
//
// What one worker has found stays together, and a worker first takes what it has found itself: neighbours
// have successors in common, which it need not look up again (Recent), and its cache may still have them.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

#include "checker/engine/encoder.h"

namespace takeover::engine {

template <class State>
class Frontier {
 public:
  struct Item {
    Item(State&& moved, const Fingerprint& mark) : state(std::move(moved)), key(mark) {}
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

  // Behind what was pushed or appended last.
  void push(State&& state, const Fingerprint& key) {
    if (chunks_.empty() || chunks_.back().size() == kChunk) add_chunk();
    chunks_.back().emplace_back(std::move(state), key);
  }

  // Fetches what is expanded soon after this item into the cache: states were written a level ago. Of large
  // states it is the next one, of small ones a line some states ahead.
  static void prefetch_after(const Chunk& chunk, std::size_t index) {
    const std::size_t ahead = index + std::max(std::size_t{1}, kAhead / sizeof(Item));
    if (ahead >= chunk.size()) return;
    const auto* bytes = reinterpret_cast<const std::byte*>(&chunk[ahead]);
    for (std::size_t i = 0; i < sizeof(Item); i += kLine) __builtin_prefetch(bytes + i);
  }

  // Takes over the chunks of another frontier, as a share of their own.
  void append(Frontier&& other) {
    shares_.emplace_back(chunks_.size());
    for (Chunk& chunk : other.chunks_) chunks_.push_back(std::move(chunk));
    shares_.back().end = chunks_.size();
    other.clear();
  }

  // The next chunk that nobody has taken, of this share as long as it has any, or an empty one. Safe to call
  // from several threads.
  [[nodiscard]] Chunk take(std::size_t share = 0) {
    for (std::size_t i = 0; i < shares_.size(); ++i) {
      Share& from = shares_[(share + i) % shares_.size()];
      const std::size_t index = from.next.fetch_add(1, std::memory_order_relaxed);
      if (index < from.end) return std::exchange(chunks_[index], {});
    }
    return {};
  }

  // An expanded chunk, whose memory is used again for a chunk to come.
  void recycle(Chunk&& chunk) {
    chunk.clear();
    if (spare_.size() < kSpare) spare_.push_back(std::move(chunk));
  }

  // Whether every chunk was taken.
  [[nodiscard]] bool exhausted() const {
    return std::ranges::all_of(shares_, [](const Share& share) { return share.next >= share.end; });
  }
  [[nodiscard]] std::size_t chunks() const { return chunks_.size(); }

  // States that nobody has taken. Not while somebody does.
  [[nodiscard]] std::size_t left() const {
    std::size_t left = 0;
    for_each_left([&](const Item&) { ++left; });
    return left;
  }
  void for_each_left(const auto& visit) const {
    for (const Share& share : shares_) {
      for (std::size_t i = share.next; i < share.end; ++i) {
        for (const Item& item : chunks_[i]) visit(item);
      }
    }
  }

  // Forgets everything; a frontier is filled anew after that.
  void clear() {
    chunks_.clear();
    shares_.clear();
  }

 private:
  static constexpr std::size_t kSpare = 16;
  static constexpr std::size_t kLine = 64;
  static constexpr std::size_t kAhead = 4 * kLine;

  struct alignas(kLine) Share {
    explicit Share(std::size_t begin) : next(begin), end(begin) {}
    std::atomic<std::size_t> next;  // the first chunk that nobody has taken; may lie behind the end
    std::size_t end;
  };

  void add_chunk() {
    if (shares_.empty()) shares_.emplace_back(0);
    ++shares_.back().end;
    if (spare_.empty()) {
      chunks_.emplace_back().reserve(kChunk);
    } else {
      chunks_.push_back(std::move(spare_.back()));
      spare_.pop_back();
    }
  }

  std::vector<Chunk> chunks_;
  std::vector<Chunk> spare_;
  std::deque<Share> shares_;
};

}  // namespace takeover::engine
