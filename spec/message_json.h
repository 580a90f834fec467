// Messages as JSON, with the field names of TiCDC's heartbeat.proto shortened. docs/trace-format.md lists them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "impl/message.h"
#include "spec/json_cursor.h"
#include "spec/names.h"

namespace takeover::spec {

// Every field, whatever its value.
[[nodiscard]] nlohmann::ordered_json to_json(const impl::Request& request, const Names& names);
[[nodiscard]] nlohmann::ordered_json to_json(const impl::ReplyBody& reply, const Names& names);
[[nodiscard]] nlohmann::ordered_json to_json(const impl::JournalEntry& entry, const Names& names);

// Absent fields take their defaults; throws Misfit.
[[nodiscard]] impl::Request read_request(const Cursor& message, impl::NodeId from, Names& names);
[[nodiscard]] impl::MaintainerBootstrapResponse read_response(const Cursor& message, Names& names);
[[nodiscard]] impl::JournalEntry read_journal_entry(const Cursor& entry, const std::string& id, Names& names);

// Pieces that other documents share.
[[nodiscard]] nlohmann::ordered_json id_or_null(impl::DispatcherId id, const Names& names);
[[nodiscard]] impl::DispatcherId id_at(const Cursor& object, std::string_view key, Names& names);
[[nodiscard]] impl::Span span_at(const Cursor& object, std::string_view key);
[[nodiscard]] impl::Mode mode_at(const Cursor& object, std::string_view key);
[[nodiscard]] impl::Status status_at(const Cursor& object, std::string_view key);

}  // namespace takeover::spec
