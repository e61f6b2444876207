#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# suites/postgresql on x86: the real product, broken on purpose (break-postgresql), fails every case, each for its own
# reason only. Installation takes minutes under emulation, so the intact product, which passes, is a second cell only
# with TOUCHSTONE_TEST_ALL.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/broken.sh"
add_image amd64

stage_original postgresql 'postgresql-[0-9]+'

# The broken one already fails during installation; the following cases are run nevertheless.
broken postgresql-faulty wrong-version few-digits lost-update unlogged no-sync leftover
faulty=$suites/postgresql-faulty
sed -i '/<needs case="install"/d' "$faulty/suite.xml"

run=("$touchstone" run --platform x86 --jobs 1 --json --suite "$faulty")
[ -z "${TOUCHSTONE_TEST_ALL:-}" ] || run+=(--suite "$TS_SOURCE_DIR/suites/postgresql")
expect_exit "a run of the broken product" 1 "${run[@]}"
matrix=$printed
check "postgresql-faulty" "$(cell x86 postgresql-faulty .verdict)" incompatible
if [ -n "${TOUCHSTONE_TEST_ALL:-}" ]; then
    check "postgresql" "$(cell x86 postgresql .verdict)" compatible
    check_probes postgresql SKIP PASS
fi

expect_exit "show postgresql-faulty" 0 "$touchstone" show x86/postgresql-faulty --json
for id in install functions transactions crash durability uninstall; do
    check "$id" "$(case_of_cell "$id" '"\(.status) \(.blame)"')" "FAIL product"
done
check "install fails by the version alone" "$(failing install)" \
    "the server that answers is the version of the package"
check "functions fails by the digits alone" "$(failing functions)" "floating point"
check_has "transactions fails by the sum" "$(failing transactions)" \
    "the sum is the same, each account agrees with the journal"
check_has "crash fails by the commits" "$(failing crash)" "every acknowledged commit is there"
check "durability fails after the power cut, in which the log was lost" \
    "$(case_of_cell durability '"\(.points[0].status) \([.points[1:][] | select(.status == "FAIL")] | length > 0)"')" "PASS true"
check "benchmark fails by its books, though it is not judged" "$(failing benchmark)" \
    "its accounts, tellers and branches agree with the history"
check "uninstall fails by the file alone" "$(failing uninstall)$(left_behind)" "file /opt/postgresql"
finish
