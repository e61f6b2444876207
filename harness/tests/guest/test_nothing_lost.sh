#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Judged cases stay judged: a guest that crashes its worker through the agent's port loses the case that did so and none
# before it, and when any process is killed, QEMU ends too.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
export XDG_RUNTIME_DIR=$scratch/run
mkdir -m 700 "$XDG_RUNTIME_DIR"
add_image amd64
suite bomb
case_of bomb works exit yes 20 <<< 'observe colour green; echo measured'
case_of bomb fails exit yes 20 <<< 'exit 1'
case_of bomb sends exit yes 60 << 'END'
port=/dev/virtio-ports/org.qemu.guest_agent.0
systemctl stop qemu-guest-agent || exit 99
head -c 9000000 /dev/zero | tr '\0' '[' > "$port"
sleep 20
END
case_of bomb after exit yes 20 <<< 'exit 0'
suite slow
case_of slow works exit yes 20 <<< 'exit 0'
case_of slow waits exit yes 60 <<< 'sleep 6'

run_suite() {
    "$touchstone" run --image debian-bookworm-amd64 --platform x86 --accel tcg --jobs 1 --plain "$@" \
        --suite "$suites/$suite"
}
# qemus: the QEMU processes of this home.
qemus() { pgrep -f -- "qemu-system.*$scratch" || true; }
# gone NAME: within five seconds.
gone() {
    for _ in $(seq 50); do
        [ -n "$(qemus)" ] || break
        sleep 0.1
    done
    check "$1: QEMU is gone within five seconds" "$(qemus)" ""
}
# wait_case: until the guest runs the case that waits.
wait_case() {
    for _ in $(seq 900); do
        grep -qs waits "$TOUCHSTONE_HOME"/runs/*/jobs/cell.*.slow/*/bundle.running && return
        sleep 0.1
    done
    check "the case runs" "no" "yes"
}

suite=bomb
expect_exit "bomb: a required case failed" 1 run_suite --json
matrix=$printed
check "bomb: the verdict" "$(cell x86 bomb .verdict)" incompatible
expect_exit "bomb: show" 0 "$touchstone" show x86/bomb --json
check "bomb: cases that had ended keep their status" "$(case_of_cell works .status) $(case_of_cell fails .status)" "PASS FAIL"
check "bomb: the one that ran" "$(case_of_cell sends .status)" MISS
check "bomb: whose fault" "$(case_of_cell sends .blame)" product
check "bomb: the rest" "$(case_of_cell after .status)" MISS
check "bomb: evidence" "$(jq -r '[.evidence[].name] | map(select(. == "console" or . == "domain.xml" or . == "stdout")) | unique | join(" ")' <<< "$printed")" "console domain.xml stdout"
check "bomb: observations" "$(jq -r '[.observations[] | select(.key == "colour") | .value] | join(" ")' <<< "$printed")" green
gone bomb

suite=slow
for role in controller worker; do
    run_suite > "$scratch/out" 2> "$scratch/err" < /dev/null &
    shell=$!
    wait_case
    controller=$(pgrep -P "$shell" touchstone || echo "$shell")
    worker=$(pgrep -P "$controller" -f 'worker job' || true)
    check "$role: there is a QEMU" "$([ -n "$(qemus)" ] && echo yes)" yes
    if [ "$role" = controller ]; then kill -KILL "$controller"; else kill -KILL "$worker"; fi
    gone "$role"
    wait "$shell" || true
    expect_exit "$role: resume" 0 "$touchstone" resume --json
    matrix=$printed
    check "$role: the verdict" "$(cell x86 slow .verdict)" compatible
    gone "$role: resume"
    check "$role: nothing unfinished" "$(find "$TOUCHSTONE_HOME/runs" -name '*.partial' -o -name '*.journal*' -o -name '*.running')" ""
done
finish
