// Lines of TiCDC's text log, written from the table that they are read by.
//
//   TextWriter writer(names, self, 7);
//   text += writer.line(time_us, emitted);   // "" if the table has no row for it
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>

#include "checker/logs/emit.h"
#include "checker/logs/ids.h"
#include "checker/logs/table.h"
#include "spec/json/names.h"

namespace takeover::logs {

class TextWriter {
 public:
  // The changefeed's name, in the keyspace "default". Ids get their words by the seed.
  TextWriter(const spec::Names& names, std::string changefeed, std::uint64_t seed);

  // A line, with its newline.
  [[nodiscard]] std::string line(std::int64_t time_us, const Emitted& emitted);
  // A process begins, and says which node it is.
  [[nodiscard]] std::string start(std::int64_t time_us, impl::NodeId self) const;

  // How an id is spelled; each that was asked for, by its name.
  [[nodiscard]] const Gid& words_of(impl::DispatcherId id);
  [[nodiscard]] const std::map<std::string, Gid>& words() const { return words_; }

 private:
  [[nodiscard]] std::string value_of(const Row& row, const FieldSpec& field, const Emitted& emitted);
  [[nodiscard]] std::string dispatcher_text(const Row& row, impl::DispatcherId id);
  [[nodiscard]] std::string changefeed_text(const Row& row) const;
  [[nodiscard]] std::string schedule_text(const Facts& facts);
  [[nodiscard]] std::string request_json(const impl::Message& request);

  const spec::Names& names_;
  std::string changefeed_;
  std::mt19937_64 random_;
  Gid changefeed_words_;
  std::map<std::string, Gid> words_{};
  std::set<std::string> spellings_{};
};

// A field's value, or a message, as zap writes it: between quotes if it must be.
[[nodiscard]] std::string quoted_if_needed(std::string_view text);

}  // namespace takeover::logs
