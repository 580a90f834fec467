// What the files of the auxiliary invariants share. Internal to spec/smt.
#pragma once

#include <cstdint>

#include "spec/smt/invariants.h"

namespace takeover::smt {

[[nodiscard]] Term at_step(const Scene& s, std::uint64_t place);
// Of the tracked owner.
[[nodiscard]] Term has_pending_bootstrap(const Scene& s);
[[nodiscard]] Term has_bootstrap_under_way(const Scene& s);

// ---- auxiliary_dispatchers.cpp ----

[[nodiscard]] Term batch_names_tables(const Scene& s);
[[nodiscard]] Term ids_keep_their_kind(const Scene& s);
[[nodiscard]] Term removal_has_a_cause(const Scene& s);
[[nodiscard]] Term request_is_met(const Scene& s);
[[nodiscard]] Term takeover_finds_its_trigger(const Scene& s);
[[nodiscard]] Term redo_is_named_where_enabled(const Scene& s);
[[nodiscard]] Term one_name_for_a_trigger(const Scene& s);
[[nodiscard]] Term agreed_with_what_was_found(const Scene& s);
[[nodiscard]] Term requested_removal_is_journalled(const Scene& s);
[[nodiscard]] Term owed_is_reported(const Scene& s);
[[nodiscard]] Term batch_is_counted(const Scene& s);
[[nodiscard]] Term tried_create_is_here(const Scene& s);
[[nodiscard]] Term entry_has_a_cause(const Scene& s);
[[nodiscard]] Term new_trigger_is_not_journalled(const Scene& s);
[[nodiscard]] Term batch_is_new(const Scene& s);
[[nodiscard]] Term stopped_is_gone(const Scene& s);
[[nodiscard]] Term redo_tables_have_streams(const Scene& s);
[[nodiscard]] Term response_reports_writers(const Scene& s);
[[nodiscard]] Term owner_counts_on_writers(const Scene& s);
[[nodiscard]] Term batch_is_apart(const Scene& s);

}  // namespace takeover::smt
