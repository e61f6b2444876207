#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A kill loses nothing: the controller, then a worker, is killed with SIGKILL at every commit point of a run (found by
# kill_at.c, without support in the program), then `resume`: the same matrix as without a kill, nothing run or counted
# twice, every attempt stored, nothing left over. Also Ctrl-C.
own_states=yes
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
export XDG_RUNTIME_DIR=$scratch/run
mkdir -m 700 "$XDG_RUNTIME_DIR"
add_image amd64
suite first
case_of first works exit yes 20 <<< 'exit 0'
suite second
case_of second measures exit yes 20 <<< 'observe colour green; echo measured'
case_of second works exit yes 20 <<< 'exit 0'
suite slow
case_of slow waits exit yes 60 <<< 'sleep 5'

# run_suites SUITE…: a run of these, one after the other, on one guest.
run_suites() {
    local options=()
    for name in "$@"; do options+=(--suite "$suites/$name"); done
    # shellcheck disable=SC2206
    options+=(${budget-})
    "$touchstone" run --image debian-bookworm-amd64 --platform x86 --accel tcg --jobs 1 --plain "${options[@]}"
}
# Results that must be the same with and without a kill: measured values may differ.
facts() {
    "$touchstone" report --json | jq -cS '[.cells[] | {suite, verdict, status, coverage,
        cases: [.cases[] | [.id, .status]], keys: ([.observations[] | [.case, .key]] | sort)}]'
}
# attempts SUITE: the number of stored attempts of its cell.
attempts() { "$touchstone" matrix --json | jq -r --arg s "$1" '.cells[] | select(.suite == $s) | .attempts'; }
nothing_left() {
    for _ in $(seq 50); do
        pgrep -f -- "qemu-system.*$scratch" > /dev/null || break
        sleep 0.1
    done
    check "$1: no QEMU left" "$(pgrep -f -- "qemu-system.*$scratch" || true)" ""
    check "$1: no root or socket left" "$(find "$XDG_RUNTIME_DIR" -mindepth 2 -not -name '*.lock')" ""
    check "$1: no file left" "$(find "$TOUCHSTONE_HOME" -name '*.work' -o -name '*.partial' -o -name '*.draft' \
        -o -name '*.journal*' -o -name '*.running' -o -path '*/incoming/*' -o -name '*.json.??????' -o -name '*.removed')" ""
}

# kill_at ROLE STEPS EXIT SUITE…: a run in which ROLE is killed there.
kill_at() {
    local role=$1 steps=$2 expected=$3 code=0
    shift 3
    rm -f "$scratch/mark"
    KILL_AT="$role $steps" KILL_MARK=$scratch/mark LD_PRELOAD=$TS_BINARY_DIR/tests/kill_at.so \
        run_suites "$@" > "$scratch/out" 2> "$scratch/err" < /dev/null || code=$?
    check "$point: the $role was killed there" "$([ -e "$scratch/mark" ] && echo killed) $code" "killed $expected"
}
# same_as EXPECTED: resume, whose result is as if nothing had happened.
same_as() {
    expect_exit "$point: resume" 0 "$touchstone" resume --plain
    check "$point: the matrix" "$(facts)" "$1"
    nothing_left "$point"
}

point="controller: a guest is being saved"
kill_at controller 'read+:*saving the guest*' 137 first second
expect_exit "$point: resume" 0 "$touchstone" resume --plain
nothing_left "$point"
both=$(facts)
run_suites first second > /dev/null 2>&1
check "an undisturbed run has the same matrix" "$(facts)" "$both"
one=$(jq -cS '[.[] | select(.suite == "second")]' <<< "$both")
check "and it is a whole one" "$(jq -c '.[0] | [.verdict, .coverage.judged, (.keys | map(select(.[1] == "colour")) | length)]' <<< "$one")" '["compatible",2,1]'

# Before there is a manifest there is no run: resume says so, and does not show an older one.
while IFS='|' read -r name steps; do
    point="controller: $name"
    kill_at controller "$steps" 137 second
    expect_exit "$point: resume has nothing" 3 "$touchstone" resume
    check_has "$point: and says it" "$said" "killed while it was being planned"
    nothing_left "$point"
done << 'END'
the run's folder is made|mkdir+:*/runs/????????-??????
the inputs are being copied|open+:*/inputs/*/suite.xml
END

# Cases that had ended when the controller died form an attempt: 2 if one had.
bundle='*/cell.*.second/1/bundle'
while IFS='|' read -r name of kept steps; do
    point="controller: $name"
    # shellcheck disable=SC2086
    kill_at controller "$steps" 137 $of
    if [ "$of" = second ]; then same_as "$one"; else same_as "$both"; fi
    check "$point: attempts of the cell" "$(attempts second)" "$kept"
    [ "$of" = second ] || check "$point: the other cell did not run again" "$(attempts first)" 1
done << END
the manifest is written|second|1|rename+:*/manifest.json
the run is being added to the store|second|1|rename+:*/manifest.json;sync:*/store.db-wal
the run is in the store|second|1|rename+:*/manifest.json;sync+:*/store.db-wal
an order is being written|second|1|rename:*/cell.*.second/1/job.json
a guest is started|second|1|open+:*/cell.*.second/1/worker.log;read+:*restoring the guest*
a case has ended|first second|2|open+:*/cell.*.second/1/worker.log;read+:*case-end*
a bundle is seen|second|1|open+:$bundle
evidence is being copied|second|1|open+:$bundle;rename:*/evidence/??/*
a bundle is being merged|second|1|open+:$bundle;sync:*/store.db-wal
a bundle is merged|first second|1|open+:$bundle;sync+:*/store.db-wal
the end of the run is being noted|second|1|open+:$bundle;sync+:*/store.db-wal;sync:*/store.db-wal
the run has ended|second|1|open+:$bundle;sync+:*/store.db-wal;sync+:*/store.db-wal
END

