// In what a line and what the node would write or send differ, where both are of one kind. Internal to logs.
#pragma once

#include <string>

#include "checker/logs/emit.h"
#include "checker/logs/history.h"
#include "spec/json/names.h"

namespace takeover::logs {

// Whether both are one line of the table, or a message of one type to one node.
[[nodiscard]] bool is_of_its_kind(const Observed& line, const Emitted& emitted);
// "epoch 3 in place of 4", the line's behind; "" if they do not differ. Both are of one kind.
[[nodiscard]] std::string difference(const Observed& line, const Emitted& emitted, const spec::Names& names);

}  // namespace takeover::logs
