# SPDX-License-Identifier: Apache-2.0
# Assertions for tests in shell, which print both values. To be sourced; `end_checks` ends the test.

failures=0 checks=0

# check NAME ACTUAL EXPECTED
check() {
    checks=$((checks + 1))
    [ "$2" = "$3" ] && { echo "ok $checks - $1"; return; }
    failures=$((failures + 1))
    printf 'not ok %d - %s\n  is       %s\n  expected %s\n' "$checks" "$1" "$2" "$3"
}

# check_has NAME TEXT PART
check_has() {
    case $2 in
    *"$3"*) check "$1" "" "" ;;
    *) check "$1" "$2" "(text with) $3" ;;
    esac
}

# ends NAME CODE PART COMMAND…: checks the exit code, and a part of the output on stderr or stdout. Both are stored in
# $said.
ends() {
    local name=$1 expected=$2 part=$3 code=0
    shift 3
    said=$("$@" 2>&1 < /dev/null) || code=$?
    check "$name: exit code" "$code" "$expected"
    check_has "$name: said" "$said" "$part"
}

# check_that NAME COMMAND…: the command must succeed.
check_that() {
    local name=$1
    shift
    if "$@"; then check "$name" "" ""; else check "$name" "exit code $? of: $*" "exit code 0"; fi
}

# fail NAME…
fail() { check "$*" "not so" ""; }

# need TOOL…: skips the test on a host that lacks one of them.
need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" > /dev/null || { echo "skipped: $tool is needed (scripts/setup installs it)"; exit 77; }
    done
}

need_x86_64() {
    [ "$(uname -m)" = x86_64 ] || { echo "skipped: the samples are built for x86_64"; exit 77; }
}

end_checks() {
    echo "$((checks - failures)) of $checks checks hold"
    [ "$failures" -eq 0 ]
    exit
}
