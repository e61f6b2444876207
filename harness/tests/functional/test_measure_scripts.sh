#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The scripts of the probes that measure, with the real sampler and rounds of two seconds: what ends under the load or does
# not stop is not measured as if it ran, a load that fails by itself is the suite's fault (98), and each phase is sampled
# with the product in the state that it is about.
set -euo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/probe_scripts.sh"
guest=$TS_BINARY_DIR/guest/$(uname -m)/touchstone-guest
[ -x "$guest" ] || { echo "skipped: no '$guest'"; exit 77; }
script bin/touchstone-sample << END
[ "\$2" != look ] || set -- --phase look --rounds 1
exec '$guest' sample --seconds 2 --interval 1 --idle-check 1 "\$@"
END

export TOUCHSTONE_SAMPLES="$scratch/results 0 1000000" TOUCHSTONE_CASE=measure TOUCHSTONE_ROUNDS=2 TOUCHSTONE_MINUTES=1
export TOUCHSTONE_ARTIFACTS=$scratch/artifacts TOUCHSTONE_ROUND_FIRST=1
mkdir "$TOUCHSTONE_ARTIFACTS"
# measure NAME: like probe, with no samples before it. ended: how each round ended.
measure() {
    : > "$scratch/results"
    probe "$1"
}
ended() { awk -F, '$1 == "end" { printf "%s%s %s %s", n++ ? ", " : "", $2, $3, $5 }' "$scratch/results"; }
# processes PHASE: the most processes of the product in a sample of the phase; none: no sample knows of it.
processes() {
    awk -F, -v phase="$1" '
        $1 == "columns" { for (i = 2; i <= NF; i++) if ($i == "product.processes") at = i }
        $1 == "begin" { on = $2 == phase }
        $1 == "sample" && on && $at + 0 > most { most = $at + 0 }
        END { print most ? most : "none" }' "$scratch/results"
}
with() { product "<probes start=\"$scratch/$1\" stop=\"$scratch/$2\" load=\"$3\" overload=\"${4:-true}\" measure=\"idle load overload endurance\"/>"; }
running() { wc -l < "$groups/touchstone-probe/cgroup.procs"; }
end_all() { for pid in $(cat "$groups/touchstone-probe/cgroup.procs"); do kill -9 "$pid"; done; rm -f "$scratch/pid"; }

script good <<< "$run_it"
# It states a rate at which the product serves, and runs until it is ended.
script load <<< "while :; do echo \$1 > \"\$TOUCHSTONE_RATE\"; sleep 0.3; done"

# --- what must not look like a measurement
with good stop "exit 3"
check "a load that fails while the product runs" "$(measure load | cut -d, -f 1)" 98
check_has "which is named" "$(cat "$scratch/said")" "the load 'exit 3' failed"
check "its round is not whole" "$(ended)" "look 1 whole, load 1 failed"
end_all
with good stop "kill -9 \$(cat $scratch/pid); exit 1"
check "a product that the load ends" "$(measure load | cut -d, -f 1,3)" "0, 1"
check_has "which is named" "$(cat "$scratch/said")" "product has ended under it"
end_all
# The load notices before its server is gone.
with good stop "(sleep 1; kill -9 \$(cat $scratch/pid)) &amp; exit 1"
check "a product that ends as its load does" "$(measure load | cut -d, -f 1,3)" "0, 1"
check_has "is named as well" "$(cat "$scratch/said")" "product has ended under it"
end_all
with good stop "kill -9 \$(cat $scratch/pid) 2> /dev/null; exec sleep 100"
check "one that ends without the load noticing" "$(measure endurance | cut -d, -f 1,3)" "0, 1"
check_has "is not the same" "$(cat "$scratch/said")" "not ok 2 - every main process is the same"
end_all
script deaf <<< 'exit 0'
with good deaf "exec sleep 100"
check "one that does not stop" "$(measure idle | cut -d, -f 1,3)" "0, 1"
check "has no idle time afterwards" "$(ended)" "before 1 whole, loaded 1 whole"
end_all
script fails <<< 'echo "no license" >&2; exit 3'
with fails stop "exec sleep 100"
check "one that does not start" "$(measure load | cut -d, -f 1,2,3)" "0, 0, 1"
check "is not loaded" "$(ended)" "look 1 whole"

# --- one that works
with good stop "exec sleep 100"
check "idle" "$(measure idle)" "0, 2, 0"
check "its phases, whatever the number of rounds" "$(ended)" "before 1 whole, loaded 1 whole, after 1 whole"
check "the product runs in one of them" "$(processes before) $(processes loaded) $(processes after)" "none 1 none"
check "it is stopped" "$(running)" 0
check "load" "$(measure load)" "0, 3, 0"
check "its rounds" "$(ended)" "look 1 whole, load 1 whole, load 2 whole"
check "the guest is looked at before the product starts" "$(cut -d, -f 1 "$scratch/results" | grep -n -m 1 idle-check)" "4:idle-check"
check "endurance" "$(measure endurance)" "0, 3, 0"
check "its rounds" "$(ended)" "look 1 whole, endurance 1 whole, endurance 2 whole"
export TOUCHSTONE_ROUND_FIRST=2
check "endurance that is continued" "$(measure endurance)" "0, 3, 0"
check "the rounds that are missing" "$(ended | grep -o 'endurance.*')" "endurance 2 whole"
check "with its own look at the guest" "$(grep -c '^idle-check' "$scratch/results")" 1
export TOUCHSTONE_ROUND_FIRST=1
with good stop "exec $scratch/load 100" "exec $scratch/load 20"
check "overload" "$(measure overload)" "0, 5, 0"
check "its phases" "$(ended)" "look 1 whole, normal 1 whole, overload 1 whole, recovery 1 whole"
check "the rates" "$(awk -F, '$1 == "begin" { phase = $2 } $1 == "sample" && $(NF - 1) != "" { last[phase] = $(NF - 1) } END { print last["normal"], last["overload"], last["recovery"] }' "$scratch/results")" "100 20 100"
rmdir "$groups/touchstone-probe" "$groups/touchstone-load" 2> /dev/null || true
end_checks
