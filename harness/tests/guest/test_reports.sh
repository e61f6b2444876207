#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Reports of test frameworks and artifacts, from a guest to the host: each test keeps its original status, what is cut
# short or contradicts itself is not green, and files of the guest with hostile names harm nothing.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
add_image amd64
reports=$TS_SOURCE_DIR/harness/tests/data/reports

suite good
mkdir "$suites/good/files"
cp "$reports"/*_ok.* "$reports/kunit.txt" "$suites/good/files"
case_of good pytest junit yes 20 <<< 'cp files/pytest_ok.xml "$TOUCHSTONE_REPORT"'
case_of good cmake ctest yes 20 <<< 'cp files/ctest_ok.xml "$TOUCHSTONE_REPORT"'
case_of good google gtest yes 20 <<< 'mkdir "$TOUCHSTONE_REPORT"; cp files/gtest_ok.json "$TOUCHSTONE_REPORT/a.json"; cp files/gtest_ok.json "$TOUCHSTONE_REPORT/b.json"'
case_of good go gotest yes 20 <<< 'cat files/gotest_ok.json'
case_of good kernel kselftest yes 20 <<< 'cat files/kunit.txt'
case_of good avocado avocado yes 20 <<< 'cp files/avocado_ok.json "$TOUCHSTONE_REPORT"'
case_of good phoronix phoronix yes 20 <<< 'mkdir "$TOUCHSTONE_REPORT"; cp files/phoronix_ok.xml "$TOUCHSTONE_REPORT/composite.xml"'
case_of good several tap-documents yes 20 <<< 'printf "1..1\nok 1 - a\n1..1\nok 1 - b\n"'
case_of good leaves exit yes 20 <<'CASE'
cd "$TOUCHSTONE_ARTIFACTS"
mkdir -p logs/deep
echo one > logs/deep/one.log
echo two > "$(printf '\033[2J..\nx')"
echo three > "<script>"
ln -s /etc/shadow link
truncate -s 17M huge
CASE
suite bad
cp -r "$suites/good/files" "$suites/bad/files"
cp "$reports/pytest.xml" "$suites/bad/files"
case_of bad failed junit yes 20 <<< 'cp files/pytest.xml "$TOUCHSTONE_REPORT"; exit 1'
case_of bad cut junit yes 20 <<< 'head -c 700 files/pytest_ok.xml > "$TOUCHSTONE_REPORT"'
case_of bad none gtest yes 20 <<< 'echo "all tests passed"'
case_of bad empty ctest yes 20 <<< ': > "$TOUCHSTONE_REPORT"'
case_of bad huge junit yes 30 <<< '{ echo "<testsuite><testcase name=\"a\"/>"; head -c 9000000 /dev/zero | tr "\0" " "; echo "</testsuite>"; } > "$TOUCHSTONE_REPORT"'
case_of bad link junit yes 20 <<< 'ln -s "$PWD/files/pytest_ok.xml" "$TOUCHSTONE_REPORT"'
# A report of one case at the place of the next one's.
case_of bad forges exit yes 20 <<< 'cp files/pytest_ok.xml "${TOUCHSTONE_REPORT%.forges}.forged"'
case_of bad forged junit yes 20 <<< 'true'

expect_exit "run" 1 "$touchstone" run --platform x86 --jobs 1 --suite "$suites/good" --suite "$suites/bad" --json
matrix=$printed
# Nothing in its files/ is a program: of its product nothing was examined, which is a condition.
check "all that is good" "$(cell x86 good '"\(.verdict) \(.coverage.judged)/\(.coverage.total)"')" "conditional 9/9"
check_has "for this reason alone" "$(cell x86 good .reason)" "predicted: UNKNOWN of 'good', unproven"
check "and what is not" "$(cell x86 bad .verdict)" incompatible

printed=$("$touchstone" show x86/good --json)
raw() { case_of_cell "$1" "[.points[] | \"\(.status) \(.raw)\"] | unique | join(\", \")"; }
check "pytest" "$(raw pytest)" "DONE skipped pytest.xfail, PASS null, SKIP skipped pytest.skip"
check "CTest" "$(raw cmake)" "PASS run, SKIP notrun SKIP_REGULAR_EXPRESSION_MATCHED, SKIP notrun SKIP_RETURN_CODE=77"
check "googletest" "$(raw google)" "PASS RUN COMPLETED, SKIP NOTRUN SUPPRESSED, SKIP RUN SKIPPED"
check "from two programs" "$(case_of_cell google '.points | length')" 10
check "go test" "$(raw go)" "PASS pass, SKIP skip"
check "KUnit" "$(raw kernel)" "PASS ok, SKIP ok # SKIP"
check "TAP" "$(raw several)" "PASS ok"
check "Avocado" "$(raw avocado)" "PASS PASS"
check "Phoronix" "$(raw phoronix)" "PASS 12.5 Operations Per Second"
evidence() { jq -r --arg c "$1" '[.evidence[] | select(.case == $c) | .name | select(startswith("facts") or startswith("std") | not)] | join(" ")' <<< "$printed"; }
check "a report is evidence" "$(evidence pytest)" report
check "so is each file of a folder" "$(evidence google)" "report/a.json report/b.json"
check "artifacts" "$(evidence leaves)" 'artifact/\x1b[2J..\x0ax artifact/<script> artifact/logs/deep/one.log'
check "what was left out" "$(jq -r '.observations[] | select(.key == "artifact.left_out") | .value' <<< "$printed")" \
    "2 files, 17825792 bytes"
one=$(jq -r '.evidence[] | select(.name == "artifact/logs/deep/one.log") | .path' <<< "$printed")
check "their bytes" "$(cat "$one")" one
"$touchstone" show x86/good --artifacts "$scratch/files" > /dev/null
check "written out" "$(cd "$scratch/files" && find . -type f | sort | tr '\n' ' ')" \
    "./avocado/report ./cmake/report ./google/a.json ./google/b.json ./leaves/_script_ ./leaves/_x1b_2J.._x0ax \
./leaves/logs_deep_one.log ./phoronix/composite.xml ./pytest/report "
check "as they were" "$(cat "$scratch/files/leaves/logs_deep_one.log"; cmp "$scratch/files/pytest/report" "$reports/pytest_ok.xml")" one
"$touchstone" report --format html --output "$scratch/report.html" 2> /dev/null || true
check_has "linked in the page" "$(cat "$scratch/report.html")" 'download="logs_deep_one.log" href="data:application/octet-stream;base64,b25lCg=="'
check_has "as text" "$("$touchstone" show x86/good --case pytest)" "DONE  test_x/test_xfail [skipped pytest.xfail]: known"

printed=$("$touchstone" show x86/bad --json)
status() { case_of_cell "$1" '"\(.status) \(.blame) \(.reason)"'; }
check_has "failed" "$(status failed)" "FAIL product test_x/test_bad: AssertionError"
check_has "cut" "$(status cut)" "ERROR suite not the JUnit XML report of a whole run: line 1"
check_has "none" "$(status none)" "ERROR suite no googletest JSON report"
check_has "empty" "$(status empty)" "ERROR suite not the CTest JUnit report of a whole run: it is empty"
check_has "too large" "$(status huge)" "1 of its files with 9000"
check_has "a link" "$(status link)" "1 of its files"
check_has "another case's" "$(status forged)" "ERROR suite no JUnit XML report"

# The run in another home: the same page, byte for byte, except for the home in its commands.
id=$(jq -r .run <<< "$matrix")
expect_exit "export" 0 "$touchstone" export "$id" -o "$scratch/run.tar.zst"
mkdir "$scratch/other"
expect_exit "import" 0 env TOUCHSTONE_HOME="$scratch/other" "$touchstone" import "$scratch/run.tar.zst"
"$touchstone" report "$id" -o "$scratch/here.html" 2> /dev/null
TOUCHSTONE_HOME=$scratch/other "$touchstone" report "$id" -o "$scratch/there.html" 2> /dev/null
sed -i "s,$scratch/other,$scratch/home,g" "$scratch/there.html"
check_that "the same page in another home" cmp "$scratch/here.html" "$scratch/there.html"
finish
