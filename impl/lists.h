// Lists, whose types say what their order means. All are inline up to N elements and on the heap beyond:
// nothing that is fed in is too large.
//
// clang-format off
//   SmallVector<T, N>           a sequence: its order is its meaning
//   Fifo<T, N>                  a queue: in the order of arrival
//   Queues<T, N, &T::a, ...>    queues side by side: sorted by the members, in the order of arrival among equals
//   Bag<T, N>                   kept as it came; its order means nothing to who reads it
//   Sorted<T, N, &T::a, ...>    sorted by the members (without any: by the elements), no two alike
// clang-format on
//
// Who changes elements in place so that their order may be another (a renaming) calls resort().
#pragma once

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <initializer_list>
#include <tuple>
#include <utility>

namespace takeover::impl {

// Most lists of a state are empty whenever it is copied or moved, which is a fifth of what checking costs: of
// these nothing is done.
template <class T, std::size_t N>
class SmallVector : public boost::container::small_vector<T, N> {
  using Base = boost::container::small_vector<T, N>;

 public:
  using Base::Base;
  SmallVector() = default;
  SmallVector(const SmallVector& other) : Base() {
    if (!other.empty()) Base::operator=(other);
  }
  SmallVector(SmallVector&& other) noexcept : Base() {
    if (!other.empty()) Base::operator=(std::move(other));
  }
  SmallVector& operator=(const SmallVector& other) {
    if (!(this->empty() && other.empty())) Base::operator=(other);
    return *this;
  }
  SmallVector& operator=(SmallVector&& other) noexcept {
    if (!(this->empty() && other.empty())) Base::operator=(std::move(other));
    return *this;
  }
  ~SmallVector() = default;
};

template <class T, std::size_t N>
class Fifo : public SmallVector<T, N> {
 public:
  using SmallVector<T, N>::SmallVector;
  void push(T value) { this->push_back(std::move(value)); }
  T pop() {
    T first = std::move(this->front());
    this->erase(this->begin());
    return first;
  }
};

template <class T, std::size_t N>
class Bag : public SmallVector<T, N> {
 public:
  using SmallVector<T, N>::SmallVector;
};

namespace detail {
template <class T, auto... Members>
struct KeyOf {
  static constexpr auto of(const T& element) { return std::tie(element.*Members...); }
};
template <class T>
struct KeyOf<T> {
  static constexpr auto of(const T& element) { return std::tie(element); }
};
}  // namespace detail

template <class T, std::size_t N, auto... Members>
class Queues : public SmallVector<T, N> {
  using Key = detail::KeyOf<T, Members...>;

 public:
  using SmallVector<T, N>::SmallVector;
  void push(T value) {
    const auto after = std::find_if(this->begin(), this->end(),
                                    [&](const T& other) { return Key::of(value) < Key::of(other); });
    this->insert(after, std::move(value));
  }
  void resort() {
    std::stable_sort(this->begin(), this->end(),
                     [](const T& a, const T& b) { return Key::of(a) < Key::of(b); });
  }
};

template <class T, std::size_t N, auto... Members>
class Sorted {
  using Key = detail::KeyOf<T, Members...>;

 public:
  using value_type = T;
  static constexpr std::size_t kMembers = sizeof...(Members);  // that sort it

  Sorted() = default;
  Sorted(std::initializer_list<T> values) {
    for (const T& value : values) insert(value);
  }

  [[nodiscard]] auto begin() const { return elements_.begin(); }
  [[nodiscard]] auto end() const { return elements_.end(); }
  // To change what is no key.
  [[nodiscard]] auto begin() { return elements_.begin(); }
  [[nodiscard]] auto end() { return elements_.end(); }
  [[nodiscard]] std::size_t size() const { return elements_.size(); }
  [[nodiscard]] bool empty() const { return elements_.empty(); }
  [[nodiscard]] const T& operator[](std::size_t index) const { return elements_[index]; }
  [[nodiscard]] T& operator[](std::size_t index) { return elements_[index]; }
  [[nodiscard]] const T& front() const { return elements_.front(); }
  [[nodiscard]] T& front() { return elements_.front(); }
  [[nodiscard]] const T& back() const { return elements_.back(); }

  // The element of a key, or null.
  template <class... Ks>
  [[nodiscard]] const T* find(const Ks&... key) const {
    return find_in(elements_, key...);
  }
  template <class... Ks>
  [[nodiscard]] T* find(const Ks&... key) {
    return find_in(elements_, key...);
  }
  template <class... Ks>
  [[nodiscard]] bool contains(const Ks&... key) const {
    return find(key...) != nullptr;
  }

  // In place of the one of its key, if there is one.
  void insert(T value) {
    const auto it = std::find_if(elements_.begin(), elements_.end(),
                                 [&](const T& other) { return Key::of(other) >= Key::of(value); });
    if (it != elements_.end() && Key::of(*it) == Key::of(value)) {
      *it = std::move(value);
    } else {
      elements_.insert(it, std::move(value));
    }
  }
  // The one of a key, if there is one; whether there was.
  template <class... Ks>
  bool erase(const Ks&... key) {
    const T* element = find(key...);
    if (element == nullptr) return false;
    elements_.erase(elements_.begin() + (element - elements_.data()));
    return true;
  }
  void clear() { elements_.clear(); }
  // Behind the last one: for who reads elements in the order in which they stood.
  T& append(T value) { return elements_.emplace_back(std::move(value)); }
  void resort() {
    std::sort(elements_.begin(), elements_.end(),
              [](const T& a, const T& b) { return Key::of(a) < Key::of(b); });
  }

  friend bool operator==(const Sorted&, const Sorted&) = default;

 private:
  template <class... Ks>
  static auto find_in(auto& elements, const Ks&... key) -> decltype(&elements.front()) {
    for (auto& element : elements) {
      if (Key::of(element) == std::tie(key...)) return &element;
    }
    return nullptr;
  }

  SmallVector<T, N> elements_{};
};

}  // namespace takeover::impl
