// What a step writes, in the names that a log has for it.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "checker/logs/facts.h"
#include "spec/json/names.h"

namespace takeover::logs {

// A step's facts, its names being those of the log.
class Renamed {
 public:
  Renamed(const spec::Names& from, spec::Names& to, std::map<std::string, std::string> spellings)
      : from_(from), to_(to), spellings_(std::move(spellings)) {}

  [[nodiscard]] Facts facts(Facts facts) const {
    for (auto* id : {&facts.id, &facts.trigger_here, &facts.trigger_asked}) {
      if (*id) *id = dispatcher(**id);
    }
    for (auto* node : {&facts.from, &facts.owner}) {
      if (*node) *node = to_.node(from_.of(**node));
    }
    return facts;
  }

 private:
  [[nodiscard]] impl::DispatcherId dispatcher(impl::DispatcherId id) const {
    if (id == impl::DispatcherId::kNone) return id;
    const auto found = spellings_.find(from_.of(id));
    return to_.dispatcher(found == spellings_.end() ? from_.of(id) : found->second);
  }

  const spec::Names& from_;
  spec::Names& to_;
  std::map<std::string, std::string> spellings_;
};

}  // namespace takeover::logs
