// Which lemmas stand, given what is known of each obligation.
#include <algorithm>
#include <vector>

#include "spec/smt/prove.h"

namespace takeover::smt {
namespace {

class Settling {
 public:
  Settling(std::vector<Obligation>& obligations, std::size_t columns, const Settle& settle)
      : obligations_(obligations), settle_(settle), stands_(obligations.size() / columns, true) {}

  std::size_t run() {
    settle(std::vector<bool>(obligations_.size(), true));
    // While unknown lemmas are given, too, a counterexample is one whatever they turn out to be.
    while (drop(Verdict::kRefuted)) settle(due());
    // From here on only what is proved is given, and what is found does not refute any more.
    while (drop(Verdict::kUnknown)) lean_on_less();
    for (Obligation& each : obligations_) {
      if (each.verdict == Verdict::kProved && leans_on_fallen(each)) leave_open(each);
    }
    return rounds_;
  }

 private:
  void settle(const std::vector<bool>& due) {
    if (std::ranges::find(due, true) == due.end()) return;
    ++rounds_;
    settle_(due, stands_);
  }

  // Lemmas that stand and have such an obligation stand no more. Whether there is one.
  bool drop(Verdict verdict) {
    bool some = false;
    for (const Obligation& each : obligations_) {
      if (each.verdict != verdict || !stands_[each.lemma]) continue;
      stands_[each.lemma] = false;
      some = true;
    }
    return some;
  }

  // A lemma's own hypothesis is fair, whatever becomes of the lemma.
  [[nodiscard]] bool leans_on_fallen(const Obligation& obligation) const {
    return std::ranges::any_of(obligation.used,
                               [&](std::size_t used) { return !stands_[used] && used != obligation.lemma; });
  }

  // The proofs that leant on what fell. A lemma that fell itself needs no more proof.
  [[nodiscard]] std::vector<bool> due() const {
    std::vector<bool> due(obligations_.size());
    for (std::size_t i = 0; i < due.size(); ++i) {
      const Obligation& each = obligations_[i];
      due[i] = each.verdict == Verdict::kProved && stands_[each.lemma] && leans_on_fallen(each);
    }
    return due;
  }

  void leave_open(Obligation& obligation) const {
    obligation.verdict = Verdict::kUnknown;
    obligation.needs.clear();
    for (const std::size_t used : obligation.used) {
      if (!stands_[used] && used != obligation.lemma) obligation.needs.push_back(used);
    }
    std::ranges::sort(obligation.needs);
  }

  // A counterexample that breaks an unknown lemma refutes nothing: it says that the proof needs the lemma.
  void lean_on_less() {
    const std::vector<bool> again = due();
    std::vector<Obligation> open = obligations_;
    for (std::size_t i = 0; i < again.size(); ++i) {
      if (again[i]) leave_open(open[i]);
    }
    settle(again);
    for (std::size_t i = 0; i < again.size(); ++i) {
      Obligation& each = obligations_[i];
      if (!again[i] || each.verdict == Verdict::kProved) continue;
      each.verdict = Verdict::kUnknown;
      each.needs = open[i].needs;
      each.used.clear();
      each.counterexample.clear();
    }
  }

  std::vector<Obligation>& obligations_;
  const Settle& settle_;
  std::vector<bool> stands_;
  std::size_t rounds_ = 0;
};

}  // namespace

std::size_t settle_all(std::vector<Obligation>& obligations, std::size_t columns, const Settle& settle) {
  return Settling(obligations, columns, settle).run();
}

}  // namespace takeover::smt
