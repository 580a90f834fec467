// What a step leaves besides the state: messages sent, and notes of what was decided and why.
//
// Notes are to this implementation what log lines are to TiCDC: the state machine never reads them.
// Properties and readable traces do.
#pragma once

#include <cstdint>
#include <utility>

#include "impl/ids.h"
#include "impl/message.h"
#include "impl/reason.h"

namespace takeover::impl {

enum class NoteKind : std::uint8_t {
  kMessageDropped,    // type, why
  kMessageAdmitted,   // type: passed admission under the fence
  kHandlerEnded,      // type, from, epoch; admitted, answered
  kManagerCreated,    // epoch, from: put into the map of those being built
  kManagerPublished,  // epoch, from
  kManagerDeleted,    // epoch: of the manager
  kOwnerChanged,      // from, epoch: the owner that takes over
  kTookOver,  // from, epoch: a Bootstrap is answered without error; id, redo_id: the triggers it named
  kDispatcherCreated,  // id, mode
  kDispatcherDeleted,  // id, mode: clean-up took it out of the map
  kCreateFailed,       // id, mode
  kRemoveAdmitted,     // id, mode: of a dispatcher that exists
  kRemoveMissing,      // id, mode
  kTriggerRegistered,  // id, mode: with the event collector
  kActionExecuted,     // from, epoch: of whoever asked for it
  kMergeAborted,       // id
  kMergeDone,          // id
  kShouldNotHappen,    // why: a branch that TiCDC logs as an error
  kWritePathClosed,    // of a manager
  kRemovedCleanUp,     // the remove-only clean-up of a manager has run
  kRemovedCleanUpFailed,
  kProcessDied,  // why: nil was dereferenced. What was in memory is gone; a node of the same id begins anew
};

struct Note {
  NoteKind kind = NoteKind::kMessageDropped;
  MessageType type = MessageType::kBootstrap;
  Mode mode = Mode::kDefault;
  bool admitted = false;
  bool answered = false;
  NodeId from = NodeId::kNone;
  DispatcherId id = DispatcherId::kNone;
  DispatcherId redo_id = DispatcherId::kNone;
  Epoch epoch = 0;
  Reason why = Reason::kNone;
};

struct Outbox {
  NodeId self = NodeId::kNone;  // whose outbox it is: the sender of what is sent
  SmallVector<Message, 1> sent{};
  SmallVector<Note, 6> notes{};
  bool dies = false;  // the step under way kills the process; nobody sees it after the step

  void send(NodeId to, Epoch epoch, MessageBody body) { sent.push_back({self, to, epoch, std::move(body)}); }
  void note(const Note& note) { notes.push_back(note); }
  void die(Reason why) {
    dies = true;
    note({.kind = NoteKind::kProcessDied, .why = why});
  }
  void clear() {
    sent.clear();
    notes.clear();
  }
};

}  // namespace takeover::impl
