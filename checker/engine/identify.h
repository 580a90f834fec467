// From a state to its key: by its fingerprint, or in the exact store by its parts as well.
//
// A model writes a state's bytes (encode), or, if a state is a fixed number of words, returns them (words):
// then there is no buffer in between.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "checker/engine/checkpoint.h"
#include "checker/engine/encoder.h"
#include "checker/engine/entry.h"
#include "checker/engine/interner.h"
#include "checker/engine/model.h"

namespace takeover::engine {

// What one worker needs to identify states.
struct IdentityScratch {
  Encoder encoder{};
  std::vector<std::uint32_t> numbers{};
};

struct Identified {
  Fingerprint fingerprint;
  std::uint64_t low = 0;  // of the key
  [[nodiscard]] Key key() const { return key_of(fingerprint, low); }
};

// Safe to use from several threads, each with a scratch of its own.
template <Model M>
class Identify {
 public:
  Identify(const M& model, bool exact, bool symmetry = false)
      : model_(model), interner_(exact ? std::make_unique<Interner>() : nullptr), symmetry_(symmetry) {}

  // Makes the state the representative of those that are the same up to symmetry, if there is any.
  void represent(typename M::State& state) const {
    if constexpr (SymmetricModel<M>) {
      if (symmetry_) model_.canonicalize(state);
    }
  }
  // Of a state that stays as it is.
  [[nodiscard]] Identified of_class(const typename M::State& state, IdentityScratch& scratch) const {
    if (!symmetry_) return (*this)(state, scratch);
    typename M::State representative = state;
    represent(representative);
    return (*this)(representative, scratch);
  }

  [[nodiscard]] Identified operator()(const typename M::State& state, IdentityScratch& scratch) const {
    if constexpr (FixedEncoding<M>) {
      const auto words = model_.words(state);
      const Fingerprint mark = fingerprint(words);
      if (interner_) return {mark, exact_low(words, scratch)};
      return {mark, key_of(mark).low};
    } else {
      Encoder& encoder = scratch.encoder;
      encoder.clear(exact());
      model_.encode(state, encoder);
      const Fingerprint mark = fingerprint(encoder.bytes());
      if (interner_) return {mark, exact_low(encoder, scratch)};
      return {mark, key_of(mark).low};
    }
  }

  // Of a state whose fingerprint is known.
  [[nodiscard]] Identified again(const typename M::State& state, const Fingerprint& mark,
                                 IdentityScratch& scratch) const {
    if (interner_) return (*this)(state, scratch);
    return {mark, key_of(mark).low};
  }

  // The fingerprint alone.
  [[nodiscard]] Fingerprint mark(const typename M::State& state, IdentityScratch& scratch) const {
    if constexpr (FixedEncoding<M>) {
      return fingerprint(model_.words(state));
    } else {
      scratch.encoder.clear(false);
      model_.encode(state, scratch.encoder);
      return fingerprint(scratch.encoder.bytes());
    }
  }

  void save(CheckpointWriter& out) const {
    if (interner_) interner_->save(out);
  }
  void load(CheckpointReader& in) {
    if (interner_) interner_->load(in);
  }

  [[nodiscard]] bool exact() const { return interner_ != nullptr; }
  // Of what is kept besides the table.
  [[nodiscard]] std::size_t bytes() const { return interner_ ? interner_->bytes() : 0; }

 private:
  // Apart, so that the fast way stays short.
  [[nodiscard]] [[gnu::noinline]] std::uint64_t exact_low(const auto& encoding,
                                                          IdentityScratch& scratch) const {
    return interner_->identity(encoding, scratch.numbers);
  }

  const M& model_;
  std::unique_ptr<Interner> interner_;
  bool symmetry_;
};

}  // namespace takeover::engine
