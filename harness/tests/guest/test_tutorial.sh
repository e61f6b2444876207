#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The tutorial, as followed by a reader: every block of commands in suites/TUTORIAL.md that is marked sh is run, in order,
# in one folder; exit=N after the mark is the exit code that the text mentions.
own_states=yes
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
add_image arm64
mkdir "$scratch/clone" "$scratch/blocks"
ln -s "$TS_BINARY_DIR" "$scratch/clone/build"

# Each block becomes a file, whose first line is the mark.
awk -v folder="$scratch/blocks" '
    /^```sh/ { file = sprintf("%s/%02d", folder, ++n); print > file; next }
    /^```/ { file = "" }
    file { print > file }' "$TS_SOURCE_DIR/suites/TUTORIAL.md"
check "blocks of commands" "$([ "$(ls "$scratch/blocks" | wc -l)" -ge 7 ] && echo enough)" enough

cd "$scratch/clone"
outputs=
for block in "$scratch"/blocks/*; do
    mark=$(head -1 "$block")
    code=0
    [[ $mark != *exit=* ]] || code=${mark##*exit=}
    expect_exit "block $(basename "$block"): $(sed -n 2p "$block" | cut -c1-60)" "$code" bash -euc "$(sed 1d "$block")"
    outputs+=$printed$said
done
check_has "the failure has its reason" "$outputs" "required case 'greeting' failed"
check_has "and it is the one that the text tells of" "$outputs" "aarch64 is not supported"
check_has "the failed guest was opened" "$outputs" "as it was after case 'greeting'"
check_has "the frozen guest went" "$outputs" "removed preserved guest debian-bookworm-arm64/kunpeng/greeter"
expect_exit "what came of it" 0 build/touchstone matrix --json
matrix=$printed
check "the mended product" "$(cell kunpeng greeter '"\(.verdict) \(.coverage.judged)/\(.coverage.total)"')" "compatible 3/3"
# Else what the boot left to do is done again after each restore, beside the first case.
check "states are saved of guests that are idle" \
    "$(jq -r '.observations[] | select(.key == "system.activity").value' "$TOUCHSTONE_HOME"/runs/*/jobs/prepare.*/1/bundle/result.json | sort -u)" idle
check "a page was made" "$([ -s greeter.html ] && echo there)" there
# Commands that are only shown must be valid too.
expect_exit "all items" 0 build/touchstone run --suite ./greeter --dry-run
expect_exit "some items" 0 build/touchstone run --suite ./greeter --dry-run \
    --item install --item function --item uninstall
finish
