// What every part of this library says of JSON by its short name.
#pragma once

#include "spec/json/values.h"

namespace takeover::traces {

using spec::InputError;
using spec::Json;
using spec::Result;

}  // namespace takeover::traces
