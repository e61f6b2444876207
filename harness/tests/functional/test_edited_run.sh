#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A run whose copies or manifest were modified is not resumed, and the message names the file; cells whose names are
# equal when joined are different cells. On a host where no guest can start (libvirt's socket does not exist).
set -euo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
without_guests

make_disk
add_image deb
add_image deb.x86
for suite in s x86.s; do
    mkdir -p "$scratch/$suite/cases"
    echo "<suite name=\"$suite\"><title>T</title><vendor>V</vendor><product>P</product>
        <case id=\"works\" item=\"function\"><title>F</title></case></suite>" > "$scratch/$suite/suite.xml"
    printf '#!/bin/sh\nexit 1\n' > "$scratch/$suite/cases/works"
    chmod 755 "$scratch/$suite/cases/works"
done
code=0
"$touchstone" run --image deb --image deb.x86 --platform x86 --suite "$scratch/s" --suite "$scratch/x86.s" \
    --accel tcg --cold --connect "$nowhere" --plain --json > "$scratch/matrix" 2> "$scratch/err" || code=$?
check "nothing could be assessed" "$code" 2
check "four cells, each with attempts of its own" \
    "$(jq -c '[.cells[] | .attempts] | unique | length' "$scratch/matrix") $(jq '.cells | length' "$scratch/matrix")" "1 4"
check "and a job of its own" "$(jq '[.cells[].job] | unique | length' "$scratch/matrix")" 4

run=$(ls "$TOUCHSTONE_HOME/runs")
folder=$TOUCHSTONE_HOME/runs/$run
# resume_ends NAME CODE PART
resume_ends() {
    local got=0
    "$touchstone" resume --plain > "$scratch/out" 2> "$scratch/err" < /dev/null || got=$?
    check "$1: exit code" "$got" "$2"
    case $(cat "$scratch/err") in
    *"$3"*) check "$1: said" "" "" ;;
    *) check "$1: said" "$(tail -n 3 "$scratch/err")" "(text with) $3" ;;
    esac
}
script=$(find "$folder/inputs" -path '*/s/cases/works' | head -n 1)
cp -p "$script" "$scratch/kept"
printf '#!/bin/sh\nexit 0\n' > "$script"
resume_ends "a case is edited" 74 "$(basename "$script")"
cp -p "$scratch/kept" "$script"
platform=$(find "$folder/inputs" -name x86.xml | head -n 1)
cp -p "$platform" "$scratch/kept.xml"
echo '<!-- edited -->' >> "$platform"
resume_ends "a platform is edited" 74 x86.xml
cp -p "$scratch/kept.xml" "$platform"
# The suites' shell library is a copy of the run's own as well: what is installed later does not change it.
library=$(find "$folder/inputs" -name touchstone.sh)
sha256=$(sha256sum "$library" | cut -d ' ' -f 1)
check "the manifest names the shell library" "$(jq -r '.inputs[] | select(.kind == "library") | .sha256' "$folder/manifest.json")" "$sha256"
check "and so does the report" \
    "$("$touchstone" report --format json | jq -r '.inputs[] | select(.kind == "library") | .sha256')" "$sha256"
check "each job is given it" "$(jq -r '."library-sha256", ."library-file"' "$folder"/jobs/*/*/job.json | sort -u)" \
    "$(printf '%s\n' "$library" "$sha256" | sort)"
cp -p "$library" "$scratch/kept.sh"
echo '# edited' >> "$library"
resume_ends "the shell library is edited" 74 touchstone.sh
cp -p "$scratch/kept.sh" "$library"
# Between the checks of controller and worker: the worker verifies what it reads itself.
for file in "$script" "$platform" "$library" "$(dirname "$(dirname "$script")")/suite.xml" "$(find "$folder/inputs" -name deb.xml | head -n 1)"; do
    cp -p "$file" "$scratch/kept"
    rm -f "$scratch/mark"
    export ASAN_OPTIONS=verify_asan_link_order=0 KILL_AT='worker open:*/job.json' KILL_MARK=$scratch/mark KILL_EDIT=$file
    LD_PRELOAD=$TS_BINARY_DIR/tests/kill_at.so resume_ends "$(basename "$file") is edited before a worker reads it" 74 "last: '$file'"
    unset KILL_AT
    check "it was" "$([ -e "$scratch/mark" ] && tail -c 1 "$file" | od -An -c | tr -d ' ')" '\n'
    cp -p "$scratch/kept" "$file"
done
cp -p "$folder/manifest.json" "$scratch/manifest.json"
for edit in '.cells |= reverse' '.cells = []' '.inputs = []' '.accels = []' '.run = "20200101-aaaaaa"' \
    '.cells[0].platform = "none"' 'del(.cells[1])'; do
    jq "$edit" "$scratch/manifest.json" > "$folder/manifest.json"
    resume_ends "manifest: $edit" 74 manifest.json
done
jq 'del(.sha256) | .schema = 1 | del(.cells[1])' "$scratch/manifest.json" > "$folder/manifest.json"
resume_ends "manifest: fewer cells, without a digest" 74 manifest.json
jq 'del(.sha256) | .schema = 1 | .cells |= reverse' "$scratch/manifest.json" > "$folder/manifest.json"
resume_ends "manifest: an older program's, in another order" 2 ""
jq 'del(.sha256) | .schema = 1 | .inputs |= map(select(.kind != "library"))' "$scratch/manifest.json" > "$folder/manifest.json"
resume_ends "manifest: the shell library is taken out" 74 touchstone.sh
cp -p "$scratch/manifest.json" "$folder/manifest.json"
resume_ends "all is put back" 2 ""
# A run of an older program, which copied no shell library and whose store is not there yet.
rm "$TOUCHSTONE_HOME"/store.db*
jq 'del(.sha256) | .schema = 1 | .inputs |= map(select(.kind != "library"))' "$scratch/manifest.json" > "$folder/manifest.json"
resume_ends "an older program's run, without the shell library" 2 ""
end_checks
