// The streams of the HeartBeatCollector: one for each type of request that a manager takes. Each request is
// admitted under the fence; then a stream does what it asks for. Internal to impl.
#pragma once

#include "impl/dispatcher_manager.h"

namespace takeover::impl {

// impl/streams.cpp: whether the request passes, which is noted either way. Without the guard, everything
// passes.
bool admit(const DispatcherManager& manager, const Rules& rules, const Message& request, Outbox& out);
void note_dropped(Outbox& out, const Message& request, Reason why);

// impl/schedule.cpp: one step of the batch under way, or of the request at the stream's head, which it takes
// and admits itself.
void schedule_step(DispatcherManager& manager, const Rules& rules, const Faults& faults, Outbox& out);

// impl/merge.cpp: takes an admitted Merge in. What carries it out is DispatcherManager::merge_step.
void handle_merge(DispatcherManager& manager, const Rules& rules, const MergeDispatcherRequest& body,
                  Outbox& out);

}  // namespace takeover::impl
