// Running the program as a person and as a script do.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "spec/json/json_input.h"

namespace takeover::test {

struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};

inline std::string scratch() {
  const auto folder =
      std::filesystem::temp_directory_path() / ("takeover-cli-test-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  return folder.string();
}

inline std::string read(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// In the scratch folder. `prefix` stands before the program, and what stands behind the arguments (such as
// another place for stdout) comes after it.
inline Outcome run(const std::string& arguments, const std::string& prefix = "") {
  const std::string out = scratch() + "/out";
  const std::string err = scratch() + "/err";
  const std::string command = "cd " + scratch() + " && " + prefix + TAKEOVER_PROGRAM + " " + arguments +
                              " >" + out + " 2>" + err + " </dev/null";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read(out), read(err)};
}

inline std::string write(const std::string& name, const std::string& text) {
  const std::string path = scratch() + "/" + name;
  std::ofstream(path) << text;
  return path;
}

inline void check_schema(const std::string& text) {
  const auto document = nlohmann::ordered_json::parse(text);
  const auto schema = nlohmann::ordered_json::parse(
      read(std::string(TAKEOVER_SOURCE_DIR) + "/checker/cli/check.schema.json"));
  const auto error = spec::validate(document, schema, "stdout");
  if (error) FAIL(error->to_line());
}

}  // namespace takeover::test
