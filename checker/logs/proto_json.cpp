#include "checker/logs/proto_json.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace takeover::logs {
namespace {

// Builds the tree while the document is read: of one that is nested too deep, no more than that is.
class ToProto : public nlohmann::json::json_sax_t {
 public:
  ToProto() { open_.push_back({}); }

  bool null() override { return true; }
  bool boolean(bool value) override { return put(ProtoValue::Kind::kWord, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override {
    return put(ProtoValue::Kind::kNumber, std::to_string(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return put(ProtoValue::Kind::kNumber, std::to_string(value));
  }
  bool number_float(number_float_t /*value*/, const string_t& text) override {
    return put(ProtoValue::Kind::kNumber, text);
  }
  bool string(string_t& value) override { return put(ProtoValue::Kind::kJsonText, std::move(value)); }
  bool binary(binary_t& /*value*/) override { return false; }

  bool start_object(std::size_t /*size*/) override {
    open_.push_back({});
    return fits();
  }
  bool key(string_t& name) override {
    open_.back().name = std::move(name);
    return true;
  }
  bool end_object() override {
    ProtoValue message = std::move(open_.back().message);
    open_.pop_back();
    return put(std::move(message));
  }
  // Its elements are the field's, again and again.
  bool start_array(std::size_t /*size*/) override {
    ++arrays_;
    return fits();
  }
  bool end_array() override {
    --arrays_;
    return true;
  }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                   const nlohmann::json::exception& /*error*/) override {
    return false;
  }

  // Of the outermost: what it holds is the message.
  [[nodiscard]] std::optional<ProtoValue> message() {
    auto& values = open_.front().message.fields;
    if (values.size() != 1 || values.front().value.kind != ProtoValue::Kind::kMessage) return {};
    return std::move(values.front().value);
  }

 private:
  struct Open {
    ProtoValue message;
    std::string name;  // of the field that is read
  };

  [[nodiscard]] bool fits() const { return open_.size() + arrays_ <= kMaxProtoNesting; }
  bool put(ProtoValue value) {
    open_.back().message.fields.push_back({open_.back().name, std::move(value)});
    return true;
  }
  bool put(ProtoValue::Kind kind, std::string text) { return put(ProtoValue{kind, std::move(text), {}}); }

  std::vector<Open> open_;
  std::size_t arrays_ = 0;
};

}  // namespace

std::optional<ProtoValue> read_proto_json(std::string_view text) {
  ToProto tree;
  if (!nlohmann::json::sax_parse(text, &tree)) return {};
  return tree.message();
}

}  // namespace takeover::logs
