#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Faults of the host: in each of many runs, one call of the controller or of a worker fails (fail_at.c): a write on a full
# disk, a short write, a failing fsync, rename, mkdir, unlink, read, mmap, fork or allocation. The run ends with a
# documented exit code and never by a signal; `resume` then reaches the results of an undisturbed run, and no verdict is
# better than there. The same for verbs that only read: they print the same as undisturbed, or end with 74 and give the
# reason. FAULTS=N sets the number, SEED=N the selection.
own_states=yes
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
faults=${FAULTS:-${TOUCHSTONE_TEST_ALL:+200}}
faults=${faults:-6}
RANDOM=${SEED:-1}
add_image amd64
suite mixed
case_of mixed measures exit yes 20 <<< 'observe colour green; echo measured'
case_of mixed fails exit yes 20 <<< 'echo "expected 4, got 5" >&2; exit 1'

run_suites() {
    "$touchstone" run --image debian-bookworm-amd64 --platform x86 --jobs 1 --plain --suite "$suites/mixed" "$@"
}
# latest: the ID of the newest run.
latest() { "$touchstone" runs --json 2> /dev/null | jq -r ".runs[0].run // empty"; }
facts() {
    { "$touchstone" report --json 2> /dev/null || true; } | jq -cS '[.cells[] | {suite, verdict, status,
        cases: [.cases[] | [.id, .status]], keys: ([.observations[] | [.case, .key]] | sort)}]'
}
run_suites > /dev/null 2>&1 || true # saves the guest
count=$scratch/count
FAIL_COUNT=$count LD_PRELOAD=$TS_BINARY_DIR/tests/fail_at.so run_suites > /dev/null 2>&1 || true
undisturbed=$(facts)
check "the undisturbed run" "$(jq -c '[.[] | [.verdict, .cases]]' <<< "$undisturbed")" '[["incompatible",[["measures","PASS"],["fails","FAIL"]]]]'

# most ROLE CALL: the largest number of such calls in one process.
most() { awk -v r="$1" -v c="$2" '$1 == r && $2 == c && $3 > n { n = $3 } END { print n + 0 }' "$count"; }
calls=("write 28" "write 5" "write 0" "sync 5" "open 28" "open 24" "rename 28" "mkdir 28" "unlink 5" "read 5" "mmap 12" "malloc 12" "fork 11")
for fault in $(seq $((faults / 2))); do
    role=controller
    [ $((RANDOM % 5)) -lt 2 ] || role=worker
    read -r call errno <<< "${calls[RANDOM % ${#calls[@]}]}"
    range=$(most "$role" "$call")
    [ "$range" -gt 0 ] || continue
    number=$(((RANDOM * 32768 + RANDOM) % range + 1))
    name="$fault: $role $call $number of $range, errno $errno"
    rm -f "$scratch/mark"
    before=$(latest)
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
    if [ "$(latest)" = "$before" ]; then
        # The fault occurred before the run existed: only the message may be left.
        check "$name: there was no run, and it says why" "$([ -s "$scratch/err" ] && echo said)" said
    else
        # A case that passed and whose output the host could not store is MISS beside the one that failed.
        found=$(facts | sed 's/\["measures","MISS"\]/["measures","PASS"]/')
        check "$name: the facts" "$found" "$undisturbed"
        [ "$found" = "$undisturbed" ] || { sed 's/^/  | /' "$scratch/err" | tail -n 5; sed 's/^/  || /' "$scratch/resume" | tail -n 5; }
    fi
done

# The host fails under a guest that boots or runs: then silence is not the fault of the image or the product.
# A row: CALL, number, errno (0: a short write), and a part of the path of the file or socket.
under=("read 1 5 agent.sock" "read 9 5 agent.sock" "write 1 5 agent.sock" "write 6 5 agent.sock" "read 40 5 monitor.sock"
    "read 5 5 console.sock" "read 60 5 console.sock" "write 3 28 work/console" "write 30 5 work/console" "write 2 5 payload.raw")
for row in "${under[@]}"; do
    read -r call number errno part <<< "$row"
    rm -f "$scratch/mark"
    code=0
    FAIL_AT="worker $call $number $errno" FAIL_ON=$part FAIL_MARK=$scratch/mark LD_PRELOAD=$TS_BINARY_DIR/tests/fail_at.so \
        run_suites --cold --retry-infrastructure 0 > "$scratch/out" 2> "$scratch/err" < /dev/null || code=$?
    matrix=$("$touchstone" matrix --json) || true
    check "$row: reached, and the host's$(cell x86 mixed '" (\(.reason))"')" \
        "$code $([ -e "$scratch/mark" ] && echo reached) $(cell x86 mixed '.status + " " + .blame')" "2 reached MISS host"
done

# Verbs that read. Each is compared with its undisturbed output; free space changes meanwhile.
steady() { sed 's/"free_bytes": [0-9]*/"free_bytes": N/' "$1"; }
verbs=("matrix --json" "show x86/mixed" "show x86/mixed --json" "report --format html" "report --format junit"
    "report --format markdown" "report --json" "doctor --json" "image list --json" "platform list --json" "plan --suite $suites/mixed --json")
for fault in $(seq $((faults - faults / 2))); do
    verb=${verbs[RANDOM % ${#verbs[@]}]}
    read -r call errno <<< "${calls[RANDOM % ${#calls[@]}]}"
    # shellcheck disable=SC2086
    rm -f "$count" && FAIL_COUNT=$count LD_PRELOAD=$TS_BINARY_DIR/tests/fail_at.so "$touchstone" $verb > "$scratch/whole" 2> /dev/null < /dev/null || true
    # shellcheck disable=SC2086
    code=0 && "$touchstone" $verb > "$scratch/whole" 2> /dev/null < /dev/null || code=$?
    undisturbed=$code
    range=$(most controller "$call")
    [ "$range" -gt 0 ] || continue
    number=$(((RANDOM * 32768 + RANDOM) % range + 1))
    name="$fault: ${verb%% *} $call $number of $range, errno $errno"
    rm -f "$scratch/mark"
    code=0
    # shellcheck disable=SC2086
    FAIL_AT="controller $call $number $errno" FAIL_MARK=$scratch/mark LD_PRELOAD=$TS_BINARY_DIR/tests/fail_at.so \
        "$touchstone" $verb > "$scratch/out" 2> "$scratch/err" < /dev/null || code=$?
    # doctor reports the fault itself; a report warns about what it leaves out.
    if { [ "$code" = 74 ] && [ -s "$scratch/err" ]; } || { [ "$code" = 74 ] && [ "$verb" = "doctor --json" ]; } ||
        { [ "$code" = "$undisturbed" ] && grep -q warning: "$scratch/err"; }; then
        check "$name: says why" said said
    elif [ "$code" = "$undisturbed" ] && { [ "$(steady "$scratch/out")" = "$(steady "$scratch/whole")" ] || [ "$verb" = "doctor --json" ]; }; then
        check "$name: the same answer" same same
    else
        check "$name" "exit code $code, $(wc -c < "$scratch/out") bytes: $(tail -n 1 "$scratch/err")" "74 and why, or exit code $undisturbed and the same $(wc -c < "$scratch/whole") bytes"
    fi
done
finish
