#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A campaign against false passes and wrong blame: each file of campaign/ describes suites that cheat, products that are
# broken and suites that are broken, one cell each, in one run on one saved guest. None may be compatible unless it
# says so, none may be lost, and the responsible party must be right.
#
# CAMPAIGN=hostile|product|suite|hostile_2|product_2|suite_2 runs one file of it; ONLY=REGEX those cells whose whole
# name it matches; BATCH=2/3 the second third of the rest; SCALE=10 for a busy host. CAMPAIGN_HOME is reused with its
# saved guest, else a temporary home is made.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
here=$TS_SOURCE_DIR/harness/tests/guest/campaign
[ -n "${TOUCHSTONE_TEST_ALL:-}${CAMPAIGN:-}${ONLY:-}" ] || { echo "skipped: 'scripts/check --all' runs it"; exit 77; }

names=() # of the cells, in order
declare -A wanted_verdict wanted_blame

# expect NAME VERDICT BLAME: VERDICT is one or more of the words, or 'not-green'; BLAME likewise, or 'any'.
expect() {
    names+=("$1")
    wanted_verdict[$1]=$2
    wanted_blame[$1]=$3
}

# one NAME VERDICT BLAME PROTOCOL TIMEOUT < script: a suite with a single required case.
one() {
    suite "$1"
    case_of "$1" works "$4" yes "$5"
    expect "$1" "$2" "$3"
}

# then_honest NAME VERDICT BLAME < script: a first case that misbehaves and passes, and a second one whose correct
# outcome is a failure. Whatever the first does, the cell must not be compatible.
then_honest() {
    suite "$1"
    case_of "$1" first exit yes 30
    case_of "$1" second exit yes 30 <<< 'echo "the honest answer is no" >&2; exit 1'
    expect "$1" "$2" "$3"
}

# program SUITE NAME [FLAG…] < C source: built for the guest into the suite's files/.
program() {
    local suite=$1 name=$2
    shift 2
    mkdir -p "$suites/$suite/files"
    x86_64-linux-gnu-gcc -x c -O1 -w -o "$suites/$suite/files/$name" - -x none "$@"
}

# product NAME VERDICT BLAME [TIMEOUT] < case script: the case sees the program(s) in $TOUCHSTONE_SUITE/files.
product() {
    suite "$1"
    case_of "$1" works exit yes "${4:-20}"
    expect "$1" "$2" "$3"
}

# deb SUITE PACKAGE [CONTROL LINE…]: a package in the suite's files/, from the folder $scratch/deb if it is there.
deb() {
    local suite=$1 package=$2 root=$scratch/deb
    shift 2
    mkdir -p "$root/DEBIAN" "$suites/$suite/files"
    printf 'Package: %s\nVersion: 1.0\nArchitecture: amd64\nMaintainer: nobody <nobody@example.org>\nDescription: test\n' "$package" > "$root/DEBIAN/control"
    for line in "$@"; do echo "$line" >> "$root/DEBIAN/control"; done
    dpkg-deb --root-owner-group -b "$root" "$suites/$suite/files/${package}_1.0_amd64.deb" > /dev/null
    rm -rf "$root"
    sed -i "s|</product>|&<packages family=\"deb\">$package</packages>|" "$suites/$suite/suite.xml"
}

# tap NAME VERDICT BLAME < script: the script's output is the result.
tap() { one "$1" "$2" "$3" tap 20; }

# broken NAME [TIMEOUT] < case script: an honest suite of a product that is broken.
broken() { product "$1" incompatible product "${2:-20}"; }

# bad NAME [PROTOCOL] [TIMEOUT] < case script: a suite that is broken.
bad() { one "$1" not-assessed suite "${2:-exit}" "${3:-10}"; }

# interpreter SUITE CASE LINE: another first line for a case's script.
interpreter() { sed -i "1s|.*|#!$3|" "$suites/$1/cases/$2"; }

f='$TOUCHSTONE_SUITE/files' # in the text of a case

matches() { # VALUE WORDS
    case " $2 " in *" any "* | *" $1 "*) return 0 ;; esac
    [ "$2" = not-green ] && [ "$1" != compatible ]
}

for file in ${CAMPAIGN:-hostile product suite hostile_2 product_2 suite_2}; do
    . "$here/$file.sh"
done
[ -z "${CAMPAIGN_HOME:-}" ] || export TOUCHSTONE_HOME=$CAMPAIGN_HOME
"$touchstone" image show debian-bookworm-amd64 > /dev/null 2>&1 || add_image amd64

selected=()
batch=${BATCH:-1/1} number=0
for name in "${names[@]}"; do
    [[ $name =~ ^(${ONLY:-.*})$ ]] || continue
    number=$((number + 1))
    [ $((number % ${batch#*/})) -eq $((${batch%/*} % ${batch#*/})) ] || continue
    # Suites that lint rejects are never run; that is right only if the suite is to blame.
    if ! "$touchstone" suite lint "$suites/$name" > "$scratch/lint" 2>&1; then
        check "$name: refused by lint: $(head -n 1 "$scratch/lint")" "$(matches suite "${wanted_blame[$name]}" && echo suite)" suite
        continue
    fi
    selected+=("$name")
done
options=()
for name in "${selected[@]}"; do options+=(--suite "$suites/$name"); done
code=0
"$touchstone" run --platform x86 --time-scale "${SCALE:-2}" --plain "${options[@]}" --json > "$scratch/run.json" 2> "$scratch/run.err" < /dev/null || code=$?
matrix=$(cat "$scratch/run.json")
[ -n "$matrix" ] || tail -n 5 "$scratch/run.err"
check "the run ended with a documented code ($code)" "$(case $code in 0 | 1 | 2 | 5) echo yes ;; esac)" yes
check "one cell a suite" "$(jq '.cells | length' <<< "$matrix")" "${#selected[@]}"
# If a cell has no guest, nothing was tested: it did not fail for the expected reason.
check "every cell had its guest" "$(jq '[.cells[] | select(.reason // "" | contains("could not be prepared"))] | length' <<< "$matrix")" 0
blame_right=0
for name in "${selected[@]}"; do
    verdict=$(cell x86 "$name" .verdict) blame=$(cell x86 "$name" .blame)
    reason=$(cell x86 "$name" .reason | cut -c 1-200)
    line="$name: $verdict, $blame: $reason"
    if matches "$verdict" "${wanted_verdict[$name]}"; then
        check "$line" "" ""
    else
        check "$line" "$verdict" "${wanted_verdict[$name]}"
    fi
    if matches "$blame" "${wanted_blame[$name]}"; then
        blame_right=$((blame_right + 1))
    else
        echo "  responsible: $blame, expected ${wanted_blame[$name]}"
    fi
done
echo "responsible party right in $blame_right of ${#selected[@]}"
check "the responsible party is right in 49 of 50" "$((blame_right * 50 >= ${#selected[@]} * 49))" 1
[ -z "${CAMPAIGN_LOG:-}" ] || cp "$scratch/run.err" "$scratch/run.json" "$CAMPAIGN_LOG"
finish
