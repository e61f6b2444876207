#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A kill loses nothing: a worker, then the controller, then Ctrl-C; after each nothing is left behind,
# and resume runs only what is unfinished.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
add_image amd64
suite quick
case_of quick works exit yes 20 <<< 'exit 0'
suite slow
case_of slow waits exit yes 60 <<< 'sleep 8'
run=("$touchstone" run --image debian-bookworm-amd64 --platform x86 --jobs 1 --suite "$suites/quick" --suite "$suites/slow" --plain --json)

# start_run: in the background, until the slow cell's case runs; its pid in $controller.
start_run() {
    "${run[@]}" > "$scratch/out" 2> "$scratch/err" < /dev/null &
    controller=$!
    for _ in $(seq 1200); do
        worker=$(pgrep -P "$controller" -f 'job .*x86\.slow' || true)
        [ -n "$worker" ] && pgrep -f -- "qemu-system.*x86\.slow" > /dev/null && return
        kill -0 "$controller" 2> /dev/null || { cat "$scratch/err"; check "the run goes on" ended running; return; }
        sleep 0.1
    done
    check "the slow cell started" no yes
}
nothing_left() {
    for _ in $(seq 100); do
        pgrep -f -- "qemu-system.*$scratch" > /dev/null || break
        sleep 0.1
    done
    check "$1: no QEMU left" "$(pgrep -f -- "qemu-system.*$scratch" || true)" ""
    check "$1: no disk left" "$(find "$TOUCHSTONE_HOME/runs" -name '*.work' -o -name '*.partial')" ""
}
wait_run() { code=0; wait "$controller" || code=$?; }

start_run
kill -KILL "$worker"
wait_run
check "a killed worker: exit code" "$code" 2
matrix=$(cat "$scratch/out")
check "a killed worker: its cell" "$(cell x86 slow '"\(.verdict) \(.blame)"')" "not-assessed harness"
check "a killed worker: the other cell" "$(cell x86 quick .verdict)" compatible
nothing_left "a killed worker"

start_run
kill -INT "$controller"
wait_run
check "Ctrl-C: exit code" "$code" 130
nothing_left "Ctrl-C"
expect_exit "resume after Ctrl-C" 0 "$touchstone" resume --json
matrix=$printed
check "resume after Ctrl-C: the cell" "$(cell x86 slow .verdict)" compatible
check "resume after Ctrl-C: only it ran again" "$(cell x86 quick .attempt)" 1

start_run
kill -KILL "$controller"
wait_run
expect_exit "resume after SIGKILL" 0 "$touchstone" resume --json
matrix=$printed
check "resume after SIGKILL: every cell" "$(jq -c '[.cells[].verdict]' <<< "$matrix")" '["compatible","compatible"]'
nothing_left "resume after SIGKILL"
expect_exit "resume of a run that ended" 0 "$touchstone" resume --json
finish
