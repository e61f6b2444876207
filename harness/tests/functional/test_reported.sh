#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# `touchstone import --from`: results of other systems, as their tools write them. First what must not be green, or not
# be there at all.
set -euo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"

real=$TS_SOURCE_DIR/harness/tests/data/reports
cell=(--image other-os --platform somewhere --suite app)
cd "$scratch"

# import NAME FORMAT FILE [WORD…]: imports it, and stores the id of the run in "run".
import() {
    local name=$1 format=$2 file=$3 got=0
    shift 3
    run=$("$touchstone" import --from "$format" "$file" "${cell[@]}" "$@" 2> err) || got=$?
    check "$name" "$got $(cat err)" "0 $(cat err)"
}

# refused NAME PART WORD…: exit code 64, PART on stderr, and no run more than before.
refused() {
    local name=$1 part=$2 got=0 before
    shift 2
    before=$("$touchstone" runs --json 2> /dev/null | jq '.runs | length' || echo 0)
    "$touchstone" import "$@" > out 2> err < /dev/null || got=$?
    check "$name" "$got $(cat out)" "64 "
    check_that "$name: says '$part', not '$(cat err)'" grep -qF -- "$part" err
    check "$name: no run" "$("$touchstone" runs --json 2> /dev/null | jq '.runs | length' || echo 0)" "$before"
}

# verdict: of the imported run's only cell, with the rule.
verdict() { "$touchstone" matrix "$run" --json | jq -r '.cells[0] | "\(.verdict) \(.rule) \(.grade) \(.blame)"'; }
# cases: "id STATUS blame" of each, in the plan's order.
cases() { "$touchstone" show other-os/somewhere/app --run "$run" --json | jq -r '.cases[] | "\(.id) \(.status) \(.blame)"'; }
# observed KEY: its values.
observed() {
    "$touchstone" show other-os/somewhere/app --run "$run" --json |
        jq -r --arg key "$1" '.observations[] | select(.key | startswith($key)) | .value'
}

junit() { printf '<testsuites><testsuite name="s" tests="%s" timestamp="%s">%s</testsuite></testsuites>' "$1" "${3:-2026-01-02T03:04:05Z}" "$2"; }

# --- refused ---------------------------------------------------------------------------------

junit 1 '<testcase name="one"/>' > one.xml
refused "no format" "name its format with --from" one.xml --image a --platform b --suite c
refused "no cell" "--from needs --image, --platform and --suite" one.xml --from junit --image a
refused "an unknown format" "--from 'excel'" one.xml --from excel "${cell[@]}"
refused "a report as a run" "is not the archive of a run" one.xml
refused "no file" "cannot read 'none.xml'" none.xml --from junit "${cell[@]}"
refused "a path as a name" "'../a' cannot be the name of an image" one.xml --from junit --image ../a --platform b --suite c
refused "a label of two lines" "--label" one.xml --from junit "${cell[@]}" --label $'a\nb'
refused "a device" "not a regular file" /dev/zero --from junit "${cell[@]}"
mkfifo pipe
refused "a pipe" "not a regular file" pipe --from junit "${cell[@]}"
: > empty.xml
refused "an empty file" "is not the JUnit XML report of a whole run" empty.xml --from junit "${cell[@]}"
junit 0 '' > none.xml
refused "no test" "contains no test" none.xml --from junit "${cell[@]}"
junit 5 '<testcase name="one"/>' > cut.xml
refused "a report that lacks tests" "counts 5 tests, but lists 1" cut.xml --from junit "${cell[@]}"
head -c 200 "$real/pytest.xml" > half.xml
refused "half a report" "is not the JUnit XML report of a whole run" half.xml --from junit "${cell[@]}"
printf '<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;&b;&b;">]><testsuite tests="1"><testcase name="&d;"/></testsuite>' > bomb.xml
refused "an XML bomb" "is not the JUnit XML report of a whole run" bomb.xml --from junit "${cell[@]}"
truncate -s 65M huge.xml
refused "a huge file" "larger than the limit" huge.xml --from junit "${cell[@]}"
{
    printf '<testsuite>'
    seq -f '<testcase name="t%.0f"/>' 50001
    printf '</testsuite>'
} > many.xml
refused "too many tests" "50000" many.xml --from junit "${cell[@]}"
refused "a folder for a format of one file" "is a folder" . --from kcidb "${cell[@]}"
refused "no JSON" "KCIDB report" one.xml --from kcidb "${cell[@]}"
printf '%s' '{"version":{"major":3,"minor":0},"tests":[]}' > old.json
refused "an old KCIDB" "version 3" old.json --from kcidb "${cell[@]}"
printf '[%.0s' $(seq 3000) > deep.json
refused "nested without end" "KCIDB report" deep.json --from kcidb "${cell[@]}"
printf '%s' '{"version":{"major":5,"minor":0},"tests":[{"id":"o:1","origin":"o","build_id":"b:1"},{"id":"o:2","origin":"o","build_id":"b:2"}]}' > two.json
refused "two builds" "several builds, 'b:1' and 'b:2'" two.json --from kcidb "${cell[@]}"

