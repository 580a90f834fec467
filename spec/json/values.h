// The implementation's values as JSON and back, with the keys that their fields have (impl/fields.h).
//
// Writing is whole: every member is there, "none" is null. Reading is lenient: an absent key leaves the
// default of the type, so that a person writes only what matters. What is written reads back as the same
// value, if whoever reads a node says whose state it is: that messages wait there says to whom they were
// sent.
//
//   spec::Names names;
//   impl::DispatcherOrchestrator node;
//   if (auto fault = spec::read_node(json, names, node)) ...   // after the document was validated
//   spec::Json whole = spec::write_node(node, names);
//
// A reader is given JSON that fits the schema; what the schema cannot say (a span's bounds, an id that must
// be there) it refuses. The pointer of such an error starts at the value, and it names no file.
//
// A message stands as {"type", "epoch", fields of its body}; one that waits as {"from", "message"}, one that
// was sent as {"to", "message"}.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "impl/dispatcher_orchestrator.h"
#include "impl/message.h"
#include "spec/json/json_input.h"
#include "spec/json/names.h"

namespace takeover::spec {

// ------------------------------------------------------------------------------------------------ writing

[[nodiscard]] Json write_message(const impl::Message& message, const Names& names);
[[nodiscard]] Json write_sent(const impl::Message& message, const Names& names);
[[nodiscard]] Json write_node(const impl::DispatcherOrchestrator& node, const Names& names);

// ------------------------------------------------------------------------------------------------ reading

// Type, epoch and body; the message's sender and receiver stay as they are.
[[nodiscard]] std::optional<InputError> read_message(const Json& json, Names& names, impl::Message& message);
// What must have been sent: it may leave out what does not matter.
[[nodiscard]] std::optional<InputError> read_sent(const Json& json, Names& names, impl::Message& message);
// A state to start from, or one that is expected: only the latter may leave out what a message or handler
// must have.
enum class Reading : std::uint8_t { kInitial, kExpected };
// A manager's trigger whose start ts is not given has that of the trigger's dispatcher, when that is listed.
// self: the node's id.
[[nodiscard]] std::optional<InputError> read_node(const Json& json, Names& names,
                                                  impl::DispatcherOrchestrator& node,
                                                  Reading reading = Reading::kInitial,
                                                  impl::NodeId self = impl::NodeId::kNone);

// ----------------------------------------------------------------------------------------- what they are
// like

// Definitions for a schema: name, name_or_null, number, small, span, mode, request (a message to a node, of
// any type), whole_request (with all that it must have), reply; and those besides in which a node and its
// paths are said, node and path.
[[nodiscard]] Json message_definitions();
[[nodiscard]] Json node_definitions();

// Whether the elements of what stands under the key, in a node or a message, may come in any order; or
// whether they stand under their ids.
[[nodiscard]] bool is_unordered(std::string_view key);
[[nodiscard]] bool is_keyed(std::string_view key);

// "orchestrator", or the message type of a stream.
[[nodiscard]] std::string_view name_in_json(impl::Path path);
[[nodiscard]] std::optional<impl::Path> path_in_json(std::string_view name);

}  // namespace takeover::spec
