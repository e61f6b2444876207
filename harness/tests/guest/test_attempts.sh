#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Several attempts of a cell in real guests: each starts from an unused guest and is counted; QEMU being stopped by the
# host costs an attempt but no verdict; and the command that runs a cell again makes that cell.
own_states=yes
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
export PATH=$TS_BINARY_DIR:$PATH
add_image amd64
suite coin
# What a guest left behind would be seen by the next; the clock decides the outcome.
case_of coin fresh exit yes 20 <<< '[ ! -e /var/tmp/mark ] || exit 1; echo > /var/tmp/mark; sync'
case_of coin flips exit yes 20 << 'END'
digit=$(date +%N | cut -c8)
observe coin "$((digit % 2))"
[ "$((digit % 2))" = 0 ]
END
suite broken
case_of broken fails exit yes 20 <<< 'exit 1'
suite slow
case_of slow waits exit yes 60 <<< 'sleep 20'
suite parts
sed -i 's/function/install/' "$suites/parts/cases.xml"
case_of parts sets-up exit yes 20 <<< 'exit 0'
sed -i 's/function/install/' "$suites/parts/cases.xml"
case_of parts works exit yes 20 <<< 'exit 1'

# run_suite NAME OPTION…: exit code in $code.
run_suite() {
    local name=$1
    shift
    code=0
    "$touchstone" run --image debian-bookworm-amd64 --platform x86 --accel tcg --plain --suite "$suites/$name" "$@" \
        > "$scratch/out" 2> "$scratch/err" < /dev/null || code=$?
}
shown() { "$touchstone" show "x86/$1" --json | jq -c "$2"; }

run_suite coin --repeat 6 --jobs 1
check "repeat: attempts" "$(shown coin '[.attempts, .repeat, (.attempt_list|length)]')" '[6,6,6]'
check "repeat: each guest was a fresh one" "$(shown coin '[.rates[] | select(.id == "fresh") | .passed, .failed]')" '[6,0]'
passed=$(shown coin '[.attempt_list[].cases.PASS]|add') failed=$(shown coin '[.attempt_list[].cases.FAIL]|add')
check "repeat: all cases of all attempts are accounted for" "$((passed + failed))" 12
check "repeat: the rate is the attempts' own" "$(shown coin '[.rates[] | select(.id == "flips") | .passed, .failed, .errors]')" \
    "[$((passed - 6)),$failed,0]"
case $failed in
0) expected='["compatible",4,false] 0' ;;
1 | 2 | 3) expected='["conditional",3,true] 0' ;;
*) expected='["incompatible",1,false] 1' ;;
esac
check "repeat: $failed of 6 failed: the verdict" "$(shown coin '[.verdict, .rule, .flaky]') $code" "$expected"
[ "$failed" = 0 ] || check_has "repeat: the reason" "$(shown coin .reason)" "failed in $failed of 6 attempts"

run_suite broken --retry 2
check "retry: a case that always fails" "$(shown broken '[.verdict, .attempts, .flaky]') $code" '["incompatible",3,false] 1'
check_has "retry: the reason" "$(shown broken .reason)" "failed in 3 of 3 attempts"

# The host stops QEMU in the middle of a case: it is run again automatically, and nothing counts against the cell.
run_suite slow &
runner=$!
for _ in $(seq 3000); do
    qemu=$(pgrep -f -- "qemu-system.*$scratch.*x86\.slow" || true)
    [ -z "$qemu" ] || break
    sleep 0.1
done
sleep 4 # during the case, or before it: the host is to blame in both cases
kill -KILL "$qemu"
wait "$runner"
check "QEMU stopped by the host: the run" "$(shown slow '[.verdict, .attempts, .flaky]')" '["compatible",2,false]'
check "QEMU stopped by the host: the first attempt" "$(shown slow '.attempt_list[0] | [.outcome, .blame]')" '["MISS","host"]'

run_suite parts --item install --time-scale 20
facts='[.verdict, .scope, .partial, [.cases[] | [.id, .status]]]'
one=$(shown parts "$facts") run=$(shown parts .run)
check "a part of a suite" "$code $(jq -c '.[2]' <<< "$one")" "5 true"
(cd / && eval "$("$touchstone" show x86/parts --json | jq -r .again)" > /dev/null 2>&1) || true
check "run again: another run" "$([ "$(shown parts .run)" != "$run" ] && echo other)" other
check "run again: the same cell" "$(shown parts "$facts")" "$one"
# The memory of the prepared guests is a file that restored ones map; the state beside it has only devices.
check "memory in a file of its own" "$(find "$TOUCHSTONE_HOME/states" -mindepth 2 -name ram | wc -l)" \
    "$(find "$TOUCHSTONE_HOME/states" -mindepth 2 -name memory -size -8192k | wc -l)"
check "states" "$(find "$TOUCHSTONE_HOME/states" -mindepth 2 -name ram | grep -c .)" "$(find "$TOUCHSTONE_HOME/states" -mindepth 2 -name meta.json | wc -l)"
finish
