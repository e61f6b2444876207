#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The controller, a worker or QEMU is killed with SIGKILL at a random moment, then `resume`: the same results each time.
# TOUCHSTONE_TEST_SEEDS is the number of repetitions (2; with TOUCHSTONE_TEST_ALL 50), TOUCHSTONE_TEST_FIRST_SEED the
# first seed.
own_states=yes
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
export XDG_RUNTIME_DIR=$scratch/run
mkdir -m 700 "$XDG_RUNTIME_DIR"
seeds=${TOUCHSTONE_TEST_SEEDS:-$([ -n "${TOUCHSTONE_TEST_ALL-}" ] && echo 50 || echo 2)}
first=${TOUCHSTONE_TEST_FIRST_SEED:-1}
add_image amd64
suite good
case_of good one exit yes 20 <<< 'observe colour green; echo measured'
case_of good two exit yes 20 <<< 'sleep 1'
case_of good three exit yes 20 <<< 'exit 0'
suite bad
case_of bad fails exit yes 20 <<< 'exit 1'
case_of bad works exit no 20 <<< 'sleep 1'

run_it() {
    "$touchstone" run --image debian-bookworm-amd64 --platform x86 --accel tcg --jobs 1 --plain \
        --suite "$suites/good" --suite "$suites/bad"
}
# A cell that failed before it was cut short is not run again: for `bad`, only what failed is compared.
facts() {
    "$touchstone" report --json | jq -cS '[.cells[] | {suite, verdict, cases: (if .suite == "good"
        then [.cases[] | [.id, .status]] else [.cases[] | select(.id == "fails") | [.id, .status]] end)}]'
}
qemus() { pgrep -f -- "qemu-system.*$scratch" || true; }

# kill_one: kills one of the existing processes.
kill_one() {
    local role=$1 controller=$2 pid=
    case $role in
    controller) pid=$controller ;;
    worker) pid=$(pgrep -P "$controller" -f 'worker job' | head -n 1 || true) ;;
    qemu) pid=$(qemus | head -n 1) ;;
    esac
    [ -n "$pid" ] && kill -KILL "$pid" 2> /dev/null
}

run_it > /dev/null 2>&1 || true # prepares the guest and records the expected results
expected=$(facts)
check "an undisturbed run" "$(jq -r '[.[] | .verdict] | sort | join(" ")' <<< "$expected")" "compatible incompatible"

for seed in $(seq "$first" $((first + seeds - 1))); do
    RANDOM=$seed
    roles=(controller worker qemu)
    role=${roles[RANDOM % 3]}
    delay=$((RANDOM % 120)) # tenths of a second; a run takes about so long
    run_it > "$scratch/out" 2> "$scratch/err" < /dev/null &
    shell=$!
    sleep "$((delay / 10)).$((delay % 10))"
    controller=$(pgrep -P "$shell" touchstone || echo "$shell")
    killed=nobody
    if kill_one "$role" "$controller"; then killed=$role; fi
    died=$(date +%s%N)
    if [ "$killed" = controller ]; then
        for _ in $(seq 60); do
            [ -n "$(qemus)" ] || break
            sleep 0.1
        done
    fi
    after=$((($(date +%s%N) - died) / 1000000))
    wait "$shell" || true
    [ "$killed" != controller ] || check "seed $seed: no QEMU five seconds after its controller's death" "$([ "$after" -lt 5000 ] && echo gone)" gone
    for _ in 1 2 3; do
        code=0
        "$touchstone" resume --plain > "$scratch/out" 2>&1 < /dev/null || code=$?
        [ "$code" != 3 ] || { code=0; run_it > "$scratch/out" 2>&1 < /dev/null || code=$?; } # it had not begun
        [ "$code" -gt 2 ] || [ "$(facts)" != "$expected" ] || break
    done
    check "seed $seed ($killed after $delay/10 s): the facts" "$(facts)" "$expected"
done
finish
