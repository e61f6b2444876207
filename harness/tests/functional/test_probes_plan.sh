#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The built-in probes before any guest is started: what show, lint and plan say of a suite without a case, what --probes and
# --no-probes do to the scope, and what the copy in a run's folder contains.
set -euo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
without_guests
make_acme

own='<case id="own" item="function"><title>O</title></case>'
scope() { "${plan[@]}" "$@" | jq -r '.cells[0].scope | "\(.planned)/\(.defined) \(.required_left_out)"'; }

write_acme "$packages<probes load=\"acme --forever\"/>"
check "a suite without a case is in order" "$("$touchstone" suite lint "$suite" --json | jq -r '"\(.errors) \(.warnings)"')" "0 0"
shown=$("$touchstone" suite show "$suite" --json)
check "its cases" "$(jq -r '[.cases[] | select(.built_in) | .id] | join(" ")' <<< "$shown")" \
    "probe-install probe-state probe-commands probe-dependencies probe-privileges probe-defaults probe-start probe-ports probe-tls probe-kill probe-stop probe-uninstall"
check "none of them is a function of the product" "$(jq -r '[.cases[].item] | unique | join(" ")' <<< "$shown")" "extra install security uninstall"
check "titles in both languages" "$(jq '[.cases[] | select(.title != null and .title_zh != null)] | length' <<< "$shown")" 12
check "planned" "$(scope)" "12/12 0"
check "left out, and said so" "$(scope --no-probes)" "0/12 8"
check "by a heading" "$(scope --item extra)" "6/12 2"
ends "both at once" 64 "exclude each other" "${plan[@]}" --probes --no-probes

mkdir -p "$suite/cases"
printf '#!/bin/sh\ntrue\n' > "$suite/cases/own"
chmod 755 "$suite/cases/own"
write_acme "$packages$own"
check "without the element" "$(scope)" "1/1 0"
check "added to a suite" "$(scope --probes)" "13/13 0"
write_acme "$own"
check "but not to one that is no product's" "$(scope --probes)" "1/1 0"
write_acme "<probes/>$own"
ends "nor can it ask for them" 64 "<probes> without <packages>" "${plan[@]}"
write_acme "$packages<probes/><case id=\"probe-own\" item=\"extra\"><title>O</title></case>"
ends "their names are theirs" 64 "rename the case" "$touchstone" suite show "$suite"

# A file of the user by the name of a probe would decide what is proved: the copy of the run has the program's own.
write_acme "$own"
mkdir -p "$scratch/deb/DEBIAN" "$suite/files"
printf '%s\n' 'Package: acme' 'Version: 1' 'Architecture: all' 'Maintainer: T <none@example.org>' 'Description: made here' \
    > "$scratch/deb/DEBIAN/control"
dpkg-deb --root-owner-group --build "$scratch/deb" "$suite/files/acme.deb" > /dev/null
printf '#!/bin/sh\necho 1..1; echo ok 1\n' > "$suite/cases/probe-kill"
code=0
"$touchstone" run -i deb -p x86 --accel tcg --cold --plain --probes --retry-infrastructure 0 -s "$suite" --connect "$nowhere" > "$scratch/out" 2>&1 || code=$?
check "a run whose guest does not start" "$code" 2
copy=$(dirname "$TOUCHSTONE_HOME"/runs/*/inputs/*/acme/suite.xml)
check "its copy says what it has" "$(grep -c '<probes/>' "$copy/suite.xml")" 1
check "with the program's scripts" "$(cmp "$copy/cases/probe-kill" "$TS_SOURCE_DIR/harness/probes/kill.sh" && ls "$copy"/cases/probe-* | wc -l)" 23
check "and what they read" "$(cat "$copy/cases/probe-settings")" ""
check "nothing is left of making it" "$(find "$TOUCHSTONE_HOME/runs" -name draft)" ""
check "the user's folder is as it was" "$(ls "$suite/cases" | xargs) $(grep -c probes "$suite/suite.xml")" "own probe-kill 0"
check "the scope of the matrix" "$("$touchstone" matrix newest --json | jq -r '.cells[0].coverage | "\(.total)"')" 13
end_checks
