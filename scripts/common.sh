# What the scripts share; sourced, not run. Sets `root`, the folder of the repository.
# shellcheck shell=bash
#
# TAKEOVER_CMAKE_ARGS: further arguments for every `cmake --preset`, split at blanks, such as -DTAKEOVER_WERROR=ON.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc)

# help_if_asked "$@": for -h and --help, the comment at the script's head, which ends where the options of bash are set.
help_if_asked() {
  if [[ ${1:-} != -h && ${1:-} != --help ]]; then return 0; fi
  sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"
  exit 0
}

# need TOOL...: ends the script with 2 if one is not here.
need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || { echo "$(basename "$0"): $tool is missing" >&2; exit 2; }
  done
}

# quietly LOG COMMAND...: output goes to the log, which is shown only when the command fails.
quietly() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if "$@" >"$log" 2>&1 </dev/null; then return 0; fi
  printf 'scripts/%s: failed: %s\n' "$(basename "$0")" "$*" >&2
  cat "$log" >&2
  return 1
}

# One line for whoever waits at a terminal.
tell() {
  if [[ -t 2 ]]; then printf '%s\n' "$*" >&2; fi
}

# configure PRESET [ARGUMENT...]
configure() {
  local preset=$1
  shift
  local -a more=()
  read -ra more <<<"${TAKEOVER_CMAKE_ARGS:-}" || true
  (cd "$root" && quietly "$root/build/$preset.configure.log" cmake --preset "$preset" "${more[@]}" "$@")
}

# build PRESET [TARGET...]: configures and builds; without targets, all.
build() {
  local preset=$1
  shift
  configure "$preset" || return 1
  local -a targets=()
  if (($# > 0)); then targets=(--target "$@"); fi
  tell "building build/$preset; the first time takes some minutes (log: build/$preset.build.log)"
  quietly "$root/build/$preset.build.log" cmake --build "$root/build/$preset" --parallel "$jobs" "${targets[@]}"
}
