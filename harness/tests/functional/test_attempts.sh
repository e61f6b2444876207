#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The real controller on a host where no guest can start (libvirt's socket does not exist): how often a cell is run
# again, that a kill does not change that, and that every printed "run it again" command makes its cell.
set -euo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
without_guests
export PATH=$TS_BINARY_DIR:$PATH

make_disk
add_image stand-in
# A suite whose folder must be quoted for a shell.
suite="$scratch/it's a \$HOME/mine"
mkdir -p "$suite/cases"
cat > "$suite/suite.xml" << 'END'
<suite name="mine"><title>T</title><vendor>V</vendor><product>P</product>
<case id="sets-up" item="install"><title>I</title></case>
<case id="works" item="function"><title>F</title></case></suite>
END
printf '#!/bin/sh\ntrue\n' | tee "$suite/cases/sets-up" > "$suite/cases/works"
chmod 755 "$suite/cases/"*

# run OPTION…: exit code in $code.
run() {
    code=0
    "$touchstone" run -i stand-in -p x86 --accel tcg --connect "$nowhere" --plain "$@" > "$scratch/out" 2> "$scratch/err" || code=$?
}
cell() { "$touchstone" show x86/mine --json | jq -r "$1"; }
resume() {
    code=0
    "$touchstone" resume --plain > "$scratch/out" 2> "$scratch/err" || code=$?
}
# In a build with a sanitizer, its runtime must be loaded first.
preload=$(ldd "$touchstone" | awk '/libasan|libubsan/ { printf "%s ", $3 }')$TS_BINARY_DIR/tests/kill_at.so
facts='[.verdict, .blame, .attempts]|tojson'

# What the host cut short is run again, within its budget.
for row in "|2" "--retry-infrastructure 0|1" "--retry-infrastructure 3|4" "--retry 1 --retry-infrastructure 0|2" \
    "--retry 1|4" "--repeat 3|6" "--repeat 3 --retry-infrastructure 0|3"; do
    # shellcheck disable=SC2086
    run --cold -s "$suite" ${row%|*}
    check "'${row%|*}': exit code" "$code" 2
    check "'${row%|*}': attempts" "$(cell "$facts")" "[\"not-assessed\",\"host\",${row#*|}]"
done
check "fewer attempts count than were asked for" "$(cell '.rule')" 2

# After a run has ended, what was cut short is run again with a new budget; each attempt is stored.
run --cold -s "$suite"
resume
check "resume of a run that ended: attempts" "$(cell .attempts)" 4
grep -q "touchstone resume" "$scratch/err" && told=yes || told=no
check "and it tells that they may be again" "$told" yes

# A kill in each attempt, and resume: as many attempts as without.
for at in 1 2 3 4; do
    KILL_AT="controller mkdir+:*/jobs/cell.*/$at" KILL_MARK=$scratch/mark LD_PRELOAD=$preload \
        run --cold -s "$suite" --retry 1
    check "the controller was killed at attempt $at" "$([ -e "$scratch/mark" ] && echo killed) $code" "killed 137"
    rm -f "$scratch/mark"
    resume
    check "killed at attempt $at: resume" "$code" 2
    check "killed at attempt $at: the same attempts" "$(cell "$facts")" '["not-assessed","host",4]'
done

# Every printed command, run as printed: plan shows the same cell, run makes it.
run --cold -s "$suite" --item install --time-scale 3 --retry 1 --jobs 1 --keep-failed --rounds 2 --minutes 7
want='["stand-in","x86","mine","{\"defined\":2,\"planned\":1,\"required_left_out\":1}",1,1,1]'
policy() { jq -c '[.items, .accel, .cold, .["keep-failed"], .["time-scale"], .connect, .jobs, .retry, .["retry-infrastructure"], .["suite-folders"], .rounds, .minutes]' \
    "$(find "$TOUCHSTONE_HOME/runs" -name manifest.json -printf '%T@ %p\n' | sort -n | tail -1 | cut -d' ' -f2)"; }
