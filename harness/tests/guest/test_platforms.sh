#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The four platforms with the real suites, as scripts/demo runs them: every cell has evidence, and the
# platforms differ where the real parts do. The other items are run by the tests of each product.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
add_image amd64
add_image arm64
expect_exit "four platforms, three suites" 0 "$touchstone" run --platform x86 --platform hygon --platform kunpeng \
    --platform phytium --suite behaviour --suite redis --suite nginx --item install --item function --json
matrix=$printed
printf '%s\n' "$said" | grep -E '^\[' || true
check "cells" "$(jq '.cells | length' <<< "$matrix")" 12
check "verdicts" "$(jq -c '[.cells[].verdict] | unique' <<< "$matrix")" '["compatible"]'
check "grades" "$(jq -c '[.cells[].grade] | unique' <<< "$matrix")" '["emulated"]'
check "coverage" "$(jq -c '[.cells[] | .coverage.judged == .coverage.total and .coverage.total > 0] | unique' <<< "$matrix")" '[true]'

# seen PLATFORM KEY: an observation of the behaviour cell.
seen() {
    "$touchstone" show "$1/behaviour" --json | jq -r --arg k "$2" '[.. | objects | select(.key? == $k and has("value")) | .value][0]'
}
check "LSE on kunpeng" "$(seen kunpeng isa.atomics)" executes
check "LSE on phytium" "$(seen phytium isa.atomics)" sigill
check "AVX2 on hygon" "$(seen hygon isa.avx2)" executes
check "vendor on hygon" "$(seen hygon cpu.vendor)" HygonGenuine
check "vendor on x86" "$(seen x86 cpu.vendor)" GenuineIntel
check "AVX-512 on hygon" "$(seen hygon isa.avx512f)" sigill
check "plain char on x86" "$(seen x86 abi.char)" signed
check "plain char on phytium" "$(seen phytium abi.char)" unsigned
check "long double on x86" "$(seen x86 abi.long_double.mantissa)" 64
check "long double on kunpeng" "$(seen kunpeng abi.long_double.mantissa)" 113
check "MADV_FREE and fork" "$(for platform in x86 kunpeng; do seen $platform memory.madv_free_fork; done | sort -u)" kept
for cell in {x86,hygon,kunpeng,phytium}/{redis,nginx}; do
    expect_exit "$cell" 0 "$touchstone" show "$cell" --json
    check "$cell: packages are evidence" "$(jq -r '[.. | objects | select(.name? == "packages" and has("sha256"))] | length > 0' <<< "$printed")" true
done
finish
