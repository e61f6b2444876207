#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What malicious suites must not achieve (hostile/README.md): a pass, or blame for another party.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"

expected=$scratch/expected
: > "$expected"
names=()

# load FILE: makes the suite that the file describes, and records the expected result.
load() {
    local name id='' line words attributes timeout
    name=$(basename "$1")
    if [ "$(head -n 1 "$1")" = "#all" ] && [ -z "${TOUCHSTONE_TEST_ALL:-}" ]; then
        return
    fi
    names+=("$name")
    suite "$name"
    while IFS= read -r line; do
        case $line in
        "#case "*)
            [ -z "$id" ] || case_attributes=$attributes case_of "$name" "$id" exit yes "$timeout" < "$scratch/script"
            read -ra words <<< "$line"
            id=${words[1]} attributes='' timeout=20
            case ${words[2]:-} in
            restarts) attributes='restarts="yes"' ;;
            [0-9]*) timeout=${words[2]} ;;
            esac
            : > "$scratch/script"
            ;;
        "#expect "* | "#reason "*) echo "$name ${line#\#}" >> "$expected" ;;
        "#"*) ;;
        *) echo "$line" >> "$scratch/script" ;;
        esac
    done < "$1"
    case_attributes=$attributes case_of "$name" "$id" exit yes "$timeout" < "$scratch/script"
}

add_image amd64
for file in "$TS_SOURCE_DIR"/harness/tests/guest/hostile/*; do
    [ "${file##*/}" = README.md ] || [[ ! ${file##*/} =~ ${TOUCHSTONE_HOSTILE:-.} ]] || load "$file"
done
selected=()
for name in "${names[@]}"; do
    selected+=(--suite "$suites/$name")
done
"$touchstone" run --platform x86 --time-scale 4 "${selected[@]}" --json > "$scratch/matrix" 2> "$scratch/stderr" < /dev/null || true
matrix=$(cat "$scratch/matrix")
check "one cell a suite" "$(jq '.cells | length' <<< "$matrix")" "${#names[@]}"

shown=''
while read -r name what id one two; do
    if [ "$shown" != "$name" ]; then
        printed=$("$touchstone" show "x86/$name" --json 2> /dev/null || true)
        shown=$name
    fi
    if [ "$what" = reason ]; then
        [ "$id" = cell ] && filter=.reason || filter=".cases[] | select(.id == \"$id\") | .reason"
        [ "$id" = cell ] && got=$(cell x86 "$name" .reason) || got=$(jq -r "$filter" <<< "$printed")
        check_has "$name: reason of $id" "$got" "$one${two:+ $two}"
        continue
    fi
    if [ "$id" = cell ]; then
        check "$name" "$(cell x86 "$name" '"\(.verdict) \(.blame)"')" "$one ${two/#-/none}"
    else
        check "$name: $id" "$(case_of_cell "$id" '"\(.status) \(.blame)"')" "$one ${two/#-/none}"
    fi
    [ "$failures" = "${failed_before:-0}" ] || cell x86 "$name" '"  | \(.reason)"'
    failed_before=$failures
done < "$expected"
finish
