// The names in a script of maintainers, as ids whose order is that in which the recorder went through maps:
// nodes by name, dispatchers by the number in their name. Internal to traces.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "impl/ids.h"
#include "traces/maintainer_script.h"

namespace takeover::traces {

class ScriptNames {
 public:
  explicit ScriptNames(const ScriptJson& document);

  [[nodiscard]] impl::NodeId node(std::string_view name) const;
  [[nodiscard]] impl::DispatcherId dispatcher(std::string_view name) const;
  [[nodiscard]] std::string of(impl::NodeId id) const;
  [[nodiscard]] std::string of(impl::DispatcherId id) const;
  // "ddl", "table-3", or a piece between two of the keys g and p.
  [[nodiscard]] static impl::Span span(std::string_view text);
  [[nodiscard]] static std::string of(const impl::Span& span);

 private:
  void collect(const ScriptJson& value);

  std::vector<std::string> nodes_{""};
  std::map<std::uint16_t, std::string> dispatchers_{};
};

}  // namespace takeover::traces
