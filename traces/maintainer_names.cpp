#include "traces/maintainer_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace takeover::traces {
namespace {

// "t7" and "d7", which a trigger and a table's dispatcher are called.
std::uint16_t number_of(std::string_view name) {
  std::uint16_t number = 0;
  if (name.size() < 2 || (name[0] != 'd' && name[0] != 't')) return 0;
  const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), number);
  return error == std::errc{} && end == name.data() + name.size() ? number : std::uint16_t{0};
}

bool is_node(std::string_view name) {
  return !name.empty() && (name[0] == 'M' || name[0] == 'N' || name[0] == 'C') && name.size() < 4;
}

struct Key {
  std::string_view name;
  std::int32_t key;
};
constexpr std::array kKeys{Key{"-inf", impl::Span::kMin}, Key{"g", 1}, Key{"p", 2},
                           Key{"+inf", impl::Span::kMax}};

std::int32_t key_named(std::string_view name) {
  const auto* const it =
      std::find_if(kKeys.begin(), kKeys.end(), [&](const Key& k) { return k.name == name; });
  if (it == kKeys.end()) throw std::invalid_argument("the key '" + std::string(name) + "'");
  return it->key;
}

std::string_view name_of_key(std::int32_t key) {
  return std::find_if(kKeys.begin(), kKeys.end(), [&](const Key& k) { return k.key == key; })->name;
}

}  // namespace

ScriptNames::ScriptNames(const ScriptJson& document) {
  collect(document.at("steps"));
  std::sort(nodes_.begin(), nodes_.end());
  nodes_.erase(std::unique(nodes_.begin(), nodes_.end()), nodes_.end());
}

void ScriptNames::collect(const ScriptJson& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (const std::uint16_t number = number_of(text)) dispatchers_[number] = text;
    if (is_node(text)) nodes_.push_back(text);
  }
  if (!value.is_structured()) return;
  for (const auto& [key, element] : value.items()) {
    if (value.is_object() && is_node(key)) nodes_.push_back(key);
    collect(element);
  }
}

impl::NodeId ScriptNames::node(std::string_view name) const {
  const auto it = std::lower_bound(nodes_.begin(), nodes_.end(), name);
  if (it == nodes_.end() || *it != name) throw std::invalid_argument("the node '" + std::string(name) + "'");
  return static_cast<impl::NodeId>(it - nodes_.begin());
}

impl::DispatcherId ScriptNames::dispatcher(std::string_view name) const {
  const std::uint16_t number = number_of(name);
  if (number == 0) throw std::invalid_argument("the dispatcher '" + std::string(name) + "'");
  return static_cast<impl::DispatcherId>(number);
}

std::string ScriptNames::of(impl::NodeId id) const {
  return nodes_.at(static_cast<std::size_t>(id));
}

std::string ScriptNames::of(impl::DispatcherId id) const {
  const auto it = dispatchers_.find(static_cast<std::uint16_t>(id));
  return it != dispatchers_.end() ? it->second : "one that the script does not have";
}

impl::Span ScriptNames::span(std::string_view text) {
  if (text == "ddl") return impl::kDdlSpan;
  const std::size_t open = text.find('[');
  const auto whole = impl::span_named(text.substr(0, open));
  if (!whole) throw std::invalid_argument("the span '" + std::string(text) + "'");
  if (open == std::string_view::npos) return *whole;
  const std::size_t comma = text.find(',', open);
  if (comma == std::string_view::npos || !text.ends_with(')')) {
    throw std::invalid_argument("the span '" + std::string(text) + "'");
  }
  return {.table = whole->table,
          .begin = key_named(text.substr(open + 1, comma - open - 1)),
          .end = key_named(text.substr(comma + 1, text.size() - comma - 2))};
}

std::string ScriptNames::of(const impl::Span& span) {
  if (span.is_whole()) return impl::to_string(span);
  return impl::to_string(impl::Span{.table = span.table}) + "[" + std::string(name_of_key(span.begin)) + "," +
         std::string(name_of_key(span.end)) + ")";
}

}  // namespace takeover::traces
