#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A home that was moved, belongs to another user, or has lost its store; and the command that runs a cell again, whatever
# the name of its suite's folder. On a host where no guest can start (libvirt's socket does not exist).
set -euo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
without_guests

make_disk
add_image deb
suite="$scratch/a"$'\n'"b; \$(touch $scratch/pwned) 'q' \\n"$'\u202e'/mine
mkdir -p "$suite/cases"
echo '<suite name="mine"><title>T</title><vendor>V</vendor><product>P</product>
    <case id="sets-up" item="install"><title>I</title></case><case id="works" item="function"><title>F</title></case></suite>' \
    > "$suite/suite.xml"
printf '#!/bin/sh\ntrue\n' | tee "$suite/cases/sets-up" > "$suite/cases/works"
chmod 755 "$suite/cases/"*
run=("$touchstone" run -i deb -p x86 --accel tcg --cold --connect "$nowhere" --plain --retry-infrastructure 0)
ends "a run on a host without guests" 2 "MISS (host)" "${run[@]}" -s "$suite" --item function --allow-partial --strict
id=$(ls "$TOUCHSTONE_HOME/runs")

again=$("$touchstone" show x86/mine --json | jq -r .again)
check "again is one line of printable text" "$(LC_ALL=C grep -c '[^ -~]' <<< "$again")" 0
mkdir "$scratch/bin" && ln -s "$touchstone" "$scratch/bin/touchstone"
plan=$(env -u TOUCHSTONE_HOME PATH="$scratch/bin:$PATH" bash -c "$again --dry-run --json")
check "and names the same cell, in the same home" "$(jq -c '[.cells[] | [.image, .platform, .suite, .scope.planned]]' <<< "$plan")" \
    '[["deb","x86","mine",1]]'
check "and nothing else was run" "$([ -e "$scratch/pwned" ] || echo clean)" clean
for option in --allow-partial --strict; do
    check "and has $option" "$(grep -c -- " $option" <<< "$again")" 1
done
"$touchstone" report --format html > "$scratch/report.html"
html=$(python3 -c 'import html, sys; print(html.unescape(open(sys.argv[1]).read()))' "$scratch/report.html")
case $html in
*"${again% --*}"*) check "HTML: the command can be copied" "" "" ;;
*) check "HTML: the command can be copied" "$(grep -o 'touchstone run[^<]*' "$scratch/report.html" | head -n 1)" "$again" ;;
esac

ends "help for a verb is its own" 0 "touchstone show CELL" "$touchstone" help show
ends "help for a verb of two words" 0 "touchstone image add" "$touchstone" help image add

# A copied home reads its own copies, so the old one may change or be removed; also with absolute paths in the manifest.
manifest=runs/$id/manifest.json
check "paths in the manifest are below the run" "$(jq -r '[.inputs[].path | startswith("inputs/")] | all' "$TOUCHSTONE_HOME/$manifest")" true
cp -a "$TOUCHSTONE_HOME" "$scratch/copy"
find "$TOUCHSTONE_HOME/runs/$id/inputs" -name works -exec sh -c 'echo "exit 1" >> "$1"' sh {} \;
ends "an edited home is refused" 74 "works" "$touchstone" resume --plain
export TOUCHSTONE_HOME=$scratch/copy
ends "its copy goes on" 2 "MISS (host)" "$touchstone" resume --plain
jq --arg home "$scratch/home" --arg id "$id" 'del(.sha256) | .schema = 1 | .inputs[].path |= $home + "/runs/" + $id + "/" + .' \
    "$TOUCHSTONE_HOME/$manifest" > "$scratch/manifest" && cp "$scratch/manifest" "$TOUCHSTONE_HOME/$manifest"
ends "its copy, with an older version's manifest" 2 "MISS (host)" "$touchstone" resume --plain
rm -rf "$scratch/home"
ends "and without the old one" 2 "MISS (host)" "$touchstone" resume --plain
check "its jobs read below it" "$(cat "$TOUCHSTONE_HOME/runs/$id/jobs/"*/*/job.json | jq -r 'select(.attempt > 1) |
    .["platform-file"]' | grep -vc "^$scratch/copy/")" 0