asked=$(policy) before=$(cell '[.verdict, .scope, .attempts, .partial]|tojson')
check "the manifest has what was asked for" "$(jq -c '.[0:8] + .[10:12]' <<< "$asked")" "[[\"install\"],\"tcg\",true,true,3,\"$nowhere\",1,1,2,7]"
"$touchstone" show x86/mine | sed -n 's/^again  *//p' > "$scratch/again"
"$touchstone" show x86/mine --json | jq -r .again >> "$scratch/again"
"$touchstone" report --json | jq -r '.cells[].again' >> "$scratch/again"
for format in html markdown junit; do
    "$touchstone" report --format "$format" | sed "s/&#39;/'/g; s/&quot;/\"/g; s/&amp;/\\&/g; s/<[^>]*>/\n/g" |
        grep -Eo '(TOUCHSTONE_HOME=[^ ]+ )?touchstone run [^`]*' | sed 's/; [^;]*touchstone shell.*//' >> "$scratch/again"
done
check "as many as are printed" "$(($(wc -l < "$scratch/again") >= 6))" 1
check "and all are one" "$(sort -u "$scratch/again" | wc -l)" 1
while read -r command; do
    check "plan: $command" "$(cd / && eval "${command/touchstone run/touchstone plan} --json" |
        jq -c '[.cells[0].image, .cells[0].platform, .cells[0].suite, (.cells[0].scope|tojson), .retry, .retry_infrastructure, (.cells|length)]')" "$want"
    (cd / && eval "$command --plain" > /dev/null 2>&1) || true
    check "run: what it was asked for" "$(policy)" "$asked"
    check "run: the cell" "$(cell '[.verdict, .scope, .attempts, .partial]|tojson')" "$before"
done < <(sort -u "$scratch/again")

# A run of an older version, which does not record folders: the copy of its suite is used.
copy=$(dirname "$(grep -l 'name="mine"' "$TOUCHSTONE_HOME"/runs/*/inputs/*/*/suite.xml "$TOUCHSTONE_HOME"/runs/*/inputs/*/suite.xml 2> /dev/null | head -n 1)")
older=$TOUCHSTONE_HOME/runs/20260101-aaaaaa/inputs/$(basename "$(dirname "$copy")")
mkdir -p "$older" && cp -a "$copy" "$older/"
copy=$older/mine
. "$TS_SOURCE_DIR/harness/tests/lib/store.sh"
store_of_rows "
    INSERT INTO run VALUES (1, '20260101-aaaaaa', 1767225600000, 0, 'ended',
        '{\"accel\":\"auto\",\"cold\":false,\"connect\":null,\"images\":[\"stand-in\"],\"items\":[],\"jobs\":0,\"platforms\":[\"x86\"],\"suites\":[\"mine\"]}');
    INSERT INTO input VALUES (1, 0, 'suite', 'mine', '$(printf 0%.0s {1..64})', '$copy');
    INSERT INTO planned_case VALUES (1, 'mine', 0, 'install', 'install', 1, 0, 1);
    INSERT INTO cell VALUES (1, 1, 0, 'stand-in', 'x86', 'mine', NULL);"
again=$("$touchstone" show x86/mine --json | jq -r .again)
check "an older run: its copy" "$(grep -c -- "--suite [^ ]*$TOUCHSTONE_HOME/runs/.*/inputs/[0-9a-f]*/" <<< "$again")" 1
check "an older run: plan" "$(eval "${again/touchstone run/touchstone plan} --json" | jq -r '.cells[0].suite')" mine

code=0
"$touchstone" plan --repeat 2 --retry 1 2> "$scratch/err" || code=$?
check "repeat and retry exclude each other" "$code $(grep -c "exclude each other" "$scratch/err")" "64 1"
for bad in "--repeat 0" "--repeat 1001" "--retry 101" "--retry-infrastructure -1" "--retry x" "--rounds 0" "--rounds 201" "--minutes 1441"; do
    code=0
    # shellcheck disable=SC2086
    "$touchstone" plan $bad > /dev/null 2>&1 || code=$?
    check "$bad is refused" "$code" 64
done
check "plan tells of attempts" "$("$touchstone" plan -i stand-in -p x86 -s "$suite" --repeat 5 | grep -c "run 5 times")" 1
end_checks