# What is registered must not be contradicted.
kcidb() {
    jq -n --arg arch "$1" --argjson tests "$2" '{version: {major: 5, minor: 3},
        checkouts: [{id: "kernelci:c1", origin: "kernelci", git_commit_hash: "0123456789012345678901234567890123456789"}],
        builds: [{id: "kernelci:b1", checkout_id: "kernelci:c1", origin: "kernelci", architecture: $arch, status: "PASS"}],
        tests: [$tests | to_entries[] | {id: "kernelci:t\(.key)", origin: "kernelci", build_id: "kernelci:b1"} + .value]}'
}
kcidb aarch64 '[{"path": "ltp.one", "status": "PASS"}]' > arm.json
refused "another architecture than the platform" "platform 'x86' is x86_64, but report 'arm.json' is aarch64" \
    arm.json --from kcidb --image other-os --platform x86 --suite app
kcidb riscv '[{"path": "ltp.one", "status": "PASS"}]' > riscv.json
refused "an architecture of no platform" "'riscv'" riscv.json --from kcidb "${cell[@]}"
refused "a test that the registered suite lacks" "suite 'redis' is registered and has no case 'one'" \
    one.xml --from junit --image other-os --platform somewhere --suite redis

# --- never more than its evidence ------------------------------------------------------------

import "all pass" junit one.xml --label nightly --build 7
check "all pass: conditional" "$(verdict)" "conditional 5 reported none"
check_that "the reason begins with 'reported'" test "$("$touchstone" matrix "$run" --json | jq -r '.cells[0].reason[0:9]')" = "reported:"
check "one cell by its grade" "$("$touchstone" matrix "$run" --query 'grade>=reported' --json | jq '.cells | length')" 1
check "none of a better grade" "$("$touchstone" matrix "$run" --query 'grade>=emulated' --json | jq '.cells | length')" 0
for policy in release strict; do
    got=0
    "$touchstone" gate "$run" --policy "$policy" --baseline "$run" > out 2>&1 || got=$?
    check "policy $policy refuses it" "$got" 1
    check_that "policy $policy says why" grep -q "reported" out
done
printf '<policy name="open"><title>Open</title><cells allow="reported"/></policy>' > open.xml
check_that "a policy that allows it" "$touchstone" gate "$run" --policy ./open.xml
printf '<policy name="odd"><title>Odd</title><cells grade="reported" allow="waived"/><cells grade="virtual" allow="reported grade"/></policy>' > odd.xml
"$touchstone" policy lint ./odd.xml > out 2>&1 || true
check_that "a grade without the condition is noticed" grep -qF "does not name 'reported'" out
check_that "a condition without the grade is noticed" grep -qF "'reported' is allowed, and never met" out
"$touchstone" show other-os/somewhere/app --run "$run" --json > show.json
check "where it comes from" "$(jq -r '.observations[] | select(.key == "reported.sha256").value' show.json)" "$(sha256sum < one.xml | cut -d' ' -f1)"
check "the file is evidence" "$(jq -r '.evidence[] | "\(.name) \(.sha256)"' show.json)" "report/one.xml $(sha256sum < one.xml | cut -d' ' -f1)"
check "no identity" "$(jq -r '. | "\(.identity_measured) \(.identity | length) \(.accel)"' show.json)" "false 0 none"
"$touchstone" report "$run" -o report.html
check_that "the report names it" grep -q 'class="grade reported"' report.html
check_that "the report names the file" grep -qF "report/one.xml" report.html
check_that "the report warns" grep -qF "were imported from other systems" report.html
for format in json junit markdown sarif; do check_that "report as $format" "$touchstone" report "$run" --format "$format" -o report.out; done
check "runs marks it as imported" "$("$touchstone" runs --json | jq -r '.runs[0] | "\(.label) \(.build) \(.imported_from)"')" "nightly 7 junit report"

first=$run
cp one.xml renamed.xml && touch -d 2020-01-01 renamed.xml
import "the same again" junit renamed.xml --label other
check "the same run" "$run" "$first"
check_that "says that it is known" grep -qF "is in the store already" err
check "one run" "$("$touchstone" runs --json | jq '.runs | length')" 1
run=$("$touchstone" import --from junit one.xml --image other-os --platform elsewhere --suite app 2> err)
check_that "another cell is another run" test "$run" != "$first"

# --- what the producers write ----------------------------------------------------------------

