#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The probes that measure before any guest is started: no run has them unless its plan or the suite asks for each by its
# name; what refuses them; how long a plan with them takes; what the copy in a run's folder and a manifest say.
set -euo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
without_guests
make_acme

loaded="$packages<probes load=\"acme --forever\"/>"
planned() { "${plan[@]}" "$@" | jq -r '.cells[0].scope | "\(.planned)/\(.defined)"'; }
minutes() { "${plan[@]}" "$@" | jq '.cells[0].seconds / 60 | floor'; }
# measured: the cases that measure, of 'suite show'.
measured() { "$touchstone" suite show "$suite" --json | jq -r '[.cases[] | select(.minutes > 0) | "\(.id) \(.rounds)x\(.minutes) \(.judge) \(.item)"] | join(", ")'; }

write_acme "$loaded"
check "a load alone measures nothing" "$(measured) $(planned)" " 12/12"
check "one" "$(planned --measure idle)" "13/13"
check "two, one of them twice" "$(planned --measure load --measure idle --measure load)" "14/14"
check "all that need no more than a load" "$(planned --measure idle --measure load --measure endurance)" "15/15"
check "of one heading" "$(planned --measure idle --measure endurance --item endurance)" "1/14"

write_acme "$packages<probes load=\"acme --forever\" overload=\"acme --more\" measure=\"endurance idle overload load\"/>"
check "a suite asks by itself" "$(measured)" \
    "probe-idle 3x5 native extra, probe-load 3x15 native extra, probe-overload 3x5 native stress, probe-endurance 12x60 native endurance"
check "which the plan does not do twice" "$(planned --measure load)" "16/16"
check "before those that kill" "$("$touchstone" suite show "$suite" --json | jq -r '[.cases[].id] | index("probe-endurance") < index("probe-start")')" true
check "it is in order" "$("$touchstone" suite lint "$suite" --json | jq -r '"\(.errors) \(.warnings)"')" "0 0"
check "left out with the other probes" "$(planned --no-probes)" "0/16"

# --- what is refused
write_acme "$packages<probes/>"
ends "no load" 64 "suite 'acme' has no load" "${plan[@]}" --measure idle
ends "none even if probes are added" 64 "suite 'acme' has no load" "${plan[@]}" --probes --measure idle
write_acme "$packages<probes measure=\"idle\"/>"
ends "no load, in the suite" 64 "has no load" "${plan[@]}"
write_acme "$loaded"
ends "no overload" 64 "suite 'acme' has no overload" "${plan[@]}" --measure overload
ends "an unknown one" 64 "pressure" "${plan[@]}" --measure pressure
ends "packages from nowhere" 64 "is not a folder" "${plan[@]}" --from "$scratch/nowhere"
ends "without probes" 64 "exclude each other" "${plan[@]}" --measure idle --no-probes
write_acme "$packages<probes load=\"a\" measure=\"idle pressure\"/>"
ends "an unknown one in the suite" 64 "suite.xml" "$touchstone" suite show "$suite"

# --- how long it takes: phases are all run, however few rounds are
write_acme "$loaded"
base=$(minutes)
check "without" "$((base < 5))" 1
check "an endurance of half a day" "$(($(minutes --measure endurance) - base))" 720
check "a trial of it" "$(($(minutes --measure endurance --rounds 2 --minutes 1) - base))" 2
check "three phases" "$(($(minutes --measure idle --rounds 1 --minutes 1) - base))" 3
check "said by the plan" "$("$touchstone" plan -i deb -p x86 --accel tcg -s "$suite" --measure idle | grep -c 'measured: idle')" 1

# --- a run whose guest does not start
mkdir -p "$scratch/deb/DEBIAN" "$suite/files"
printf '%s\n' 'Package: acme' 'Version: 1' 'Architecture: all' 'Maintainer: T <none@example.org>' 'Description: made here' \
    > "$scratch/deb/DEBIAN/control"
dpkg-deb --root-owner-group --build "$scratch/deb" "$suite/files/acme.deb" > /dev/null
write_acme '<probes load="acme --forever"/>'
code=0
"$touchstone" run -i deb -p x86 --accel tcg --cold --plain --measure load --measure idle --retry-infrastructure 0 -s "$suite" \
    --connect "$nowhere" --from "$scratch/deb/../deb" > "$scratch/out" 2>&1 || code=$?
check "it has no result" "$code" 2
copy=$(dirname "$TOUCHSTONE_HOME"/runs/*/inputs/*/acme/suite.xml)
check "the copy asks by itself" "$(grep -o 'measure="[^"]*"' "$copy/suite.xml")" 'measure="idle load"'
check "and is read as such" "$("$touchstone" suite show "$copy" --json | jq -r '[.cases[] | select(.minutes > 0) | .id] | join(" ")')" "probe-idle probe-load"
check "with the program's scripts" "$(cmp "$copy/cases/probe-load" "$TS_SOURCE_DIR/harness/probes/load.sh" && echo same)" same
check "and what they read" "$(grep -c '^load	acme --forever$' "$copy/cases/probe-settings")" 1
check "the user's folder is as it was" "$(grep -c measure "$suite/suite.xml")" 0
check "the manifest" "$(jq -rc .measure "$TOUCHSTONE_HOME"/runs/*/manifest.json)" '["load","idle"]'
check "where packages come from, in the manifest and for the worker" \
    "$(cat "$TOUCHSTONE_HOME"/runs/*/manifest.json "$TOUCHSTONE_HOME"/runs/*/jobs/*/*/job.json | jq -r '."packages-from"' | sort -u)" "$scratch/deb"
check "and in the command that runs it again" "$("$touchstone" show x86/acme --json | grep -c -- "--from $scratch/deb")" 1
check "the command that runs it again" "$("$touchstone" show x86/acme --json | grep -c -- '--measure load --measure idle')" 1
check "the cells of the record" "$("$touchstone" matrix newest --json | jq -r '.cells[0].coverage.total')" 14
end_checks
