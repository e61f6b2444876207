#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A regression that is planted in an image: its build 2 starts the kernel without IPv6. It is found by bisect, diff, gate
# and history, explained by show, named by what changed beside the results, waived, and the same in another home.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
source=$guests/debian-bookworm-amd64
mkdir "$scratch/guest"
for file in "$source"/*; do ln -s "$file" "$scratch/guest/"; done
rm "$scratch/guest/guest.json"
jq '.cmdline += " ipv6.disable=1"' "$source/guest.json" > "$scratch/guest/guest.json"
"$touchstone" image add os-1 --guest "$source" > /dev/null
"$touchstone" image add os-2 --guest "$scratch/guest" > /dev/null

suite network
case_of network loopback exit yes 20 <<< 'test -e /sys/class/net/lo'
case_of network ipv6 tap yes 20 <<'CASE'
echo 1..1
if [ -e /proc/sys/net/ipv6/conf/lo/disable_ipv6 ]; then echo "ok 1 - the kernel has IPv6"; else echo "not ok 1 - the kernel has IPv6"; fi
CASE

expect_exit "the first build" 0 "$touchstone" run --plain --image os-1 --platform x86 --suite "$suites/network" \
    --build nightly-1 --json
first=$(jq -r .run <<< "$printed")
# It runs the second build, because nothing is known of it.
search() { "$touchstone" bisect --images 'os-*' --platform x86 --suite "$suites/network" --case ipv6 --json; }
expect_exit "bisect" 0 search
check "finds the build" "$(jq -r '"\(.end) \(.good) \(.bad)"' <<< "$printed")" "found os-1 os-2"
second=$(jq -r '.images[1].run' <<< "$printed")
expect_exit "bisect again" 0 search
check "runs nothing" "$("$touchstone" runs --json | jq '.runs | length')" 2

expect_exit "diff" 1 "$touchstone" diff "$first" "$second" --map os-1=os-2 --json
check "one new failure" "$(jq -c .changes <<< "$printed")" '{"new":1,"missing":0,"flaky":0,"still":0,"fixed":0,"added":0}'
check "of this case" "$(jq -r '.cells[0].cases[0] | "\(.case) \(.before) \(.after) \(.blame)"' <<< "$printed")" "ipv6 PASS FAIL product"
check "only the image changed" "$(jq -r '[.context[] | "\(.kind) \(.name)"] | join(", ")' <<< "$printed")" "image os-2"
expect_exit "gate" 1 "$touchstone" gate "$second" --baseline "$first" --map os-1=os-2 --output "$scratch/gate.xml"
check_has "no go, because" "$printed" "case 'ipv6' fails, and did not in the baseline"
check_has "and where to look" "$printed" "image os-2  "
check "as JUnit" "$(grep -c '<failure' "$scratch/gate.xml")" 1
# The cause is found by going back; the runs that find it do not count.
expect_exit "investigate" 1 "$touchstone" gate "$second" --baseline "$first" --map os-1=os-2 --investigate --json
check "names the image" "$(jq -r '.investigations.cases[] | "\(.case) \(.cause)"' <<< "$printed")" "ipv6 image"
check "because it passes on the last good one" \
    "$(jq -r '[.investigations.cases[0].steps[] | "\(.step) \(.result)"] | join(", ")' <<< "$printed")" "same fails, image passes"
check "the runs are aside" "$("$touchstone" runs --json | jq -c '[.runs[].aside]')" "[true,true,false,false]"
check "the latest run is the second build's" "$("$touchstone" matrix --json | jq -r .run)" "$second"
sed -i s,disable_ipv6,disable_ipv66, "$suites/network/cases/ipv6"
expect_exit "the first build with a mistyped case" 1 "$touchstone" run --plain --image os-1 --platform x86 \
    --suite "$suites/network" --build nightly-3 --json
third=$(jq -r .run <<< "$printed")
expect_exit "investigate" 1 "$touchstone" gate "$third" --baseline "$first" --investigate
check_has "names the suite" "$printed" "ipv6  suite: it passes with the suite of the baseline"
expect_exit "remove the third run" 0 "$touchstone" clean --run "$third"
expect_exit "the first build against itself" 0 "$touchstone" gate "$first" --baseline "$first"
expect_exit "history" 0 "$touchstone" history x86/network --case ipv6
check_has "since when" "$printed" "first bad run: $second, the last good one before it: $first (build 'nightly-1')"
expect_exit "show" 0 "$touchstone" show x86/network --run "$second"
check_has "what would make it better" "$printed" "It would be compatible if case 'ipv6' passed."
expect_exit "a query" 1 "$touchstone" matrix "$second" --query 'case:ipv6 status:fail' --json
check "selects the cell" "$(jq -c '[.query.shown, .query.total]' <<< "$printed")" "[1,1]"
expect_exit "across the line" 1 "$touchstone" matrix --across --line 'os-*' --json
check "the newest counts" "$(jq -r '.cells[] | "\(.run) \(.verdict)"' <<< "$printed")" "$second incompatible"

expect_exit "waive" 0 "$touchstone" waive x86/network --run "$second" --case ipv6 --until 2099-12-31 --owner qa \
    --reason "IPv6 is off on purpose" --all-images -o "$scratch/waivers.xml"
expect_exit "the gate with the waiver" 0 "$touchstone" gate "$second" --baseline "$first" --map os-1=os-2 \
    --waivers "$scratch/waivers.xml"

# In another home the same is said of it.
mkdir "$scratch/other"
for run in "$first" "$second"; do
    expect_exit "export" 0 "$touchstone" export "$run" -o "$scratch/$run.tar.zst"
    expect_exit "import" 0 env TOUCHSTONE_HOME="$scratch/other" "$touchstone" import "$scratch/$run.tar.zst"
done
for words in "gate $second --baseline $first --map os-1=os-2 --json" "report $second --format html" "history x86/network --json"; do
    # Runs that were made aside are not exported, and history says how many there are.
    # shellcheck disable=SC2086
    "$touchstone" $words 2> /dev/null | sed -E 's/"aside": *[0-9]+//' > "$scratch/here" || true
    # shellcheck disable=SC2086
    TOUCHSTONE_HOME=$scratch/other "$touchstone" $words 2> /dev/null | sed -E "s/\"aside\": *[0-9]+//; s,$scratch/other,$scratch/home,g" \
        > "$scratch/there" || true
    check_that "${words%% *} in another home" cmp "$scratch/here" "$scratch/there"
done
# A run that passes is broken in twelve ways, three times each: by other runs, and behind the program's back.
. "$TS_SOURCE_DIR/harness/tests/lib/mutations.sh"
sed -i s,disable_ipv66,disable_ipv6, "$suites/network/cases/ipv6"
suite second
case_of second one exit yes 20 <<< 'exit 0'
case_of second two exit yes 20 <<< 'exit 0'
sed -i 's/id="two" item="function"/id="two" item="stress"/' "$suites/second/cases.xml" "$suites/second/suite.xml"
# made NAME CODE OPTION…: a run of both suites, or as the options say.
made() {
    local name=$1 code=$2
    shift 2
    expect_exit "$name" "$code" "$touchstone" run --plain --image os-1 --platform x86 --json "$@"
    made=$(jq -r .run <<< "$printed")
}
both=(--suite "$suites/network" --suite "$suites/second")
made "a run to compare with" 0 "${both[@]}"
before=$made
made "the run that is broken" 0 "${both[@]}"
target=$made suite=second case=two
gate_words=("$target" --baseline "$before")
expect_exit "the gate passes it" 0 "$touchstone" gate "${gate_words[@]}"
mutate_store
# mutate_run KIND NAME: the gate about the run that was made last.
mutate_run() {
    local code=0
    "$touchstone" gate "$made" --baseline "$before" "${@:3}" > "$scratch/mutation" 2>&1 || code=$?
    caught "$1" "$2" "$code"
}
made "a suite is not planned" 0 --suite "$suites/network"
mutate_run drop-cell "not planned"
made "cases are left out" 5 "${both[@]}" --item function
mutate_run shorten-scope "left out of the plan"
cp -r "$suites/second" "$scratch/whole"
printf '#!/bin/sh\nexit 77\n' > "$suites/second/cases/two"
made "a case is skipped" 2 "${both[@]}"
mutate_run fail-to-skip "by the suite"
printf '#!/bin/sh\nexit 1\n' > "$suites/second/cases/two"
sed -i '/id="two"/s/required="yes"/required="no"/' "$suites/second/suite.xml"
made "a case is optional, and fails" 0 "${both[@]}"
mutate_run shorten-scope "the failing case is optional now"
sed -i '/id="two"/d' "$suites/second/suite.xml"
rm "$suites/second/cases/two"
made "a case is not in the suite" 0 "${both[@]}"
mutate_run drop-case "not in the suite"
made=$second before=$first
for row in "its last day is over:s/2099-12-31/2020-01-01/" "of another failure:s/signature=\"[0-9a-f]*/signature=\"0123456789abcdef/" \
    "of another platform:s/<waiver /<waiver platform=\"kunpeng\" /;s/ platform=\"x86\"//"; do
    sed "${row#*:}" "$scratch/waivers.xml" > "$scratch/edited.xml"
    check_that "the waiver is another one" test -n "$(cmp "$scratch/waivers.xml" "$scratch/edited.xml")"
    mutate_run expire-waiver "${row%%:*}" --map os-1=os-2 --waivers "$scratch/edited.xml"
done
check "every kind three times" "$(printf '%s\n' "${mutations[@]}" | sort | uniq -c | xargs)" "12 3"
check "caught" "$mutations_caught" 36
finish