import "pytest" junit "$real/pytest.xml"
check "pytest: a failure is a failure" "$(verdict)" "incompatible 1 reported none"
check_that "pytest: nobody is blamed" test "$(cases | grep -c ' FAIL none')" -ge 1

check_that "pytest: raw" jq -e '[.cases[].points[].raw] | any(. != null and startswith("failure"))' <("$touchstone" show other-os/somewhere/app --run "$run" --json)
import "CTest" ctest "$real/ctest.xml"
check "CTest" "$(verdict)" "incompatible 1 reported none"
import "googletest" junit "$real/gtest.xml"
import "bats" junit "$real/bats.xml"
import "unittest" junit "$real/unittest.xml"
if ctest --version 2> /dev/null | grep -q 'version 3\.\(2[1-9]\|[3-9]\)\|version 4'; then
    mkdir made && printf 'add_test(good true)\nadd_test(bad false)\nadd_test(gone /none/such)\n' > made/CTestTestfile.cmake
    (cd made && ctest --output-junit ../made.xml > /dev/null 2>&1) || true
    import "what ctest writes here" ctest made.xml
    check "its cases" "$(cases | sort | tr '\n' ' ')" "bad FAIL none gone ERROR none good PASS none "
fi

# A name that is there twice counts as the worse; names are made ids.
junit 4 '<testcase name="a b"/><testcase classname="X::Y" name="Z"/><testcase name="twice"/><testcase name="twice"><failure/></testcase>' > names.xml
import "names" junit names.xml
check "ids and the worst of two" "$(cases | tr '\n' ' ')" "a-b PASS none x.y.z PASS none twice FAIL none "
check_that "the gap is named" grep -q "worst counts" <(observed reported.gap)
junit 2 '<testcase name="a b"/><testcase name="a-b"/>' > alike.xml
import "names that become alike" junit alike.xml
check "they stay two" "$(cases | cut -d' ' -f1 | sed 's/-[0-9a-f]*$/-HASH/' | tr '\n' ' ')" "a-b-HASH a-b-HASH "
mkdir -p surefire/deep && cp one.xml surefire/TEST-1.xml && junit 1 '<testcase name="two"/>' > surefire/deep/TEST-2.xml
echo text > surefire/note.txt && ln -s /etc/passwd surefire/link.xml
import "a folder" junit surefire
check "a folder: all its reports" "$(cases | wc -l)" 2
check_that "a folder: a link is not followed" grep -q "links" <(observed reported.gap)
check_that "a folder: other files are named" grep -q "do not end with .xml" <(observed reported.gap)

# --- times -----------------------------------------------------------------------------------

run=$first
check "the report's time" "$("$touchstone" runs --json | jq -r --arg run "$run" '.runs[] | select(.run == $run).created')" 2026-01-02T03:04:05.000Z
junit 1 '<testcase name="one"/>' 2999-01-01T00:00:00Z > future.xml
touch -d 2026-02-03T00:00:00Z future.xml
import "a time that has not come" junit future.xml
check "is not believed" "$("$touchstone" matrix "$run" --json | jq -r .created)" 2026-02-03T00:00:00.000Z
check_that "is named" grep -q 2999 <(observed reported.gap)

# --- KCIDB -----------------------------------------------------------------------------------

kcidb arm64 '[{"path": "ltp.one", "status": "PASS", "start_time": "2026-01-05T10:00:00+08:00", "duration": 1.5, "log_url": "https://example.org/one.log",
    "environment": {"comment": "a board"}}, {"path": "ltp.two", "status": "PASS"}]' > good.json
import "KCIDB" kcidb good.json
check "KCIDB: conditional" "$(verdict)" "conditional 5 reported none"
check "KCIDB: cases" "$(cases | tr '\n' ' ')" "ltp.one PASS none ltp.two PASS none "
check "KCIDB: time" "$("$touchstone" matrix "$run" --json | jq -r .created)" 2026-01-05T02:00:00.000Z
check "KCIDB: build" "$(observed kcidb.build_id)" kernelci:b1
check "KCIDB: log" "$(observed reported.log_url)" https://example.org/one.log
check_that "KCIDB: logs were not fetched" grep -q "not fetched" <(observed reported.gap)
kcidb x86_64 '[{"path": "a", "status": "FAIL", "waived": true, "comment": "bad"}, {"path": "b", "status": "ERROR"}, {"path": "c", "status": "MISS"},
    {"path": "d", "status": "DONE"}, {"path": "e", "status": "SKIP"}, {"path": "f"}, {"path": "g", "status": "OK"}, {"status": "PASS"}]' > words.json
import "KCIDB: all words" kcidb words.json
check "KCIDB: statuses" "$(cases | tr '\n' ' ')" \
    "a FAIL none b ERROR suite c MISS none d DONE none e SKIP none f MISS none g MISS none kernelci.t7 PASS none "
