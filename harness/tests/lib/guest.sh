# SPDX-License-Identifier: Apache-2.0
# Helpers for the guest tests: a temporary home, the stand-in guests registered in it, small suites made on the spot, and
# assertions that print both values. To be sourced; `finish` ends the test.

set -euo pipefail
touchstone=$TS_BINARY_DIR/touchstone
guests=${TOUCHSTONE_TEST_GUESTS:-${XDG_CACHE_HOME:-$HOME/.cache}/touchstone/guests}
if [ ! -f "$guests/debian-bookworm-amd64/guest.json" ]; then
    echo "skipped: no stand-in guest in '$guests': scripts/build-guest --output '$guests'"
    exit 77
fi
scratch=$(mktemp -d)
export TOUCHSTONE_HOME=$scratch/home
suites=$scratch/suites
mkdir -p "$TOUCHSTONE_HOME" "$suites"
# A saved state is named by everything it depends on, so tests that boot the same guest can share it: scripts/check lends
# them a folder. A test about saving states, or about killing who saves them, sets own_states=yes first.
[ -z "${TOUCHSTONE_TEST_STATES-}" ] || [ -n "${own_states-}" ] || ln -s "$TOUCHSTONE_TEST_STATES" "$TOUCHSTONE_HOME/states"
. "$TS_SOURCE_DIR/harness/tests/lib/check.sh"

cleanup() {
    [ -z "${KEEP-}" ] || { echo "kept: $scratch"; return; }
    rm -rf "$scratch"
}
trap cleanup EXIT

finish() {
    # Nothing of ours may be left over: a QEMU's command line contains its disks, which are in the scratch folder.
    check "no stray QEMU" "$(pgrep -f -- "qemu-system.*$scratch" || true)" ""
    check "no stray overlay" "$(find "$TOUCHSTONE_HOME/runs" -name '*.work' -o -name '*.partial' 2> /dev/null)" ""
    end_checks
}

# expect_exit NAME CODE COMMAND…: stores stderr in $said, stdout in $printed.
expect_exit() {
    local name=$1 code=$2 got=0
    shift 2
    "$@" > "$scratch/stdout" 2> "$scratch/stderr" < /dev/null || got=$?
    said=$(cat "$scratch/stderr") printed=$(cat "$scratch/stdout")
    check "$name: exit code" "$got" "$code"
    [ "$got" = "$code" ] || printf '%s\n' "$said" | sed 's/^/  | /'
}

add_image() {
    "$touchstone" image add "debian-bookworm-$1" --guest "$guests/debian-bookworm-$1" > /dev/null
}

# suite NAME, then its cases: case_of NAME ID PROTOCOL REQUIRED TIMEOUT < script
suite() {
    mkdir -p "$suites/$1/cases"
    : > "$suites/$1/cases.xml"
    echo "# $1" > "$suites/$1/README.md"
    write_suite "$1"
}

write_suite() {
    {
        echo "<suite name=\"$1\" ${suite_attributes-}><title>$1</title><vendor>Touchstone</vendor><product>$1</product>"
        cat "$suites/$1/cases.xml"
        echo "</suite>"
    } > "$suites/$1/suite.xml"
}

case_of() {
    printf '<case id="%s" item="function" protocol="%s" required="%s" timeout="%s" %s><title>%s</title>%s</case>\n' \
        "$2" "$3" "$4" "$5" "${case_attributes-}" "$2" "${case_needs-}" >> "$suites/$1/cases.xml"
    { echo '#!/bin/sh'; cat; } > "$suites/$1/cases/$2"
    chmod 755 "$suites/$1/cases/$2"
    write_suite "$1"
}

# cell PLATFORM SUITE FILTER: a jq filter on a cell of $matrix (the JSON of a run).
cell() {
    jq -r --arg p "$1" --arg s "$2" ".cells[] | select(.platform == \$p and .suite == \$s) | $3" <<< "$matrix"
}

# case_of_cell ID FILTER: applies a jq filter to one case of the cell that was shown last.
case_of_cell() {
    jq -r --arg id "$1" ".cases[] | select(.id == \$id) | $2" <<< "$printed"
}

# failing ID: the points of that case that are not ok.
failing() {
    case_of_cell "$1" '[.points[] | select(.status == "FAIL") | .name] | join(", ")'
}
