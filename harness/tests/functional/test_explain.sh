#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# `touchstone explain`: words with one and several meanings, both languages, unknown words.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
cd "$scratch" || exit 99
ends "a verdict" 0 "Every required case was judged and passed" "$touchstone" explain compatible
ends "small letters" 0 "LIB_MISSING (finding, BLOCK)" "$touchstone" explain lib_missing
ends "with its remedy" 0 "remedy: ship the library" "$touchstone" explain LIB_MISSING
ends "in Chinese" 0 "处理方法" "$touchstone" explain LIB_MISSING --lang zh
ends "an exit code" 0 "5 (exit code)" "$touchstone" explain 5
ends "a check" 0 "reported as: ISA_UNGUARDED" "$touchstone" explain isa-lse
ends "two meanings" 0 "UNKNOWN (severity)" "$touchstone" explain unknown
ends "the other of them" 0 "UNKNOWN (finding, UNKNOWN)" "$touchstone" explain unknown
ends "all words" 0 "not-assessed" "$touchstone" explain
ends "a typing error" 64 "did you mean 'conditional'" "$touchstone" explain conditionl
ends "no such word" 64 "'touchstone explain' lists all" "$touchstone" explain xyzzyx
end_checks
