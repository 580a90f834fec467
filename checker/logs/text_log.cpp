#include "checker/logs/text_log.h"

#include <fmt/format.h>

#include <algorithm>

namespace takeover::logs {
namespace {

constexpr std::size_t kLinesThatDecide = 3;

// Not TiCDC's: another program wrote it, or it goes on with what stands above.
bool is_of_others(NotALine why) {
  switch (why) {
    case NotALine::kEmpty:
    case NotALine::kHead:
    case NotALine::kTime:
    case NotALine::kLevel: return true;
    case NotALine::kMessage:
    case NotALine::kSeparator:
    case NotALine::kBracket:
    case NotALine::kQuote:
    case NotALine::kEscape:
    case NotALine::kField:
    case NotALine::kKey:
    case NotALine::kNul:
    case NotALine::kJson: return false;
  }
  impl::unreachable();
}

}  // namespace

bool TextLogReader::is_wanted(std::string_view message, std::string_view caller) {
  const Row* const row = row_of(message, caller);
  return row != nullptr && row->use != Use::kNoise;
}

void TextLogReader::begin_node(std::string node) {
  given_ = std::move(node);
  is_refused_ = false;
  nodes_.clear();
}

void TextLogReader::begin_file(std::string path) {
  path_ = std::move(path);
  is_decided_ = false;
  is_stream_ = false;
  is_writer_first_.reset();
  times_ = {};
  broken_.reset();
}

void TextLogReader::take(const LineRef& at, std::string_view line) {
  if (is_decided_) {
    take_line(at, line);
    return;
  }
  first_.emplace_back(at, line);
  if (first_.size() >= kLinesThatDecide) decide();
}

void TextLogReader::decide() {
  is_decided_ = true;
  first_node_.reset();
  const bool names_nodes = !first_.empty() && std::ranges::all_of(first_, [&](const auto& line) {
    const auto outcome = all_.read(line.second);
    const auto* const raw = std::get_if<RawLine>(&outcome);
    return raw != nullptr && raw->value_of(node_key_).has_value();
  });
  is_stream_ = given_.empty() && names_nodes;
  for (const auto& [at, line] : std::exchange(first_, {})) take_line(at, line);
}

void TextLogReader::miss(const LineRef& at) {
  if (!is_decided_) decide();
  for (auto& [name, node] : nodes_) node.gaps.emplace_back(node.life(), at);
}

Times TextLogReader::end_file() {
  if (!is_decided_) decide();
  broken_.reset();
  return times_;
}

std::vector<TextNode> TextLogReader::end_node(const std::string& name) {
  std::vector<TextNode> out;
  for (auto& [named, node] : nodes_) {
    if (node.name.empty())
      node.name = !given_.empty()                    ? given_
                  : !node.lives.front().node.empty() ? node.lives.front().node
                                                     : name;
    out.push_back(std::move(node));
  }
  nodes_.clear();
  return out;
}

void TextLogReader::take_line(const LineRef& at, std::string_view text) {
  const auto outcome = wanted_.read(text);
  if (const auto* const why = std::get_if<NotALine>(&outcome)) {
    if (!is_of_others(*why)) take_broken(at, *why);
    return;
  }
  const auto* const unwanted = std::get_if<Unwanted>(&outcome);
  times_.see(unwanted != nullptr ? unwanted->head.time_us : std::get<RawLine>(outcome).time_us);
  tell_of_broken();
  if (unwanted != nullptr) {
    if (row_of(unwanted->head.message, unwanted->head.caller) == nullptr) ++unknown_;
    see(unwanted->head);
    return;
  }
  const auto& raw = std::get<RawLine>(outcome);
  if (const Row* const row = row_of(raw.message, raw.caller)) take_row(at, raw, *row);
}

void TextLogReader::take_broken(const LineRef& at, NotALine why) {
  tell_of_broken();
  broken_ = {at, why};
}

// Another follows it.
void TextLogReader::tell_of_broken() {
  const auto broken = std::exchange(broken_, std::nullopt);
  if (!broken) return;
  refuse(broken->first, "", std::string(name_of(broken->second)), "a whole line; only the last may be torn");
  miss(broken->first);
}

// Whatever is written at a level shows that the level is on.
void TextLogReader::see(const RawLine& head) {
  if (!is_stream_ && !is_refused_ && nodes_.empty()) nodes_[""];
  for (auto& [name, node] : nodes_) {
    Levels& levels = node.lives.back().levels;
    levels.debug |= head.level == Level::kDebug;
    levels.info |= head.level == Level::kInfo;
  }
}

bool TextLogReader::is_of_another(const Field* writer) {
  if (given_.empty() || writer == nullptr) return false;
  if (!first_node_) first_node_ = writer->value;
  return writer->value != *first_node_;
}

void TextLogReader::refuse_node(const LineRef& at, const Field& writer) {
  is_refused_ = true;
  nodes_.clear();
  spec::InputError error = of_another_node(given_, *first_node_, writer.value);
  refuse(at, "", std::move(error.what), std::move(error.expected));
}

bool TextLogReader::has_own_node(const Row& row) const {
  return std::ranges::any_of(row.fields, [&](const FieldSpec& field) { return field.key == node_key_; });
}

// Whoever gathers logs puts it before all other fields, or behind them.
const Field* TextLogReader::writer_of(const RawLine& raw, const Row& row) {
  const auto is_it = [&](const Field& field) { return field.key == node_key_; };
  const auto count = std::ranges::count_if(raw.fields, is_it);
  const bool has_own = has_own_node(row);
  if (count == 0 || (count == 1 && has_own && !is_stream_)) return nullptr;
  const bool is_front = is_it(raw.fields.front());
  const bool is_one_end = is_front != is_it(raw.fields.back());
  if (!is_writer_first_ && is_one_end && !has_own && !row.fields.front().key.empty()) {
    is_writer_first_ = is_front;
  }
  if (is_writer_first_.value_or(is_one_end && is_front)) {
    return &*std::ranges::find_if(raw.fields, is_it);
  }
  return &*std::find_if(raw.fields.rbegin(), raw.fields.rend(), is_it);
}

RawLine TextLogReader::without(const RawLine& raw, const Field* writer) {
  if (writer == nullptr) return raw;
  own_.clear();
  for (const Field& field : raw.fields) {
    if (&field != writer) own_.push_back(field);
  }
  RawLine own = raw;
  own.fields = own_;
  return own;
}

TextNode* TextLogReader::node_of(const LineRef& at, const Field* writer) {
  if (!is_stream_) return &nodes_[""];
  if (writer == nullptr || writer->value.empty()) {
    refuse(at, "", fmt::format("no field '{}'", node_key_),
           "the node that writes, as the first lines have it");
    miss(at);  // whose it was, nobody knows
    return nullptr;
  }
  TextNode& node = nodes_[std::string(writer->value)];
  node.name = writer->value;
  return &node;
}

void TextLogReader::take_row(const LineRef& at, const RawLine& raw, const Row& row) {
  const Field* const writer = writer_of(raw, row);
  if (!is_refused_ && is_of_another(writer)) refuse_node(at, *writer);
  if (is_refused_) return;
  TextNode* const node = node_of(at, writer);
  see(raw);
  if (node == nullptr) return;
  TextLine line;
  line.at = at;
  line.time_us = raw.time_us;
  line.row = &row;
  const RawLine own = has_own_node(row) ? without(raw, writer) : raw;
  if (const auto error = take_fields(own, line)) refuse(at, error->pointer, error->what, error->expected);
  if (row.use == Use::kLife) {
    const bool is_midst = node->started.empty() && !node->lines.empty();
    if (is_midst || node->started.contains(row.message)) {
      node->lives.back().ends_alive = false;
      const Levels levels = node->lives.back().levels;
      node->lives.emplace_back().levels = levels;
      node->started.clear();
    }
    node->started.insert(row.message);
    node->lives.back().begins = true;
    if (!line.node.empty()) node->lives.back().node = line.node;
    return;
  }
  line.life = node->life();
  node->lines.push_back(std::move(line));
}

void TextLogReader::refuse(const LineRef& at, std::string pointer, std::string what, std::string expected) {
  std::string place = fmt::format("line {}", at.number);
  if (!pointer.empty()) place += fmt::format(", field {}", pointer);
  complaints_.add({path_, std::move(place), std::move(what), std::move(expected)});
}

}  // namespace takeover::logs
