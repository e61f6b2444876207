#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# `touchstone report` from the command line: where the report is written, what is rejected, and that the same store gives
# the same bytes. The store contains a run that was planned and killed at once.
set -euo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/store.sh"

# expect NAME CODE PART COMMAND…: exit code CODE, and PART on stderr (empty: no output).
expect() {
    local name=$1 code=$2 part=$3 got=0
    shift 3
    "$@" > "$scratch/out" 2> "$scratch/err" < /dev/null || got=$?
    check_that "$name" test "$got" = "$code"
    if [ -z "$part" ]; then
        check_that "$name: nothing on stderr" test ! -s "$scratch/err"
    else
        check_that "$name: says '$part'" grep -qF -- "$part" "$scratch/err"
    fi
}

expect "no run yet" 3 "contains no runs yet" "$touchstone" report
store_of_rows "
    INSERT INTO run VALUES (1, '20260101-aaaaaa', 1767225600000, 0, 'interrupted',
        '{\"accel\":\"auto\",\"cold\":false,\"connect\":null,\"images\":[\"a\"],\"items\":[],\"jobs\":0,\"platforms\":[\"kunpeng\"],\"suites\":[\"redis\"]}');
    INSERT INTO input VALUES (1, 0, 'platform', 'kunpeng', '$(printf 0%.0s {1..64})', '/gone/kunpeng.xml');
    INSERT INTO planned_case VALUES (1, 'redis', 0, 'install', 'install', 1, 0, 1);
    INSERT INTO cell VALUES (1, 1, 0, 'a', 'kunpeng', 'redis', NULL);"

report=("$touchstone" report 20260101)
expect "unknown run" 64 "no run 'x'" "$touchstone" report x
expect "unknown format" 64 "unknown report format 'pdf': use one of allure, csv, ctrf, html, intoto, json, jsonl, junit, kcidb, markdown, sarif, site, tap, xlsx" "${report[@]}" --format pdf
expect "unknown language" 64 "--lang 'fr': use en or zh" "${report[@]}" --lang fr
expect "unknown details on paper" 64 "--print 'some': use all or failing or none" "${report[@]}" --print some
expect "paper of a format without details" 64 "only the formats html and site have details" "${report[@]}" -f junit --print all
expect "two runs" 64 "unexpected argument 'one'" "$touchstone" report x one
expect "a folder that is not there" 64 "cannot write the report to '$scratch/none/report.html'" "${report[@]}" -o "$scratch/none/report.html"
expect "a full disk" 74 "cannot write the report to '/dev/full'" "${report[@]}" -o /dev/full
expect "a folder as the file" 74 "cannot write the report to '$scratch'" "${report[@]}" -o "$scratch"
if [ "$(id -u)" -ne 0 ]; then
    mkdir "$scratch/closed" && chmod 555 "$scratch/closed"
    expect "a folder that is closed" 74 "cannot write the report to" "${report[@]}" -o "$scratch/closed/report.html"
fi
expect "formats" 0 "" "$touchstone" report --formats
check_that "the formats, each with its ending" test "$(awk '{print $1 $2}' "$scratch/out" | tr '\n' ' ')" = \
    "allure.allure csv.csv ctrf.ctrf.json html.html intoto.intoto.jsonl json.json jsonl.jsonl junit.xml kcidb.kcidb.json markdown.md sarif.sarif site.site tap.tap xlsx.xlsx "

expect "what is gone is said" 0 "platform 'kunpeng': known by its name only" "${report[@]}" -o "$scratch/a.html"
check_that "nothing on stdout" test ! -s "$scratch/out"
expect "standard output" 0 "its name only" "${report[@]}" --output - --format html
check_that "the same bytes" cmp "$scratch/a.html" "$scratch/out"
check_that "no draft is left" test "$(find "$scratch" -maxdepth 1 -name 'a.html*' | wc -l)" = 1
check_that "a killed run is said to be one" grep -q "This run was interrupted" "$scratch/a.html"
check_that "well formed" xmllint --noout "$scratch/a.html"
# The page's Content-Security-Policy allows its own style sheet and nothing else.
sed -n '/<style>/,/<\/style>/p' "$scratch/a.html" | sed -e '1s/.*<style>//' -e '$s/<\/style>.*//' > "$scratch/style"
if [ -z "$(tail -n 1 "$scratch/style")" ]; then sed -i '$d' "$scratch/style"; fi
check_that "the policy names the style sheet" grep -qF \
    "style-src 'sha256-$(openssl dgst -sha256 -binary "$scratch/style" | base64)'" "$scratch/a.html"
expect "Chinese" 0 "as html" "${report[@]}" --lang zh -o "$scratch/zh.html"
check_that "in Chinese" grep -q '<html lang="zh-CN".*' "$scratch/zh.html"
check_that "and in words" grep -q "未评估" "$scratch/zh.html"
for ending in xml json md sarif csv ctrf.json intoto.jsonl jsonl kcidb.json tap xlsx; do
    expect "$ending by its ending" 0 "its name only" "${report[@]}" -o "$scratch/report.$ending"
    cp "$scratch/report.$ending" "$scratch/first"
    expect "$ending again, over it" 0 "its name only" "${report[@]}" -o "$scratch/report.$ending"
    check_that "$ending: the same bytes" cmp "$scratch/first" "$scratch/report.$ending"
done
check_that "JUnit has no green case" test "$(xmllint --xpath 'count(//testcase[not(error or skipped)])' "$scratch/report.xml")" = 0
check_that "JUnit has one error for one case that never ran" test "$(xmllint --xpath 'count(//error)' "$scratch/report.xml")" = 1
check_that "JSON says what the run comes to" jq -e '.exit_code == 3 and .cells[0].counted[0].status == "MISS"' "$scratch/report.json"
check_that "Markdown has the verdict" grep -q "not-assessed (did not run)" "$scratch/report.md"
expect "--json" 0 "its name only" "${report[@]}" --json
check_that "is JSON" cmp "$scratch/out" "$scratch/report.json"
expect "temporary files that are cut off" 74 "the workbook cannot be written" bash -c 'ulimit -f 64; exec "$@"' - "${report[@]}" -o "$scratch/cut.xlsx"
check_that "no file is left of that" test ! -e "$scratch/cut.xlsx"
expect "KCIDB, read again" 0 "app" "$touchstone" import --from kcidb "$scratch/report.kcidb.json" --image a --platform kunpeng --suite app
check "what never ran has no result there" "$("$touchstone" show a/kunpeng/app --run "$(cat "$scratch/out")" --json 2> /dev/null | jq -r '[.verdict, (.cases | map(.status) | unique[])] | join(" ")')" "not-assessed MISS"
expect "a folder" 0 "as allure" "${report[@]}" -o "$scratch/report.allure"
check_that "of results" test "$(find "$scratch/report.allure" -name '*-result.json' | wc -l)" = 2
check_that "and no draft" test "$(find "$scratch" -maxdepth 1 -name 'report.allure*' | wc -l)" = 1
expect "not over another folder" 64 "exists already" "${report[@]}" -o "$scratch/report.allure"
expect "not to standard output" 64 "is a folder" "${report[@]}" -f allure
expect "a folder in a folder that is not there" 64 "cannot write the report to '$scratch/none/x'" "${report[@]}" -f allure -o "$scratch/none/x"
expect "no place for temporary files" 64 "set TMPDIR" env TMPDIR="$scratch/none" "${report[@]}" -o "$scratch/none.xlsx"
check_that "no file is left of it" test ! -e "$scratch/none.xlsx"
end_checks
