#include "spec/smt/message_params.h"

namespace takeover::smt {
namespace {

// What no step looks at has no parameter: an operator's type, the action of a barrier, a Create's start ts,
// whether a changefeed is new. A Merge's sources and span are what it finds of them (ground_step.cpp).
struct Writer {
  ParamValues& in;

  void operator()(const impl::MaintainerBootstrapRequest& body) const {
    in[Param::kEvent] = number(body.event_trigger);
    in[Param::kRedo] = number(body.redo_trigger);
    in[Param::kConfigEpoch] = body.config_epoch;
    in[Param::kRedoEnabled] = number(body.redo_enabled);
    in[Param::kTs] = body.start_ts;
  }
  void operator()(const impl::MaintainerPostBootstrapRequest& body) const {
    in[Param::kEvent] = number(body.event_trigger);
  }
  void operator()(const impl::MaintainerCloseRequest& body) const {
    in[Param::kRemoved] = number(body.removed);
  }
  void operator()(const impl::ScheduleDispatcherRequest& body) const {
    in.set_dispatcher(body.id, body.mode);
    in.set_span(body.span);
  }
  void operator()(const impl::MergeDispatcherRequest& body) const {
    in.set_dispatcher(body.merged_id, body.mode);
  }
  void operator()(const impl::HeartBeatResponse& /*body*/) const {}
  void operator()(const impl::RedoMetaMessage& body) const {
    in[Param::kTs] = body.checkpoint_ts;
    in[Param::kTs2] = body.resolved_ts;
  }
  void operator()(const impl::RedoResolvedTsForwardMessage& body) const { in[Param::kTs] = body.resolved_ts; }
  void operator()(const impl::CheckpointTsMessage& body) const { in[Param::kTs] = body.checkpoint_ts; }
  // No node takes a reply.
  void operator()(const impl::MaintainerBootstrapResponse& /*body*/) const {}
  void operator()(const impl::MaintainerPostBootstrapResponse& /*body*/) const {}
  void operator()(const impl::MaintainerCloseResponse& /*body*/) const {}
  void operator()(const impl::HeartBeatRequest& /*body*/) const {}
};

}  // namespace

void ParamValues::set_dispatcher(impl::DispatcherId id, impl::Mode mode) {
  (*this)[Param::kId] = number(id);
  (*this)[Param::kInRedo] = index_of(mode);
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
  impl::visit_body(request.body, Writer{in});
  return in;
}

}  // namespace takeover::smt