check "KCIDB: a failure" "$(verdict)" "incompatible 1 reported none"
for word in ERROR MISS DONE SKIP; do
    kcidb x86_64 "[{\"path\": \"a\", \"status\": \"PASS\"}, {\"path\": \"b\", \"status\": \"$word\"}]" > word.json
    import "KCIDB: $word" kcidb word.json
    check_that "KCIDB: $word is never green" grep -q "^not-assessed 2 reported" <(verdict)
done

# --- the Kunpeng compatibility tool ----------------------------------------------------------

# A folder as the tool leaves it: log.json and the logs that it was made of. kunpeng_item ID RESULT adds an item.
kunpeng_folder() {
    rm -rf tool && mkdir -p tool/data/{hardware,software,system,product,others} tool/data/test/{compatiable,performance,safety,function}
    printf 'Architecture:        aarch64\nModel name:          Kunpeng-920\n' > tool/data/hardware/hardware_cpu.log
    echo 'Product Name: TaiShan 200' > tool/data/hardware/hardware_info.log
    echo 'root 1 0.0 app' > tool/data/product/product_name.log
    printf '#2026-01-08 20:48:28#info#0#start\n#2026-01-08 21:48:14#info#5#app\n' > tool/data/others/info.log_20260108
    for kind in cpu mem disk net; do
        for at in 0 1; do echo 'Average:        all      0.44      0.00' > tool/data/test/compatiable/test_perf_${kind}_$at.log; done
        echo 'Average:        all      80.44      0.00' > tool/data/test/performance/test_perf_${kind}_1.log
    done
    echo '# Ports scanned' > tool/data/test/safety/10.0.0.1tcp.gnmap
    echo '[]' > tool/log.json
}
kunpeng_item() {
    jq --arg id "$1" --arg result "$2" '. + [{id: $id, result: $result, reason: "", evidence: ""}]' tool/log.json > tool.json && mv tool.json tool/log.json
}
kunpeng_ids=(Compatibility_Hardware_Server Compatibility_Software_Name Compatibility_Application_Start Compatibility_Application_Stop
    Compatibility_Idle_Cpu Compatibility_Idle_Memory Compatibility_Idle_Disk Compatibility_Idle_Network Reliability_Pressure_Cpu
    Reliability_Pressure_Memory Reliability_Pressure_Disk Reliability_Pressure_Network Reliability_Exception_Kill Security_Base_Port)
# status ID: its status and reason.
status() {
    "$touchstone" show other-os/somewhere/app --run "$run" --json |
        jq -r --arg id "$(tr 'A-Z' 'a-z' <<< "$1")" '.cases[] | select(.id == $id) | "\(.status) \(.blame): \(.reason)"'
}

kunpeng_folder
refused "no item" "contains no item" tool --from kunpeng "${cell[@]}"
rm tool/log.json
refused "no log.json" "there is no log.json" tool --from kunpeng "${cell[@]}"
refused "a file in place of the folder" "is a file" one.xml --from kunpeng "${cell[@]}"
kunpeng_folder && mkdir tool/Chinese && cp tool/log.json tool/Chinese/
refused "two results" "there are two results" tool --from kunpeng "${cell[@]}"
kunpeng_folder && kunpeng_item Security_Base_Port passed
refused "on a platform of another architecture" "is aarch64" tool --from kunpeng --image other-os --platform hygon --suite app

kunpeng_folder
for id in "${kunpeng_ids[@]}"; do kunpeng_item "$id" passed; done
import "everything passed" kunpeng tool
check "what the tool proves is not enough" "$(verdict)" "not-assessed 2 reported none"
check "its time" "$("$touchstone" matrix "$run" --json | jq -r .created)" 2026-01-08T21:48:14.000Z
for id in Compatibility_Application_Start Compatibility_Application_Stop Reliability_Exception_Kill; do
    check_has "$id is DONE, with the reason" "$(status $id)" "DONE none: not judged: the tool looks for the process with a grep that only finds itself"
done
check_has "any list of ports passes" "$(status Security_Base_Port)" "DONE none: not judged: any list of ports"
check_has "a list of processes is no installation" "$(status Compatibility_Software_Name)" "DONE none"
check_has "what has its logs passes" "$(status Compatibility_Idle_Cpu)" "PASS none"
check_has "what was not asked for is not forgotten" "$(status Function_Test)" "SKIP none: not asked for"
check "every file is evidence" "$("$touchstone" show other-os/somewhere/app --run "$run" --json | jq '.evidence | length')" "$(find tool -type f | wc -l)"

