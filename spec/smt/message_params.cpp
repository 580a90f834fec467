#include "spec/smt/message_params.h"

namespace takeover::smt {

void ParamValues::set_dispatcher(impl::DispatcherId id, impl::Mode mode) {
  (*this)[Param::kId] = number(id);
  (*this)[Param::kInRedo] = number(mode);
}

void ParamValues::set_span(const impl::Span& span) {
  (*this)[Param::kTable] = span.table;
  (*this)[Param::kBegin] = key(span.begin);
  (*this)[Param::kEnd] = key(span.end);
}

ParamValues params_of(const impl::Message& request) {
  ParamValues in;
  in[Param::kFrom] = number(request.from);
  in[Param::kEpoch] = request.epoch;
  // A Merge's sources and span are what it finds of them (ground_step.cpp).
  if (const auto* schedule = request.as<impl::ScheduleDispatcherRequest>()) {
    in.set_dispatcher(schedule->id, schedule->mode);
    in.set_span(schedule->span);
  } else if (const auto* merge = request.as<impl::MergeDispatcherRequest>()) {
    in.set_dispatcher(merge->merged_id, merge->mode);
  }
  impl::visit_body(request.body, [&](const auto& body) {
    for_each_param(body, [&](Param param, auto value) { in[param] = number(value); });
  });
  return in;
}

}  // namespace takeover::smt
