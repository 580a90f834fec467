#include "traces/maintainer_decode.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include "impl/named.h"

namespace takeover::traces {
namespace {

// Which error it is, nobody asks: each of the scripts' stands for one of ours.
struct Code {
  std::string_view name;
  impl::ErrorCode code;
};
constexpr std::array kCodes{
    Code{"CDC:ErrDispatcherFailed", impl::ErrorCode::kErrDispatcherFailed},
    Code{"CDC:ErrChangefeedInitTableTriggerDispatcherFailed",
         impl::ErrorCode::kErrChangefeedInitTableTriggerDispatcherFailed},
    Code{"CDC:ErrUnknown", impl::ErrorCode::kErrWritePathClosed},
};

// The process that the scripts were recorded of.
constexpr std::uint64_t kNodeEpoch = 7;

std::string text_of(const ScriptJson& value) {
  return value.get<std::string>();
}

impl::ErrorCode error_of(const ScriptJson& body) {
  const ScriptJson& error = body.at("err");
  if (error.is_null()) return impl::ErrorCode::kNone;
  for (const Code& code : kCodes) {
    if (error.at("code") == code.name) return code.code;
  }
  throw std::invalid_argument("the error " + error.at("code").dump());
}

impl::Status status_of(const ScriptJson& word) {
  const auto status = impl::named<impl::Status>(text_of(word));
  if (!status) throw std::invalid_argument("the status " + word.dump());
  return *status;
}

impl::OperatorType operator_type_of(const ScriptJson& word) {
  const std::string text = text_of(word);
  const auto type = text.starts_with("O_") ? impl::named<impl::OperatorType>(text.substr(2)) : std::nullopt;
  if (!type) throw std::invalid_argument("the operator type " + word.dump());
  return *type;
}

impl::Liveness liveness_of(const ScriptJson& word) {
  if (word == "ALIVE") return impl::Liveness::kAlive;
  if (word == "DRAINING") return impl::Liveness::kDraining;
  if (word == "STOPPING") return impl::Liveness::kStopping;
  throw std::invalid_argument("the liveness " + word.dump());
}

impl::BlockStage stage_of(const ScriptJson& word) {
  const auto stage = impl::named<impl::BlockStage>(text_of(word));
  if (!stage) throw std::invalid_argument("the stage " + word.dump());
  return *stage;
}

impl::Influence influence_of(const ScriptJson& tables) {
  impl::Influence influence;
  if (tables.is_null()) return influence;
  if (tables.at("InfluenceType") == "DB") {
    influence.schema = tables.at("SchemaID").get<std::uint32_t>();
  } else if (tables.at("InfluenceType") == "Normal") {
    for (const ScriptJson& table : tables.at("TableIDs")) influence.tables.insert(table.get<std::uint32_t>());
  } else {
    throw std::invalid_argument("the influence " + tables.dump());
  }
  return influence;
}

impl::Message message_of(const ScriptNames& names, const ScriptJson& event, impl::MessageBody body) {
  return {.from = names.node(text_of(event.at("from"))),
          .epoch = event.at("msg").value("maintainer_epoch", impl::Epoch{0}),
          .body = std::move(body)};
}

impl::MaintainerBootstrapResponse bootstrap_response(const ScriptNames& names, const ScriptJson& body) {
  impl::MaintainerBootstrapResponse response{.checkpoint_ts = body.at("checkpoint_ts").get<impl::Ts>(),
                                             .error = error_of(body)};
  for (const ScriptJson& span : body.at("spans")) {
    response.spans.insert({.id = names.dispatcher(text_of(span.at("ID"))),
                           .status = status_of(span.at("component_status")),
                           .span = ScriptNames::span(text_of(span.at("span"))),
                           .checkpoint_ts = span.at("checkpoint_ts").get<impl::Ts>()});
  }
  for (const ScriptJson& entry : body.at("operators")) {
    const ScriptJson& config = entry.at("config");
    const bool creates = entry.at("scheduleAction") == "Create";
    const ScriptJson& span = config.at("span");
    response.operators.insert(
        {.id = names.dispatcher(text_of(config.at("dispatcherID"))),
         .action = creates ? impl::ScheduleAction::kCreate : impl::ScheduleAction::kRemove,
         .op = operator_type_of(entry.at("operatorType")),
         .epoch = entry.at("maintainer_epoch").get<impl::Epoch>(),
         .span = span.is_null() ? impl::kNoSpan : ScriptNames::span(text_of(span)),
         .start_ts = config.at("startTs").get<impl::Ts>()});
  }
  return response;
}

}  // namespace

namespace {

// The recorder's tables belong to two schemas by turns.
impl::TableLife life_of(const ScriptJson& table, impl::Ts created) {
  const auto number = table.get<std::uint32_t>();
  return {.table = number, .created = created, .schema = 1 + number % 2};
}

}  // namespace

std::vector<impl::TableLife> tables_of(const ScriptJson& document) {
  std::vector<impl::TableLife> lives;
  for (const ScriptJson& table : document.at("tables")) lives.push_back(life_of(table, 0));
  for (const ScriptJson& ddl : document.at("ddls")) {
    const auto ts = ddl.at("commitTs").get<impl::Ts>();
    for (const ScriptJson& table : ddl.at("add")) {
      lives.push_back(life_of(table, ts));
    }
    for (const ScriptJson& table : ddl.at("drop")) {
      for (impl::TableLife& life : lives) {
        if (life.table == table.get<std::uint32_t>() && !life.dropped) life.dropped = ts;
      }
    }
  }
  return lives;
}

std::optional<impl::Order> order_of(const ScriptNames& names, const ScriptJson& event) {
  const ScriptJson& type = event.at("msg_type");
  const ScriptJson& body = event.at("msg");
  impl::Order order{.from = names.node(text_of(event.at("from"))),
                    .epoch = body.value("maintainer_epoch", impl::Epoch{0})};
  if (type == "CoordinatorBootstrapRequest") {
    order.body = impl::CoordinatorBootstrapRequest{body.at("version").get<std::uint64_t>()};
  } else if (type == "AddMaintainerRequest") {
    order.body = impl::AddMaintainerRequest{body.at("checkpoint_ts").get<impl::Ts>(),
                                            body.at("is_new_changefeed").get<bool>(),
                                            body.at("config_valid").get<bool>()};
  } else if (type == "RemoveMaintainerRequest") {
    order.body =
        impl::RemoveMaintainerRequest{body.at("cascade").get<bool>(), body.at("removed").get<bool>()};
  } else if (type == "SetNodeLivenessRequest") {
    order.body = impl::SetNodeLivenessRequest{liveness_of(body.at("target")),
                                              body.at("node_epoch").get<std::uint64_t>() == kNodeEpoch};
  } else {
    return std::nullopt;
  }
  return order;
}

impl::Message response_of(const ScriptNames& names, const ScriptJson& event) {
  const ScriptJson& type = event.at("msg_type");
  const ScriptJson& body = event.at("msg");
  if (type == "MaintainerBootstrapResponse") return message_of(names, event, bootstrap_response(names, body));
  if (type == "MaintainerPostBootstrapResponse") {
    return message_of(names, event, impl::MaintainerPostBootstrapResponse{.error = error_of(body)});
  }
  if (type == "MaintainerCloseResponse") {
    return message_of(names, event, impl::MaintainerCloseResponse{body.at("success").get<bool>()});
  }
  throw std::invalid_argument("the message " + type.dump());
}

impl::SpanHeartBeat heartbeat_of(const ScriptNames& names, const ScriptJson& event) {
  const ScriptJson& body = event.at("msg");
  impl::SpanHeartBeat heartbeat{.from = names.node(text_of(event.at("from"))), .error = error_of(body)};
  if (const ScriptJson& watermark = body.at("watermark"); !watermark.is_null()) {
    heartbeat.watermark = impl::Watermark{watermark.at("seq").get<std::uint64_t>(),
                                          watermark.at("checkpointTs").get<impl::Ts>()};
  }
  for (const ScriptJson& status : body.at("statuses")) {
    heartbeat.statuses.push_back({names.dispatcher(text_of(status.at("ID"))),
                                  status_of(status.at("component_status")),
                                  status.at("checkpoint_ts").get<impl::Ts>()});
  }
  return heartbeat;
}

impl::BlockStatusRequest block_status_of(const ScriptNames& names, const ScriptJson& event) {
  impl::BlockStatusRequest request{.from = names.node(text_of(event.at("from")))};
  for (const ScriptJson& status : event.at("msg").at("blockStatuses")) {
    const ScriptJson& state = status.at("state");
    if (state.at("IsSyncPoint").get<bool>()) throw std::invalid_argument("a sync point");
    impl::BlockStatus made{.id = names.dispatcher(text_of(status.at("ID"))),
                           .state = {.block_ts = state.at("BlockTs").get<impl::Ts>(),
                                     .is_blocked = state.at("IsBlocked").get<bool>(),
                                     .stage = stage_of(state.at("stage"))},
                           .blocks = influence_of(state.at("BlockTables")),
                           .drops = influence_of(state.at("NeedDroppedTables"))};
    if (const ScriptJson& added = state.at("NeedAddedTables"); !added.is_null()) {
      for (const ScriptJson& table : added) {
        made.adds.push_back(
            {table.at("SchemaID").get<std::uint32_t>(), table.at("TableID").get<std::uint32_t>()});
      }
    }
    request.statuses.push_back(std::move(made));
  }
  return request;
}

std::string code_name(impl::ErrorCode code) {
  const auto* const it =
      std::find_if(kCodes.begin(), kCodes.end(), [&](const Code& each) { return each.code == code; });
  return it != kCodes.end() ? std::string(it->name) : "of the maintainer itself";
}

}  // namespace takeover::traces
