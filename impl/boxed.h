// An optional value on the heap: for what is large and seldom there, so that it does not weigh on every
// state.
#pragma once

#include <cassert>
#include <memory>
#include <utility>

namespace takeover::impl {

template <class T>
class Boxed {
 public:
  Boxed() = default;
  Boxed(T value) : value_(std::make_unique<T>(std::move(value))) {}
  Boxed(const Boxed& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Boxed(Boxed&&) noexcept = default;
  Boxed& operator=(const Boxed& other) {
    if (this == &other) return *this;
    if (value_ && other.value_) {
      *value_ = *other.value_;  // in the same memory
    } else {
      value_ = other.value_ ? std::make_unique<T>(*other.value_) : nullptr;
    }
    return *this;
  }
  Boxed& operator=(Boxed&&) noexcept = default;
  Boxed& operator=(T value) {
    value_ = std::make_unique<T>(std::move(value));
    return *this;
  }
  ~Boxed() = default;

  [[nodiscard]] bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] T& operator*() {
    assert(has_value());
    return *value_;
  }
  [[nodiscard]] const T& operator*() const {
    assert(has_value());
    return *value_;
  }
  [[nodiscard]] T* operator->() {
    assert(has_value());
    return value_.get();
  }
  [[nodiscard]] const T* operator->() const {
    assert(has_value());
    return value_.get();
  }
  void reset() { value_.reset(); }

  friend bool operator==(const Boxed& a, const Boxed& b) {
    return a.has_value() == b.has_value() && (!a || *a == *b);
  }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace takeover::impl
