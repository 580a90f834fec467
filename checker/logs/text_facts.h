// What a line of TiCDC's log tells, by its row. Internal to reading.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checker/logs/facts.h"
#include "checker/logs/history.h"
#include "checker/logs/ids.h"
#include "checker/logs/table.h"
#include "checker/logs/text_line.h"
#include "spec/json/json_input.h"

namespace takeover::logs {

// Names, spans and ids as the log spells them: which they are shows only when all is read.
struct TextLine {
  LineRef at{};
  std::int64_t time_us = 0;
  std::uint32_t life = 1;
  const Row* row = nullptr;
  Facts facts{};  // but for what follows
  std::optional<Changefeed> changefeed{};
  std::string from{};
  std::string owner{};
  std::string peer{};
  std::optional<std::uint64_t> peer_epoch{};
  std::string node{};          // that writes
  std::string id{};            // digits, as the following
  std::optional<Gid> words{};  // of that id, where the line has them
  std::string trigger_here{};
  std::string trigger_asked{};
  std::optional<TableSpan> span{};
};

// The first field that cannot be read, if any, is left out and told of, without file and line.
[[nodiscard]] std::optional<spec::InputError> take_fields(const RawLine& line, TextLine& out);

// A request as a line has it: in protobuf text or JSON. False if it is none.
[[nodiscard]] bool take_request(std::string_view text, TextLine& out);

}  // namespace takeover::logs