# Left to resume: otherwise, a run repeats what the harness cut short automatically.
order='open+:*/cell.*.second/1/job.json' budget="--retry-infrastructure 0"
while IFS='|' read -r name of expected kept steps; do
    point="worker: $name"
    # shellcheck disable=SC2086
    kill_at worker "$steps" "$expected" $of
    nothing_left "$point, before resume"
    [ "$kept" = 1 ] || check_has "$point: resume is told of" "$(cat "$scratch/err")" "1 of $(wc -w <<< "$of") cell"
    if [ "$of" = second ]; then same_as "$one"; else same_as "$both"; fi
    check "$point: attempts of the cell" "$(attempts second)" "$kept"
    [ "$of" = second ] || check "$point: the other cell did not run again" "$(attempts first)" 1
done << END
its order is read|second|2|2|$order
its bundle is begun|second|2|2|mkdir+:*/cell.*.second/1/bundle.partial
its work folder is made|second|2|2|mkdir+:*/cell.*.second/1/bundle.work
its root is made|second|2|2|$order;mkdir+:*/vm-*
its disks are being made|second|2|2|open+:*/cell.*.second/1/bundle.work/payload.raw
its guest is being restored|second|2|2|$order;write+:*restoring the guest*
its guest runs|second|2|2|$order;write+:*measuring identity*
a case has ended|first second|2|2|$order;write+:*case-end*
its journal is being written|second|2|2|rename:*/cell.*.second/1/bundle.journal
a case is in its journal|second|2|2|rename+:*/cell.*.second/1/bundle.journal;rename+:*/cell.*.second/1/bundle.journal
evidence is half collected|second|2|2|rename:*/cell.*.second/1/bundle.partial/evidence/*
its bundle is whole, and has no name|second|2|2|rename:*/cell.*.second/1/bundle
its bundle is in place|second|0|1|rename+:*/cell.*.second/1/bundle
it is tearing down|first second|0|1|rename+:*/cell.*.second/1/bundle;unlink:*/bundle.work/*
END

budget=

# A state that looks intact but cannot be restored: it is removed with a message, and the cell boots cold.
point="a state that does not restore"
check "$point: image show has it" "$("$touchstone" image show debian-bookworm-amd64 --json | jq -c '[.states[] | [.platform, .bytes > 0, (.used | length)]]')" '[["x86",true,24]]'
memory=$(find "$TOUCHSTONE_HOME/states" -name memory)
touch -r "$memory" "$scratch/stamp"
chmod u+w "$memory"
dd if=/dev/zero of="$memory" bs=64K count=1 conv=notrunc status=none
touch -r "$scratch/stamp" "$memory"
expect_exit "$point: a run" 0 run_suites second
check "$point: the matrix" "$(facts)" "$one"
expect_exit "$point: show" 0 "$touchstone" show x86/second --json
check_has "$point: why is evidence" "$(jq -r '[.. | objects | .name? // empty] | unique | join(" ")' <<< "$printed")" why-cold
check "$point: it is gone" "$("$touchstone" image show debian-bookworm-amd64 --json | jq -c .states)" '[]'

point="worker: killed, with the budget for it"
kill_at worker "$order" 0 second
check "$point: the matrix" "$(facts)" "$one"
check "$point: attempts of the cell" "$(attempts second)" 2
nothing_left "$point"
# The controller is killed in the attempt after a failure: the budget continues where it was.
suite broken
case_of broken fails exit yes 20 <<< 'exit 1'
point="controller: a cell is run again" budget="--retry 2"
kill_at controller 'open+:*/cell.*.broken/2/worker.log' 137 broken
expect_exit "$point: resume" 1 "$touchstone" resume --plain
check "$point: attempts of the cell" "$(attempts broken)" 3
nothing_left "$point"
budget=

# Ctrl-C in the middle of a case; and a second controller at the same time.
point="Ctrl-C"
run_suites first slow > "$scratch/out" 2> "$scratch/err" < /dev/null &
controller=$!
for _ in $(seq 600); do
    pgrep -f -- 'qemu-system.*x86\.slow' > /dev/null && break
    sleep 0.1
done
expect_exit "a second controller is refused" 74 "$touchstone" resume
check_has "and says why" "$said" "another touchstone is running jobs"
expect_exit "clean waits for the end of a run, too" 74 "$touchstone" clean
child=$(pgrep -P "$controller" touchstone || true) # run_suites runs in a separate shell
kill -INT "${child:-$controller}"
code=0
wait "$controller" || code=$?
check "$point: exit code" "$code" 130
nothing_left "$point"
expect_exit "$point: resume" 0 "$touchstone" resume --json
matrix=$printed
check "$point: the cell" "$(cell x86 slow .verdict)" compatible
check "$point: only it ran again" "$(cell x86 first .attempts)" 1
nothing_left "$point: resume"
expect_exit "resume of a run that ended" 0 "$touchstone" resume --json
check "nothing ran again" "$(jq -c '[.cells[].attempts]' <<< "$printed")" "$(jq -c '[.cells[].attempts]' <<< "$matrix")"
finish
