#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Two programs: touchstone executes the worker for verbs that need its libraries (checked by unit/test_libraries.sh), and
# prints a clear message if the worker is missing or of another version.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export TOUCHSTONE_HOME=$scratch/home LC_ALL=C
touchstone=$TS_BINARY_DIR/touchstone worker=$TS_BINARY_DIR/libexec/touchstone/worker
fail() { printf '%s\n' "$*"; exit 1; }

# run CODE COMMAND…: its streams go to $scratch/out and $scratch/err.
run() {
    local expected=$1 code=0
    shift
    "$@" > "$scratch/out" 2> "$scratch/err" < /dev/null || code=$?
    [ "$code" -eq "$expected" ] || { cat "$scratch/out" "$scratch/err"; fail "'$*' ended with $code, not $expected"; }
}

# The targets that the demo builds: both programs and those for guests, without tests and man pages.
ninja -C "$TS_BINARY_DIR" -t inputs programs > "$scratch/inputs"
grep -q 'guest/aarch64/touchstone-guest' "$scratch/inputs" && grep -q 'cli/worker_main.c' "$scratch/inputs" ||
    fail "the target programs lacks some: $(cat "$scratch/inputs")"
! grep -E '(^|/)((test|fuzz|bench)_[a-z_]*\.c|man/|cunit)' "$scratch/inputs" || fail "programs builds more than a run needs"

# Each verb works, whichever program implements it, under the name that was typed.
for verb in doctor platform "image add" "image fetch" "image list" "suite lint" "suite stage" plan run resume \
    matrix show report shell clean "abi check"; do
    run 0 "$touchstone" $verb --help
    grep -q "touchstone $verb" "$scratch/out" || fail "help of '$verb' does not name it"
done
run 0 "$touchstone" --help
! grep -E '^  (job|destroy|image fetch|suite stage) ' "$scratch/out" || fail "--help lists what is internal"
for verb in doctor shell abi run matrix; do grep -q "^  $verb " "$scratch/out" || fail "--help lacks $verb"; done
run 64 "$touchstone" abi
run 64 "$touchstone" image fetch
run 64 "$touchstone" suite stage --nonsense

# The worker cannot be used in place of touchstone: it has only its own verbs.
run 64 "$worker" matrix
run 0 "$worker" --version
run 74 "$touchstone" job "$scratch/none.json"
run 74 env TOUCHSTONE_CALLER_VERSION=0.0.1 "$worker" job "$scratch/none.json"
grep -q "$worker" "$scratch/err" && grep -q '0\.0\.1' "$scratch/err" || fail "another version: $(cat "$scratch/err")"
run 0 "$touchstone" abi --help

# If one build is inside another, each uses its own worker.
mkdir -p "$scratch/build/inner/libexec/touchstone" "$scratch/build/libexec/touchstone"
cp "$touchstone" "$scratch/build/inner/"
for folder in build build/inner; do
    printf '#!/bin/sh\necho "the worker of %s"\n' $folder > "$scratch/$folder/libexec/touchstone/worker"
    chmod 755 "$scratch/$folder/libexec/touchstone/worker"
done
run 0 "$scratch/build/inner/touchstone" doctor
grep -qx 'the worker of build/inner' "$scratch/out" || fail "of two builds: $(cat "$scratch/out")"

# Without a worker: verbs that do not need it work, others say where it was searched for, and no run is started.
mkdir -p "$scratch/alone/bin" "$scratch/alone/share"
cp "$touchstone" "$scratch/alone/bin/"
export TOUCHSTONE_DATA=$TS_SOURCE_DIR
alone=$scratch/alone/bin/touchstone
run 0 "$alone" platform list
run 64 "$alone" doctor
grep -q 'libexec/touchstone/worker' "$scratch/err" || fail "no worker: $(cat "$scratch/err")"
run 64 "$alone" resume
grep -q 'libexec/touchstone/worker' "$scratch/err" || fail "resume without a worker: $(cat "$scratch/err")"
mkdir -p "$scratch/alone/libexec/touchstone"
printf '#!/bin/sh\necho "old worker of $TOUCHSTONE_CALLER_VERSION" >&2; exit 74\n' > "$scratch/alone/libexec/touchstone/worker"
chmod 755 "$scratch/alone/libexec/touchstone/worker"
run 74 "$alone" resume
grep -q "old worker of $("$touchstone" --version | cut -d ' ' -f 2)" "$scratch/err" ||
    fail "resume with another worker: $(cat "$scratch/err")"
echo "two programs: ok"
