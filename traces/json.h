// The implementation's values as JSON and back, with the keys of trace.schema.json.
//
// Writing is whole: every member is there, "none" is null. Reading is lenient: an absent key leaves the
// default of the type, so that a person writes only what matters. What is written reads back as the same
// value.
//
//   spec::Names names;
//   impl::DispatcherOrchestrator node;
//   if (auto fault = traces::read_node(json, names, node)) ...   // after the document was validated
//   traces::Json whole = traces::write_node(node, names);
//
// A reader is given JSON that fits the schema; what the schema cannot say (a span's bounds, an id that must
// be there) it refuses by a Fault.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "impl/dispatcher_orchestrator.h"
#include "impl/message.h"
#include "impl/node.h"
#include "spec/json/json_input.h"
#include "spec/json/names.h"

namespace takeover::traces {

using Json = nlohmann::ordered_json;
using spec::InputError;
using spec::Result;

// What is wrong below a value: an InputError whose pointer starts at that value.
struct Fault {
  std::string pointer;
  std::string what;
  std::string expected;
};

// ------------------------------------------------------------------------------------------------ writing

// {"type", "epoch", fields}: without the sender.
[[nodiscard]] Json write_message(const impl::Request& request, const spec::Names& names);
[[nodiscard]] Json write_message(const impl::ReplyBody& body, const spec::Names& names);
// {"to", "message"}.
[[nodiscard]] Json write_reply(const impl::Reply& reply, const spec::Names& names);
[[nodiscard]] Json write_node(const impl::DispatcherOrchestrator& node, const spec::Names& names);

// ------------------------------------------------------------------------------------------------ reading

// Into `request`, whose sender stays as it is.
[[nodiscard]] std::optional<Fault> read_request(const Json& message, spec::Names& names,
                                                impl::Request& request);
[[nodiscard]] std::optional<Fault> read_reply(const Json& sent, spec::Names& names, impl::Reply& reply);
// A state to start from, or one that is expected: only the latter may leave out what a message or handler
// must have.
enum class Reading : std::uint8_t { kInitial, kExpected };
// A manager's trigger whose start ts is not given has that of the trigger's dispatcher, when that is listed.
[[nodiscard]] std::optional<Fault> read_node(const Json& json, spec::Names& names,
                                             impl::DispatcherOrchestrator& node,
                                             Reading reading = Reading::kInitial);

// "orchestrator", or the message type of a stream.
[[nodiscard]] std::string_view to_string(impl::Path path);
[[nodiscard]] std::optional<impl::Path> path_named(std::string_view name);

}  // namespace takeover::traces
