#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What measures, in guests. The sampler beside sar for TOUCHSTONE_TEST_SECONDS (600, a multiple of 60); a long run whose
# worker is killed in its second round, and which `resume` continues from there.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/sampling.sh"
seconds=${TOUCHSTONE_TEST_SECONDS:-600}
add_image amd64
chosen=${ONLY:-meter long}
want() { case " $chosen " in *" $1 "*) ;; *) return 1 ;; esac; }
run() { "$touchstone" run --image debian-bookworm-amd64 --platform x86 --jobs 1 --plain "$@"; }

if want meter; then
    meter_suite "$seconds"
    expect_exit "meter: run" 0 run --suite "$suites/meter"
    shown_whole meter
    check_meter "$seconds"
fi

# --- a long run whose worker is killed
# has_begun ROUND: the guest's disk says so.
has_begun() {
    local disk
    for disk in $(find "$TOUCHSTONE_HOME" -name results.raw); do
        # Not -q, which would end dd by a signal, and so fail.
        dd if="$disk" bs=1M skip=8184 count=1 status=none | grep -a "^begin,endurance,$1," > /dev/null && return 0
    done
    return 1
}
# worker: the pid of the only one here. It has a child of the same name, which ends its guest.
worker() {
    local all pid
    all=" $(pgrep -f -- "worker job $TOUCHSTONE_HOME" | xargs) "
    for pid in $all; do
        case $all in *" $(ps -o ppid= -p "$pid" | tr -d ' ') "*) ;; *) echo "$pid" ;; esac
    done
}
# rounds FILE: the rounds in it and how they ended: "1:whole 2:open".
rounds() {
    awk -F, '$1 == "begin" { number = $3; all[number] = "open" } $1 == "end" { all[number] = $5 }
        END { for (i = 1; i <= 9; i++) if (i in all) printf "%s%s:%s", n++ ? " " : "", i, all[i]; print "" }' "$1"
}
if want long; then
    suite long
    case_of long works exit yes 20 <<< 'exit 0'
    case_of long endures exit yes 60 <<< 'exec touchstone-sample --phase endurance --interval 1 -- sleep 100'
    sed -i 's/id="endures" item="function"/id="endures" item="endurance" minutes="1" rounds="3" judge="native"/' "$suites/long/cases.xml"
    write_suite long
    run --retry-infrastructure 0 --suite "$suites/long" > "$scratch/out" 2> "$scratch/err" < /dev/null &
    runner=$!
    until has_begun 2 || ! kill -0 "$runner" 2> /dev/null; do sleep 2; done
    sleep 5
    killed=$(worker)
    check_that "long: its worker '$killed' is killed in the second round" kill -KILL "$killed"
    code=0
    wait "$runner" || code=$?
    check "long: the run has no result" "$code" 2
    expect_exit "long: show" 0 "$touchstone" show debian-bookworm-amd64/x86/long --json
    check "long: the case that ran" "$(case_of_cell endures '"\(.status) \(.blame)"')" "MISS harness"
    check_has "long: says why" "$(case_of_cell endures .reason)" "while this case ran"
    echo "it says: $(case_of_cell endures .reason)"
    expect_exit "long: resume" 0 "$touchstone" resume --plain
    shown_whole long
    check "long: it ran, and is not judged" "$(case_of_cell endures .status)" DONE
    check "long: the first attempt" "$(rounds "$(file endures samples-earlier-1.csv)")" "1:whole 2:open"
    check "long: the second measured only the others" "$(rounds "$(file endures samples.csv)")" "2:whole 3:whole"
    check "long: rounds" "$(observed test.rounds)" 3
    check_has "long: what was lost" "$(observed endurance.interrupted)" "round 2: open after"
    # A host that was not idle is no failure of this test.
    check "long: compared with those of the first attempt" "$({ observed endurance.difference; observed endurance.difference.unjudged; } | wc -l)" 2
fi

finish