# Another user's home, or mounted read-only: verbs that read work, even with the log of a killed writer.
if [ "$(id -u)" = 0 ] && command -v setpriv > /dev/null; then
    other=(setpriv --reuid 65534 --clear-groups env HOME=/nonexistent ASAN_OPTIONS=detect_leaks=0)
    chmod 755 "$scratch" && chmod -R a+rX,a-w "$TOUCHSTONE_HOME"
else
    other=(env)
    chmod -R a-w "$TOUCHSTONE_HOME"
fi
matrix=$("$touchstone" matrix --json || true)
for log in without with; do
    check "read-only, $log a log: matrix" "$("${other[@]}" "$touchstone" matrix --json || true)" "$matrix"
    ends "read-only, $log a log: show" 0 "deb/x86/mine" "${other[@]}" "$touchstone" show x86/mine
    ends "read-only, $log a log: report" 0 "testsuite" "${other[@]}" "$touchstone" report --format junit
    ends "read-only, $log a log: images" 0 "deb" "${other[@]}" "$touchstone" image list
    ends "read-only, $log a log: doctor's store" 74 "opens" "${other[@]}" env PATH=/nonexistent "$touchstone" doctor
    ends "read-only, $log a log: run" 74 "not writable" "${other[@]}" "$touchstone" run -s "$suite"
    chmod -R u+w "$TOUCHSTONE_HOME"
    python3 - "$TOUCHSTONE_HOME/store.db" << 'END'
import os, sqlite3, sys
store = sqlite3.connect(sys.argv[1])
store.execute("PRAGMA wal_autocheckpoint = 0")
store.execute("CREATE TABLE IF NOT EXISTS of_another_program (n)")
store.execute("INSERT INTO of_another_program VALUES (1)")
store.commit()
os._exit(0)
END
    rm -f "$TOUCHSTONE_HOME/store.db-shm"
    check "the log is there" "$([ -s "$TOUCHSTONE_HOME/store.db-wal" ] && echo yes)" yes
    matrix=$(cp -a "$TOUCHSTONE_HOME" "$scratch/whole" && TOUCHSTONE_HOME=$scratch/whole "$touchstone" matrix --json || true)
    rm -rf "$scratch/whole"
    chmod -R a+rX,a-w "$TOUCHSTONE_HOME"
done
chmod 700 "$TOUCHSTONE_HOME"
[ "${other[0]}" = env ] ||
    ends "another user's that may not be read" 74 "Permission denied" "${other[@]}" "$touchstone" matrix
chmod -R u+w "$TOUCHSTONE_HOME"

# A dropped table is detected without --full; a missing store is not reported as "no run yet".
cp -a "$TOUCHSTONE_HOME" "$scratch/whole"
python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("DROP TABLE observation")' "$TOUCHSTONE_HOME/store.db"
ends "a dropped table" 74 "observation" "$touchstone" doctor
attempts=$(TOUCHSTONE_HOME=$scratch/whole "$touchstone" matrix --json | jq -c '[.cells[] | [.suite, .attempts]]' || true)
for gone in removed empty; do
    rm -f "$TOUCHSTONE_HOME"/store.db*
    [ "$gone" = removed ] || : > "$TOUCHSTONE_HOME/store.db"
    for verb in matrix "show x86/mine" report doctor; do
        # shellcheck disable=SC2086
        ends "the store is $gone: $verb" 74 "$TOUCHSTONE_HOME/runs' holds 1" "$touchstone" $verb
    done
done
ends "resume takes the run in again" 2 "(host)" "$touchstone" resume "$id" --plain
check "with every attempt" "$("$touchstone" matrix --json | jq -c '[.cells[] | [.suite, .attempts]]' || true)" "$attempts"
end_checks
