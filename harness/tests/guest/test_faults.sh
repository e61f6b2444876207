#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Host faults: in each of many runs one call of the controller or of a worker fails (fail_at.c): a write
# on a full disk, a short write, a failing fsync, rename, mkdir, unlink, read, mmap, fork or allocation.
# The run ends with a documented code and never by a signal; `resume` then reaches the facts of an
# undisturbed run, and no verdict is better than there. FAULTS=N sets how many, SEED=N which.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
faults=${FAULTS:-${TOUCHSTONE_TEST_ALL:+200}}
faults=${faults:-6}
RANDOM=${SEED:-1}
add_image amd64
suite good
case_of good measures exit yes 20 <<< 'observe colour green; echo measured'
suite bad
case_of bad fails exit yes 20 <<< 'echo "expected 4, got 5" >&2; exit 1'

run_suites() {
    "$touchstone" run --image debian-bookworm-amd64 --platform x86 --jobs 1 --plain --suite "$suites/good" --suite "$suites/bad"
}
facts() {
    "$touchstone" report --json 2> /dev/null | jq -cS '[.cells[] | {suite, verdict, status,
        cases: [.cases[] | [.id, .status]], keys: ([.observations[] | [.case, .key]] | sort)}]'
}
run_suites > /dev/null 2>&1 || true # saves the guest
count=$scratch/count
FAIL_COUNT=$count LD_PRELOAD=$TS_BINARY_DIR/tests/fail_at.so run_suites > /dev/null 2>&1 || true
undisturbed=$(facts)
check "the undisturbed run" "$(jq -c '[.[] | [.suite, .verdict]]' <<< "$undisturbed")" '[["good","compatible"],["bad","incompatible"]]'

# most ROLE CALL: the greatest number of such calls in one process.
most() { awk -v r="$1" -v c="$2" '$1 == r && $2 == c && $3 > n { n = $3 } END { print n + 0 }' "$count"; }
calls=("write 28" "write 5" "write 0" "sync 5" "open 28" "open 24" "rename 28" "mkdir 28" "unlink 5" "read 5" "mmap 12" "malloc 12" "fork 11")
for fault in $(seq "$faults"); do
    role=controller
    [ $((RANDOM % 5)) -lt 2 ] || role=worker
    read -r call errno <<< "${calls[RANDOM % ${#calls[@]}]}"
    range=$(most "$role" "$call")
    [ "$range" -gt 0 ] || continue
    number=$(((RANDOM * 32768 + RANDOM) % range + 1))
    name="$fault: $role $call $number of $range, errno $errno"
    rm -f "$scratch/mark"
    before=$("$touchstone" matrix --json 2> /dev/null | jq -r .run.id)
    code=0
    FAIL_AT="$role $call $number $errno" FAIL_MARK=$scratch/mark LD_PRELOAD=$TS_BINARY_DIR/tests/fail_at.so \
        run_suites > "$scratch/out" 2> "$scratch/err" < /dev/null || code=$?
    case $code in 0 | 1 | 2 | 3 | 74 | 130) ending=documented ;; *) ending="exit code $code: $(tail -n 1 "$scratch/err")" ;; esac
    check "$name: ends in order ($code$([ -e "$scratch/mark" ] || echo ', not reached'))" "$ending" documented
    for try in 1 2 3; do
        code=0
        "$touchstone" resume --plain > "$scratch/out" 2> "$scratch/resume" < /dev/null || code=$?
        [ "$code" = 74 ] || [ "$code" = 2 ] || break
    done
    now=$("$touchstone" matrix --json 2> /dev/null | jq -r .run.id)
    if [ "$now" = "$before" ]; then
        # The fault came before there was a run: nothing may be left of it but the message.
        check "$name: there was no run, and it says why" "$([ -s "$scratch/err" ] && echo said)" said
    else
        check "$name: the facts" "$(facts)" "$undisturbed"
        [ "$(facts)" = "$undisturbed" ] || { sed 's/^/  | /' "$scratch/err" | tail -n 5; sed 's/^/  || /' "$scratch/resume" | tail -n 5; }
    fi
done
finish
