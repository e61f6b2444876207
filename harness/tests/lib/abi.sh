# SPDX-License-Identifier: Apache-2.0
# Helpers for tests of `touchstone abi check`, which run in "$scratch". To be sourced.

. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
cd "$scratch" || exit 99

# abi_holds WHAT CODE FILTER WORD…: `abi check WORD… --json` ends with CODE ("": any), and the jq filter is true for its
# result, which is stored in the file "out". $ENV in the filter contains what was assigned before the call.
abi_holds() {
    local what=$1 code=$2 filter=$3 got=0
    shift 3
    timeout 120 "$touchstone" abi check "$@" --json > out 2> err || got=$?
    if [ "$got" = "${code:-$got}" ] && jq -e "$filter" out > /dev/null; then
        check "$what" "" ""
        return
    fi
    check "$what" "exit code $got, $(jq -c '[.findings[0:20][] | {severity, kind, file, symbol, provider, found, remedy}],
        .packages[].census' out) $(tail -n 3 err)" "exit code ${code:-any}, $filter"
}

# out_holds WHAT FILTER [FILE]: the jq filter is true for the output of the last check, or for the file.
out_holds() {
    if jq -e "$2" "${3:-out}" > /dev/null; then check "$1" "" ""; else check "$1" "$(head -c 2000 "${3:-out}")" "$2"; fi
}
