#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A suite with a second guest, before any guest is started: what show and lint say, and which plans refuse it.
set -euo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
without_guests

make_disk
add_image deb
suite=$scratch/both
mkdir -p "$suite/cases"
echo "# both" > "$suite/README.md"
write() {
    echo "<suite name=\"both\" ${2-}><title>T</title><vendor>V</vendor><product>P</product>$1<case id=\"serves\" item=\"function\">
        <title>S</title></case><case id=\"loads\" item=\"function\" ${3-guest=\"client\"}><title>L</title></case></suite>" > "$suite/suite.xml"
}
printf '#!/bin/sh\ntrue\n' | tee "$suite/cases/serves" > "$suite/cases/loads"
chmod 755 "$suite/cases/"*
plan=("$touchstone" plan -i deb -p x86 --accel tcg --json -s "$suite")

write '<guest name="client"/>'
shown=$("$touchstone" suite show "$suite" --json)
check "two guests" "$(jq .guests <<< "$shown")" 2
check "and where each case runs" "$(jq -r '[.cases[] | .id + " " + .guest] | join(", ")' <<< "$shown")" "serves server, loads client"
check "planned" "$("${plan[@]}" | jq '.cells[0].refused')" null
check "not with a daemon's guests" "$("${plan[@]}" --connect qemu:///session | jq -r '.cells[0].refused' | grep -c 'without --connect')" 1
write '<guest name="client"/>' '' 'guest="clinet"'
ends "a name that is not known" 64 "(the closest is 'client')" "${plan[@]}"
write ''
ends "a guest that was not asked for" 64 "add <guest name=\"client\"/>" "${plan[@]}"
write '' 'guests="2"' ''
check "the attribute of before" "$("${plan[@]}" | jq -r '.cells[0].refused' | grep -c '<guest name="client"/>')" 1

# The record of a cell whose guests could not be started still says where each case belongs.
write '<guest name="client"/>'
code=0
"$touchstone" run -i deb -p x86 --accel tcg --cold --plain --retry-infrastructure 0 -s "$suite" --connect "$nowhere" > "$scratch/out" 2>&1 || code=$?
check "refused when it is run" "$code" 4
check "and why" "$(grep -c 'without --connect' "$scratch/out")" 1
