// A node is bootstrapped by a maintainer of epoch 1; then the messages of an older one arrive late.
#include <iostream>

#include "impl/node.h"

namespace impl = takeover::impl;

namespace {

constexpr impl::NodeId kOwner{1};
constexpr impl::NodeId kFormerOwner{2};
constexpr impl::DispatcherId kTrigger{1};
constexpr impl::DispatcherId kTable{2};

// Delivers one message and prints what comes of it: what the node did or dropped and why, and what it sends.
void deliver(impl::DispatcherOrchestrator& node, const impl::Rules& rules, const impl::Message& request,
             impl::Path path) {
  std::cout << name_of(request.type()) << " from node " << static_cast<int>(request.from) << ", epoch "
            << request.epoch << '\n';
  impl::Outbox out;
  receive(rules, node, request, out);
  handle(rules, node, path, out);
  for (const impl::Note& note : out.notes) {
    if (note.kind == impl::NoteKind::kMessageDropped)
      std::cout << "  dropped: " << info(note.why).text << '\n';
    if (note.kind == impl::NoteKind::kDispatcherCreated) {
      std::cout << "  created dispatcher " << static_cast<int>(note.id) << '\n';
    }
  }
  for (const impl::Message& reply : out.sent) {
    std::cout << "  sends " << name_of(reply.type()) << " to node " << static_cast<int>(reply.to);
    if (const auto* response = reply.as<impl::MaintainerBootstrapResponse>()) {
      std::cout << ", epoch " << reply.epoch << ", " << response->spans.size() << " span(s)";
    }
    std::cout << '\n';
  }
}

}  // namespace

int main() {
  impl::Rules rules;
  rules.guards.set();  // every rule: the profile `reference`
  impl::DispatcherOrchestrator node;

  const impl::MaintainerBootstrapRequest bootstrap{.event_trigger = kTrigger, .start_ts = 100};
  const impl::ScheduleDispatcherRequest create{.id = kTable, .span = {.table = 7}, .start_ts = 100};

  deliver(node, rules, {.from = kOwner, .epoch = 1, .body = bootstrap}, impl::Path::kOrchestrator);
  deliver(node, rules, {.from = kFormerOwner, .epoch = 0, .body = create}, impl::Path::kSchedule);
  deliver(node, rules, {.from = kOwner, .epoch = 1, .body = create}, impl::Path::kSchedule);
}
