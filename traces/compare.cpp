#include "traces/compare.h"

#include <fmt/format.h>

#include <set>
#include <vector>

namespace takeover::traces {
namespace {

const std::string kNoKey;

std::string shown(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Messages that a step sends, and what has no order by its type.
bool is_unordered(const std::string& key) {
  return key == "sent" || spec::is_unordered(key);
}

std::string ids_of(const Json& object) {
  std::string ids;
  for (const auto& member : object.items()) ids += (ids.empty() ? "" : ", ") + member.key();
  return fmt::format("{{{}}}", ids);
}

std::optional<Mismatch> below(const std::string& token, std::optional<Mismatch> mismatch) {
  if (mismatch) mismatch->pointer.insert(0, token);
  return mismatch;
}

std::optional<Mismatch> compare_objects(const Json& expected, const Json& actual, const std::string& key) {
  if (spec::is_keyed(key)) {
    std::set<std::string> wanted;
    std::set<std::string> here;
    for (const auto& member : expected.items()) wanted.insert(member.key());
    for (const auto& member : actual.items()) here.insert(member.key());
    if (wanted != here) return Mismatch{"", fmt::format("exactly {}", ids_of(expected)), ids_of(actual)};
  }
  for (const auto& [name, value] : expected.items()) {
    const auto it = actual.find(name);
    // A stream in which nothing waits is not written.
    static const Json kNothing = Json::array();
    const Json& counterpart = it != actual.end() ? *it : kNothing;
    if (it == actual.end() && !value.is_array()) {
      return Mismatch{spec::pointer_token(name), shown(value), "it is not there"};
    }
    // Ids and node names are free text: one that reads like a key has none of its meaning.
    const std::string& meaning = spec::is_keyed(key) || key == "nodes" ? kNoKey : name;
    if (auto mismatch = below(spec::pointer_token(name), compare(value, counterpart, meaning)))
      return mismatch;
  }
  return std::nullopt;
}

// Pairs every expected element with an actual one of its own: partial expectations may fit several, so that
// pairing the first that fits could leave none for another. Augmenting paths find a pairing whenever there is
// one.
class Matching {
 public:
  Matching(const Json& expected, const Json& actual)
      : fits_(expected.size()), partner_(actual.size(), kFree) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      for (std::size_t j = 0; j < actual.size(); ++j) {
        if (!compare(expected[i], actual[j], kNoKey)) fits_[i].push_back(j);
      }
    }
  }

  // The first expected element that has no partner left, if any.
  std::optional<std::size_t> unmatched() {
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < fits_.size(); ++i) {
      std::vector<bool> visited(partner_.size(), false);
      if (!find_partner(i, visited) && !first) first = i;
    }
    return first;
  }

  // An actual element that no one has been paired with.
  [[nodiscard]] std::vector<std::size_t> left_over() const {
    std::vector<std::size_t> indices;
    for (std::size_t j = 0; j < partner_.size(); ++j) {
      if (partner_[j] == kFree) indices.push_back(j);
    }
    return indices;
  }

 private:
  static constexpr std::size_t kFree = static_cast<std::size_t>(-1);

  bool find_partner(std::size_t i, std::vector<bool>& visited) {
    for (const std::size_t j : fits_[i]) {
      if (visited[j]) continue;
      visited[j] = true;
      if (partner_[j] == kFree || find_partner(partner_[j], visited)) {
        partner_[j] = i;
        return true;
      }
    }
    return false;
  }

  std::vector<std::vector<std::size_t>> fits_;
  std::vector<std::size_t> partner_;
};

std::optional<Mismatch> compare_unordered(const Json& expected, const Json& actual) {
  Matching matching(expected, actual);
  const auto unmatched = matching.unmatched();
  if (!unmatched) return std::nullopt;
  const std::string token = fmt::format("/{}", *unmatched);
  const auto left_over = matching.left_over();
  if (left_over.size() == 1)
    return below(token, compare(expected[*unmatched], actual[left_over.front()], kNoKey));
  Json rest = Json::array();
  for (const std::size_t j : left_over) rest.push_back(actual[j]);
  return Mismatch{token, shown(expected[*unmatched]), fmt::format("none such among {}", shown(rest))};
}

std::optional<Mismatch> compare_arrays(const Json& expected, const Json& actual, const std::string& key) {
  if (expected.size() != actual.size()) {
    return Mismatch{"", fmt::format("{} elements: {}", expected.size(), shown(expected)),
                    fmt::format("{} elements: {}", actual.size(), shown(actual))};
  }
  // Few elements, or the order says who belongs to whom; a large unordered array is tried in order first.
  std::optional<Mismatch> mismatch;
  for (std::size_t i = 0; i < expected.size() && !mismatch; ++i) {
    mismatch = below(fmt::format("/{}", i), compare(expected[i], actual[i], kNoKey));
  }
  if (!mismatch || !is_unordered(key)) return mismatch;
  // Pairing is quadratic; beyond this size the order has to be that of the recording.
  static constexpr std::size_t kMaxPaired = 1000;
  if (expected.size() > kMaxPaired) return mismatch;
  return compare_unordered(expected, actual);
}

}  // namespace

std::optional<Mismatch> compare(const Json& expected, const Json& actual, const std::string& key) {
  if (expected.is_object() && actual.is_object()) return compare_objects(expected, actual, key);
  if (expected.is_array() && actual.is_array()) return compare_arrays(expected, actual, key);
  if (key == "span" && expected.is_string() && actual.is_string()) {
    // "table-1[-2147483648,2147483647)" is all of table-1.
    if (impl::span_named(expected.get<std::string>()) == impl::span_named(actual.get<std::string>())) {
      return std::nullopt;
    }
  }
  if (expected == actual) return std::nullopt;
  return Mismatch{"", shown(expected), shown(actual)};
}

}  // namespace takeover::traces
