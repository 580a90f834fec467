#include "spec/json/names.h"

#include <limits>
#include <stdexcept>

namespace takeover::spec {

std::uint16_t Names::Kind::intern(std::string_view name) {
  const auto found = ids.find(name);
  if (found != ids.end()) return found->second;
  if (names.size() > std::numeric_limits<std::uint16_t>::max())
    throw std::length_error("too many different ids");
  const auto id = static_cast<std::uint16_t>(names.size());
  names.emplace_back(name);
  ids.emplace(name, id);
  return id;
}

impl::NodeId Names::node(std::string_view name) {
  return static_cast<impl::NodeId>(nodes_.intern(name));
}

impl::DispatcherId Names::dispatcher(std::string_view name) {
  return static_cast<impl::DispatcherId>(dispatchers_.intern(name));
}

const std::string& Names::of(impl::NodeId id) const {
  return nodes_.names.at(static_cast<std::size_t>(id));
}

const std::string& Names::of(impl::DispatcherId id) const {
  return dispatchers_.names.at(static_cast<std::size_t>(id));
}

}  // namespace takeover::spec
