#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The program in Chinese: every text for a person has a translation and is shown in it, however the language is asked for;
# exit codes, JSON, reports and what is stored do not depend on the user's language.
set -eu
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
unset LANG LANGUAGE LC_ALL LC_MESSAGES
chinese() { LC_ALL=C.UTF-8 grep -cP '[\x{4e00}-\x{9fff}]' "$1" || true; }
zh() { env LC_ALL=C.UTF-8 LANGUAGE=zh_CN "$@"; }

got=0
"$TS_SOURCE_DIR/scripts/translate" --check > "$scratch/translate" 2>&1 || got=$?
check "every text is translated: $(cat "$scratch/translate")" "$got" 0
# The check can fail: a text that a translation does not have.
cp -r "$TS_SOURCE_DIR"/harness/po "$scratch"
mkdir -p "$scratch/tree/harness" "$scratch/tree/scripts"
cp "$TS_SOURCE_DIR/scripts/translate" "$scratch/tree/scripts"
cp -r "$TS_SOURCE_DIR/harness/"{po,cli,base} "$scratch/tree/harness"
cp -r "$TS_SOURCE_DIR/reports" "$scratch/tree"
echo 'void f(void) { log_error("a text that nobody has translated"); }' > "$scratch/tree/harness/cli/new.c"
check_has "a new text is found" "$("$scratch/tree/scripts/translate" --check || true)" "a text that nobody has translated"

# --- how the language is asked for ---
"$touchstone" --help > "$scratch/english"
check_has "no language: English" "$(cat "$scratch/english")" "Usage: touchstone VERB"
for setting in LC_ALL=en_US.UTF-8 LANG=C LC_ALL=de_DE.UTF-8 LANG=C.UTF-8; do
    check "English under $setting" "$(env "$setting" "$touchstone" --help | cmp - "$scratch/english" && echo same)" same
done
zh "$touchstone" --help > "$scratch/chinese"
check_has "Chinese" "$(cat "$scratch/chinese")" "用法"
# A host seldom has the locale that its user's terminal asks for.
for setting in LC_ALL=zh_CN.UTF-8 LANG=zh_CN.UTF-8 LC_MESSAGES=zh_CN LANG=zh_CN; do
    check "Chinese under $setting" "$(env "$setting" "$touchstone" --help | cmp - "$scratch/chinese" && echo same)" same
done

# --- no English sentence in the help of any verb ---
"$touchstone" --help | sed -n 's/^  \([a-z-]*\) .*/\1/p' > "$scratch/verbs"
check "verbs are listed" "$([ "$(wc -l < "$scratch/verbs")" -gt 20 ] && echo yes)" yes
while read -r verb; do
    zh "$touchstone" "$verb" --help > "$scratch/help"
    check_has "$verb: in Chinese" "$(cat "$scratch/help")" "用法"
    # Three small words of English in a row, outside of quotes.
    check "$verb: no English is left" "$(sed 's/“[^”]*”//g' "$scratch/help" | grep -E '\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b' | grep -v '^\(用法\|  或\)' || true)" ""
    check "$verb: the same options" "$(sed -n 's/^  [ -].[ ,] \(--[a-z-]*\).*/\1/p' "$scratch/help")" \
        "$("$touchstone" "$verb" --help | sed -n 's/^  [ -].[ ,] \(--[a-z-]*\).*/\1/p')"
    check "$verb: lines of a terminal" "$(LC_ALL=C.UTF-8 python3 -c '
import sys, unicodedata
for line in open(sys.argv[1], encoding="utf-8"):
    if sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line.rstrip("\n")) > 79: print(line)' "$scratch/help")" ""
done < "$scratch/verbs"

# --- errors: the same exit codes ---
refused() {
    local english=0 chinese=0 name=$1
    shift
    "$touchstone" "$@" > /dev/null 2> "$scratch/said.en" < /dev/null || english=$?
    zh "$touchstone" "$@" > /dev/null 2> "$scratch/said.zh" < /dev/null || chinese=$?
    check "$name: exit code" "$chinese" "$english"
    check "$name: it is said in Chinese" "$([ "$(chinese "$scratch/said.zh")" -gt 0 ] && echo yes)" yes
    check "$name: and in English" "$(chinese "$scratch/said.en")" 0
}
refused "unknown verb" frobnicate
refused "unknown option" matrix --frobnicate
refused "a number" report --cells many
refused "unknown run" matrix 20200101-abcdef
refused "unknown image" image show nothing
refused "a missing file" image add x /nonexistent
refused "a query" matrix --query 'verdict ='

# --- what programs read, and what is stored ---
make_acme
write_acme '<packages family="deb">acme</packages><case id="a" item="function" required="yes"><title>A</title></case>'
mkdir -p "$suite/cases" && printf '#!/bin/sh\n' > "$suite/cases/a" && chmod 755 "$suite/cases/a"
printf '<testsuite name="s" tests="2" failures="1"><testcase classname="c" name="a"/><testcase classname="c" name="b"><failure>no</failure></testcase></testsuite>' > "$scratch/junit.xml"
import() { "$@" "$touchstone" import --from junit "$scratch/junit.xml" --image deb --platform x86 --suite acme; }
run=$(import env)
other=$(import zh)
check "imported" "$([ -n "$run" ] && [ -n "$other" ] && echo yes)" yes
for command in "matrix $run --json" "show deb/x86/acme --run $run --json" "runs --json" "report $run -f json" "report $run -f html" \
    "report $run -f junit" "report $run -f markdown" "report $run -f csv" "image list --json" "programme list --json"; do
    # shellcheck disable=SC2086
    "$touchstone" $command > "$scratch/out.en" 2> /dev/null || true
    # shellcheck disable=SC2086
    zh "$touchstone" $command > "$scratch/out.zh" 2> /dev/null || true
    check "$command: there is something" "$([ -s "$scratch/out.en" ] && echo yes)" yes
    check "$command: the same bytes" "$(cmp "$scratch/out.en" "$scratch/out.zh" && echo same)" same
done
# The record of what was imported in Chinese differs from the other by names and times only.
record() { "$touchstone" show deb/x86/acme --run "$1" --json | jq '[.cases, .cell.verdict, .reason, .because]'; }
check "stored in English" "$(record "$other")" "$(record "$run")"
check_has "shown in Chinese" "$(zh "$touchstone" show deb/x86/acme --run "$run")" "结论依据"
end_checks
