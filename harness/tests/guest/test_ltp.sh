#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Tests of the Linux Test Project (ltp.list), imported and run in a guest, have the statuses that its own runner, runltp,
# gives them in the same guest. Lines of our own see to it that each kind of status occurs.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"

ltp=${TOUCHSTONE_TEST_LTP:-${XDG_CACHE_HOME:-$HOME/.cache}/touchstone/ltp}
if [ ! -x "$ltp/runltp" ]; then
    echo "skipped: no LTP in '$ltp': harness/tests/guest/build-ltp SOURCE_TREE '$ltp'"
    exit 77
fi
add_image amd64
mkdir "$scratch/runtest"
cp "$ltp/runtest/some" "$scratch/runtest/some"
cat >> "$scratch/runtest/some" <<'END'
own-fails sh -c 'exit 1'
own-breaks getpid01 -Z
own-warns sh -c 'exit 4'
own-skips sh -c 'exit 32'
own-fails-and-skips sh -c 'exit 33'
own-breaks-and-skips sh -c 'exit 34'
own-strange sh -c 'exit 70'
own-missing no-such-test
END
expect_exit "import" 0 "$touchstone" suite import "$scratch/runtest/some" --name ltp --folder "$suites"
check "a case for each line" "$(grep -c '<case ' "$suites/ltp/suite.xml")" "$(wc -l < "$scratch/runtest/some")"
mkdir -p "$suites/ltp/files/x86_64"
cp -r "$ltp" "$suites/ltp/files/x86_64/ltp"
cp "$scratch/runtest/some" "$suites/ltp/files/x86_64/ltp/runtest/some"
sed -i 's|</suite>|<case id="native" item="extra" protocol="exit" timeout="1200"><title>its own runner</title></case></suite>|' \
    "$suites/ltp/suite.xml"
cat > "$suites/ltp/cases/native" <<'END'
#!/bin/sh
# In a copy: runltp writes into its folder.
export LTPROOT="$TOUCHSTONE_WORK/native" LTP_TIMEOUT_MUL="$TOUCHSTONE_TIMEOUT_SCALE"
cp -r "$TOUCHSTONE_FILES/ltp" "$LTPROOT" && mkdir "$TOUCHSTONE_WORK/tmp" || exit 99
"$LTPROOT/runltp" -f some -p -q -d "$TOUCHSTONE_WORK/tmp" -l "$TOUCHSTONE_ARTIFACTS/log" -o "$TOUCHSTONE_ARTIFACTS/output" >&2
[ -s "$TOUCHSTONE_ARTIFACTS/log" ]
END
chmod 755 "$suites/ltp/cases/native"

expect_exit "run" 1 "$touchstone" run --platform x86 --json --suite "$suites/ltp"
expect_exit "show" 0 "$touchstone" show x86/ltp --json
check "the runner ran" "$(case_of_cell native .status)" PASS
"$touchstone" show x86/ltp --artifacts "$scratch/artifacts" > /dev/null
log=$(find "$scratch/artifacts" -name log)

# What runltp says of each test, as we would. It has three words, of which FAIL stands for whatever is neither 0 nor 32:
# its exit value tells apart a test that failed (1), one that broke (2) or warned (4), and a combination, of which the
# worst counts. It tests for CONF alone, so 33 and 34 are no difference. A program that does not exist is 2 too, the
# number of the error.
awk '$2 ~ /^(PASS|FAIL|CONF)$/ && $3 ~ /^[0-9]+$/ {
    value = $3
    if ($2 == "PASS") status = "PASS"
    else if ($2 == "CONF") status = "SKIP"
    else if (value > 63) status = "FAIL"
    else if (value % 2) status = "FAIL"
    else status = "ERROR"
    print $1, status, $2, $3
}' "$log" | sort > "$scratch/theirs"
jq -r '.cases[] | select(.id != "native") | "\(.id) \(.status) \(.blame // "-")"' <<< "$printed" | sort > "$scratch/ours"
join "$scratch/ours" "$scratch/theirs" | awk '{ printf "%-22s %-6s %-8s runltp: %-5s %3s %s\n", $1, $2, $3, $5, $6, $2 == $4 ? "equal" : "DIFFERENT" }' \
    | tee "$scratch/table"
check "all are compared" "$(wc -l < "$scratch/table")" "$(wc -l < "$scratch/runtest/some")"
check "none differs" "$(grep DIFFERENT "$scratch/table" || true)" ""
for status in PASS FAIL ERROR SKIP; do
    check "some are $status" "$(grep -qw "^[^ ]* *$status" "$scratch/table" && echo yes)" yes
done
check "a broken test is not the product's" "$(case_of_cell own-breaks '"\(.status) \(.blame)"')" "ERROR suite"
finish