rm tool/data/test/performance/test_perf_cpu_1.log tool/data/test/compatiable/test_perf_mem_1.log tool/data/others/info.log_20260108
echo 'sar: not found' > tool/data/test/compatiable/test_perf_net_0.log
import "logs are missing" kunpeng tool
check_has "load without a log" "$(status Reliability_Pressure_Cpu)" "MISS none: the tool says 'passed', but there is no log data/test/performance/test_perf_cpu_1.log"
check_has "memory without a log" "$(status Compatibility_Idle_Memory)" "MISS none: the tool says 'passed', but there is no log"
check_has "a log without a result" "$(status Compatibility_Idle_Network)" "MISS none: the tool says 'passed', but data/test/compatiable/test_perf_net_0.log has no line 'Average:'"
check_has "a start without a log" "$(status Compatibility_Application_Start)" "MISS none"

kunpeng_folder && rm tool/data/test/performance/*
kunpeng_item Reliability_Pressure_Cpu skipped && kunpeng_item Compatibility_Idle_Cpu skipped
kunpeng_item Compatibility_Application_Stop failed && kunpeng_item Compatibility_Idle_Disk failed
kunpeng_item Function_Test passed && kunpeng_item Security_Base_Virus passed && kunpeng_item New_Item passed && kunpeng_item Security_Base_Port perfect
printf 'Ran 3 tests.\n\nFAILED (failures=2)\n' > tool/data/test/function/bash_test.log
printf 'Scanned files: 3\nInfected files: 1\n' > tool/data/test/safety/clam.log
import "other results" kunpeng tool
check_has "a missing log reads skipped" "$(status Reliability_Pressure_Cpu)" "MISS none: the tool says 'skipped' when a log is missing: there is no log data/test/performance/test_perf_cpu_1.log"
check_has "skipped with its logs" "$(status Compatibility_Idle_Cpu)" "SKIP none"
check_has "the search fails nobody" "$(status Compatibility_Application_Stop)" "MISS none: the tool says 'failed', but"
check_has "a failure is one, of nobody" "$(status Compatibility_Idle_Disk)" "FAIL none"
check_has "a failed function reads passed" "$(status Function_Test)" "MISS none: the tool says 'passed', but its log counts failures: FAILED (failures=2)"
check_has "an infected file reads passed" "$(status Security_Base_Virus)" "MISS none: the tool says 'passed', but data/test/safety/clam.log has no line 'Infected files: 0'"
check_has "an item that is not known" "$(status New_Item)" "MISS none: what the item checks is not known"
check_has "another word" "$(status Security_Base_Port)" "MISS none: 'perfect' is not a result"
check_has "an item that is not listed" "$(status Reliability_Exception_Kill)" "MISS none: log.json does not list it"

# A log that tells of both is not the log of a clean system, and what could not be measured is no measurement.
kunpeng_folder && kunpeng_item Security_Base_Virus passed && kunpeng_item Compatibility_Idle_Cpu passed
printf 'Infected files: 0\nInfected files: 12\n' > tool/data/test/safety/clam.log
printf 'No Average: could be computed: sar: command not found\n' > tool/data/test/compatiable/test_perf_cpu_1.log
import "two scans" kunpeng tool
check_has "a second scan found something" "$(status Security_Base_Virus)" "MISS none: the tool says 'passed', but data/test/safety/clam.log has no line 'Infected files: 0'"
check_has "no measurement" "$(status Compatibility_Idle_Cpu)" "MISS none: the tool says 'passed', but data/test/compatiable/test_perf_cpu_1.log has no line 'Average:'"

# --- Leapp -----------------------------------------------------------------------------------

leapp() { jq -n --argjson entries "$1" '{entries: [$entries[] | {hostname: "web1", timeStamp: "2026-01-09T10:00:00.123456Z", actor: "a", id: "0", summary: "why"} + .], leapp_run_id: "7f"}'; }
printf '{}' > leapp.json
refused "no entries" "'entries'" leapp.json --from leapp "${cell[@]}"
leapp '[{"severity": "high"}]' > leapp.json
refused "an entry without a title" "no 'title'" leapp.json --from leapp "${cell[@]}"
leapp '[{"title": "a", "hostname": "web1"}, {"title": "b", "hostname": "web2"}]' > leapp.json
refused "two hosts" "several hosts" leapp.json --from leapp "${cell[@]}"
leapp '[]' > leapp.json
import "nothing is in the way" leapp leapp.json
check "and nothing is green" "$(verdict)" "not-assessed 2 reported none"
leapp '[{"title": "Old driver", "severity": "high", "key": "aa11", "groups": ["kernel", "inhibitor"]}, {"title": "Broken", "severity": "high", "key": "bb22", "groups": ["error"]},
    {"title": "Risk", "severity": "high", "key": "cc33", "groups": []}, {"title": "Note", "severity": "info", "key": "dd44"},
    {"title": "Older schema", "severity": "high", "key": "ee55", "flags": ["inhibitor"]}]' > leapp.json
import "inhibitors" leapp leapp.json
check "inhibitors: cases" "$(cases | tr '\n' ' ')" "leapp-aa11 FAIL none leapp-bb22 ERROR none leapp-cc33 DONE none leapp-ee55 FAIL none inhibitors FAIL none "
check "inhibitors: verdict" "$(verdict)" "incompatible 1 reported none"
check "inhibitors: time" "$("$touchstone" matrix "$run" --json | jq -r .created)" 2026-01-09T10:00:00.000Z
check_that "applications are a gap" grep -q "applications" <(observed reported.gap)

# --- lkp-tests -------------------------------------------------------------------------------
# Written as bin/run-lkp, sbin/dump-stat and lib/matrix.rb of lkp-tests write them; the names of the
# values are those of its own examples of LTP.

# lkp STATS [JOB LINE…]: the folder "lkp" of a job.
lkp() {
    rm -rf lkp && mkdir lkp
    [ -z "$1" ] || printf '%s' "$1" > lkp/stats.json
    shift
    printf -- '---\n\n#! ltp.yaml\nsuite: ltp\ntestcase: ltp\ncategory: functional\n' > lkp/job.yaml
    for line in "$@"; do printf '%s\n' "$line" >> lkp/job.yaml; done
    printf '[    0.000000] Linux version 6.6.0\n' > lkp/dmesg
    : > lkp/last_state
}
passed='{"ltp.ftrace_regression01.pass": 1, "ltp.ftrace_regression02.pass": 1, "boot-time.boot": 21.5}'
done=("arch: aarch64" "end_time: 1767950000" "job_state: running" "job_state: finished")
lkp_is() { import "lkp: $1" lkp lkp && check "lkp: $1: verdict" "$(verdict)" "$2" && check "lkp: $1: cases" "$(cases | tr '\n' ' ')" "$3 "; }

mkdir empty.lkp && : > empty.lkp/stats.json
refused "lkp: no job" "no job.yaml" empty.lkp --from lkp "${cell[@]}"
refused "lkp: a file" "is a file" one.xml --from lkp "${cell[@]}"
lkp "$passed" && : > lkp/job.yaml
refused "lkp: no testcase" "no 'testcase'" lkp --from lkp "${cell[@]}"
lkp '{"ltp.a.pass": 1,' "${done[@]}"
refused "lkp: cut short" "stats.json" lkp --from lkp "${cell[@]}"
lkp '[1]' "${done[@]}"
refused "lkp: no object" "not an object" lkp --from lkp "${cell[@]}"
lkp '' "${done[@]}" && printf '{}' > lkp/matrix.json
refused "lkp: several runs" "several runs" lkp --from lkp "${cell[@]}"

both="ftrace_regression01 PASS none ftrace_regression02 PASS none"
lkp "$passed"
lkp_is "nothing says that it ended" "not-assessed 2 reported none" "$both lkp-job MISS none kernel-log DONE none"
lkp "$passed" "job_state: OOM"
lkp_is "another state" "not-assessed 2 reported none" "$both lkp-job ERROR none kernel-log DONE none"
for state in "is_incomplete_run: 1" "soft_timeout: 1" "test.ltp.exit_code.99: 1"; do
    lkp "$passed" "${done[@]}" && printf '# missing ltp ltp\n%s\n' "$state" > lkp/last_state
    lkp_is "$state" "not-assessed 2 reported none" "$both lkp-job ERROR none kernel-log DONE none"
done
lkp '{}' "${done[@]}"
lkp_is "no result" "not-assessed 2 reported none" "ltp MISS none lkp-job PASS none kernel-log DONE none"
lkp '' "${done[@]}"
lkp_is "no file of results" "not-assessed 2 reported none" "ltp MISS none lkp-job PASS none kernel-log DONE none"
lkp '{"ltp.throughput": [1, 2], "ltp.time": 3}' "${done[@]}"
lkp_is "only measurements" "not-assessed 2 reported none" "ltp DONE none lkp-job PASS none kernel-log DONE none"
lkp '{"ltp.a.pass": 0, "ltp.b.pass": "1"}' "${done[@]}"
lkp_is "counts nothing" "not-assessed 2 reported none" "a MISS none b MISS none lkp-job PASS none kernel-log DONE none"
lkp '{"ltp.a.pass": 1, "ltp.a.fail": 1, "ltp.b.skip": 1, "ltp.c.timeout": 1}' "${done[@]}"
lkp_is "a pass and a failure" "incompatible 1 reported none" "a FAIL none b SKIP none c ERROR none lkp-job PASS none kernel-log DONE none"
lkp '{"ltp.a.pass": 1, "dmesg.boot_failures": 1, "dmesg.BUG:kernel_NULL_pointer_dereference": 1}' "${done[@]}"
lkp_is "a kernel bug" "incompatible 1 reported none" "a PASS none lkp-job PASS none kernel-log FAIL none"
lkp "$passed" "${done[@]}" && printf '[ 9.0] a invoked oom-killer: gfp_mask=0x0\n' >> lkp/dmesg
lkp_is "out of memory" "incompatible 1 reported none" "$both lkp-job PASS none kernel-log FAIL none"
lkp "$passed" "${done[@]}" && rm lkp/dmesg lkp/last_state
lkp_is "no log" "conditional 5 reported none" "$both lkp-job PASS none kernel-log MISS none"
check_that "no log is a gap" grep -q "no dmesg" <(observed reported.gap)
check_that "no last_state is a gap" grep -q "no last_state" <(observed reported.gap)
lkp "$passed" "${done[@]}" && mv lkp/dmesg lkp/dmesg.xz
lkp_is "a compressed log" "conditional 5 reported none" "$both lkp-job PASS none kernel-log MISS none"
lkp "$passed" "${done[@]}"
lkp_is "it ended" "conditional 5 reported none" "$both lkp-job PASS none kernel-log DONE none"
check "lkp: time" "$("$touchstone" matrix "$run" --json | jq -r .created)" 2026-01-09T09:13:20.000Z
lkp '' "${done[@]}" && printf '{"ltp.a.pass": [1, 1]}' > lkp/ltp.json
lkp_is "the testcase's own file" "conditional 5 reported none" "a PASS none lkp-job PASS none kernel-log DONE none"

# --- oecp ------------------------------------------------------------------------------------
# Written as oecp/result/compare_result.py and export.py of oecp write them.

oecp_head='openEuler binary rpm package,openEuler source package,other binary rpm package,other source package,compare result,compare detail,compare type,category level,same,more,less,diff'
# row BASE OTHER RESULT TYPE LEVEL SAME MORE LESS DIFF
row() { printf '%s,redis.src.rpm,%s,redis.src.rpm,%s, x ,%s,%s,%s,%s,%s,%s\r\n' "$@"; }
# oecp ROW…: the folder "oecp" of a report.
oecp() {
    rm -rf oecp && mkdir oecp
    { printf '%s\r\n"rpm package name explain:\n 1 -- same name + version",,,,,,,,,,,\r\n' "$oecp_head" && printf '%s\r\n' "$@"; } > oecp/all-rpm-report.csv
}
oecp_is() { import "oecp: $1" oecp oecp && check "oecp: $1: verdict" "$(verdict)" "$2" && check "oecp: $1: cases" "$(cases | cut -d' ' -f1,2 | tr '\n' ' ')" "$3 "; }
old=redis-7.0-1.oe1.aarch64.rpm new=redis-7.0-1.os2.aarch64.rpm
name() { row "${3-$old}" "${4-$new}" "$1" "rpm package name" "${2-1}" N/A N/A N/A N/A | tr -d '\r'; }
same() { row "$old" "$new" "$1" "$2" "${3-1}" "$4" 0 "${5-0}" "${6-0}" | tr -d '\r'; }

mkdir none.oecp && : > none.oecp/all-differences-report.csv
refused "oecp: no table" "no all-rpm-report.csv" none.oecp --from oecp "${cell[@]}"
: > empty.csv
refused "oecp: empty" "is empty" empty.csv --from oecp "${cell[@]}"
oecp
sed -i '$d' oecp/all-rpm-report.csv
refused "oecp: no row" "nothing was compared" oecp --from oecp "${cell[@]}"
oecp "$(name 1)" && truncate -s -20 oecp/all-rpm-report.csv
refused "oecp: cut short" "cut short" oecp --from oecp "${cell[@]}"
oecp "$(name 1)" 'a,b'
refused "oecp: a short row" "has 2 fields, the head has 12" oecp --from oecp "${cell[@]}"
oecp "$(name 1)" '"a,b'
refused "oecp: an open quote" "cut short" oecp --from oecp "${cell[@]}"
oecp "$(name 1 1 '' '')"
refused "oecp: no package" "no package" oecp --from oecp "${cell[@]}"
oecp "$(name 1)" && sed -i 's/category level/level/' oecp/all-rpm-report.csv
refused "oecp: another head" "no column 'category level'" oecp --from oecp "${cell[@]}"
oecp "$(name 1)" && mkdir oecp/b && cp oecp/all-rpm-report.csv oecp/b
refused "oecp: two reports" "2 files" oecp --from oecp "${cell[@]}"

for one in "1 PASS conditional 5" "1.1 PASS conditional 5" "2 PASS conditional 5" "3 FAIL incompatible 1" "4 FAIL incompatible 1" "6 MISS not-assessed 2"; do
    read -r result status is rule <<< "$one"
    oecp "$(name "$result")"
    oecp_is "a name with $result" "$is $rule reported none" "redis.rpm-package-name $status"
done
oecp "$(name 5 1 '')"
oecp_is "compared with nothing" "not-assessed 2 reported none" "redis.rpm-package-name DONE"
check_that "that is a gap" grep -q "compare a package with nothing" <(observed reported.gap)
oecp "$(name 1 1 '')"
oecp_is "the same as nothing" "not-assessed 2 reported none" "redis.rpm-package-name MISS"
oecp "$(name 1)" "$(same same "rpm files" 1 0)"
oecp_is "the same, of nothing" "not-assessed 2 reported none" "redis.rpm-package-name PASS redis.rpm-files DONE"
oecp "$(name 1)" "$(same same "rpm files" 1 3 0 2)"
oecp_is "the same, with differences" "not-assessed 2 reported none" "redis.rpm-package-name PASS redis.rpm-files MISS"
oecp "$(name 1)" "$(same diff "rpm abi" 1 3 0 2)"
oecp_is "differences" "incompatible 1 reported none" "redis.rpm-package-name PASS redis.rpm-abi FAIL"
oecp "$(name 1)" "$(same diff "rpm abi" 3 3 0 2)"
oecp_is "differences of a level that is not promised" "conditional 5 reported none" "redis.rpm-package-name PASS redis.rpm-abi FAIL"
oecp "$(name 1)" "$(same exception "rpm abi" 1 0)"
oecp_is "an exception" "not-assessed 2 reported none" "redis.rpm-package-name PASS redis.rpm-abi ERROR"
oecp "$(name 1)" "$(same same "rpm files" 1 3)"
oecp_is "the same" "conditional 5 reported none" "redis.rpm-package-name PASS redis.rpm-files PASS"
for gap in "'kabi' was not compared" "no package of level 0" "no all-similarity-report.csv" "runs none of them"; do
    check_that "oecp: gap: $gap" grep -qF -- "$gap" <(observed reported.gap)
done
printf 'core_pkg,rpm files,kabi\r\n1.0,1.0,0.98\r\n' > oecp/all-similarity-report.csv
oecp_is "a similarity without rows" "not-assessed 2 reported none" "redis.rpm-package-name PASS redis.rpm-files PASS similarity.kabi MISS"
printf 'core_pkg,rpm files\r\n1.0,1.0\r\n' > oecp/all-similarity-report.csv
printf '{"total_result": "NO PASS"}' > oecp/web_show_result.json
oecp_is "its own conclusion" "incompatible 1 reported none" "redis.rpm-package-name PASS redis.rpm-files PASS conclusion FAIL"
import "oecp: the table alone" oecp oecp/all-rpm-report.csv
check "oecp: the table alone: verdict" "$(verdict)" "conditional 5 reported none"

# --- the order of imports --------------------------------------------------------------------

for at in 1 2 3; do junit 1 "<testcase name=\"one\"/>" "2026-03-0${at}T00:00:00Z" > "order$at.xml"; done
orders() {
    for order in "1 2 3" "3 1 2" "2 3 1"; do
        export TOUCHSTONE_HOME=$scratch/home.order
        rm -rf "$TOUCHSTONE_HOME"
        for at in $order; do "$touchstone" import --from junit "order$at.xml" "${cell[@]}" 2> /dev/null > /dev/null; done
        { "$touchstone" runs --json | jq -c '[.runs[] | {run, created}]' && "$touchstone" matrix --json | jq -c '[.run, .cells]' &&
            "$touchstone" history other-os/somewhere/app --json | jq -c '[.. | .run? // empty]'; } | sha256sum
    done
}
check "the order of imports does not matter" "$(orders | sort -u | wc -l)" 1

# --- what cannot be done with it --------------------------------------------------------------

ends "it has nothing to resume" 64 "was imported" "$touchstone" resume "$first"
ends "it has no guest" 64 "no guest of cell" "$touchstone" shell other-os/somewhere/app --run "$first"
check_that "it can be removed" "$touchstone" clean --dry-run --run "$first"

# --- out and in again ------------------------------------------------------------------------

"$touchstone" export "$first" -o first.run 2> /dev/null
home=$TOUCHSTONE_HOME
export TOUCHSTONE_HOME=$scratch/home.other
check "exported and imported elsewhere" "$("$touchstone" import first.run 2> /dev/null)" "$first"
run=$first
check "is what it was" "$(verdict)" "conditional 5 reported none"
check_that "doctor finds nothing wrong" "$touchstone" doctor --full
export TOUCHSTONE_HOME=$home
find "$TOUCHSTONE_HOME/evidence" -type f -name "$(sha256sum < one.xml | cut -d' ' -f1)" -delete
check "without its file it is not assessed" "$(verdict)" "not-assessed 2 reported host"
end_checks
