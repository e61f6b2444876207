#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# suites/mariadb: the real product, broken on purpose (break-mariadb), fails every case on x86, each for its own reason
# only; the intact product passes all cases on x86, Kunpeng and Phytium (Hygon would show nothing that x86 does not).
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/broken.sh"
add_image amd64
add_image arm64

stage_original mariadb mariadb-server

# The broken one already fails during installation; the following cases are run nevertheless.
broken mariadb-faulty wrong-version few-digits lost-update unreplicated short-dump no-upgrade unlogged no-sync leftover
faulty=$suites/mariadb-faulty
sed -i '/<needs case="install"/d' "$faulty/suite.xml"

expect_exit "a run of the broken product and the whole one" 1 "$touchstone" run --platform x86 --jobs 2 --json --suite "$faulty" \
    --suite "$TS_SOURCE_DIR/suites/mariadb"
matrix=$printed
# Two of its commands have no help to be called with, and instructions whose guard the static check does not see.
check "mariadb on x86" "$(cell x86 mariadb '"\(.verdict) \(.reason)"')" \
    "conditional predicted: ISA_UNPROVEN of '/usr/bin/aria_ftdump', unproven, not executed (and 1 more)"
check "mariadb-faulty" "$(cell x86 mariadb-faulty .verdict)" incompatible
check_probes mariadb PASS PASS

expect_exit "show mariadb-faulty" 0 "$touchstone" show x86/mariadb-faulty --json
for id in install functions transactions replication dump upgrade crash durability uninstall; do
    check "$id" "$(case_of_cell "$id" '"\(.status) \(.blame)"')" "FAIL product"
done
check "install fails by the version alone" "$(failing install)" \
    "the server that answers is the version of the package"
check_has "functions fails by the digits" "$(failing functions)" "integers and decimals"
check_has "transactions fails by the sum" "$(failing transactions)" \
    "the sum is the same, each account agrees with the journal"
check "replication fails by the checksums alone" "$(failing replication)" \
    "both hold the same, both hold the same, money included"
check "dump fails by the rows alone" "$(failing dump)" "every row is the same"
check_has "upgrade fails by the system tables" "$(failing upgrade)" "the system tables are of this version"
# With the commits, the unlogged server loses what was written before them.
check_has "crash fails by the commits" "$(failing crash)" "every acknowledged commit is there"
check_has "durability fails after the power cut" "$(failing durability)" "every acknowledged commit is there"
check_has "benchmark fails by its books, though it is not judged" "$(failing benchmark)" "no transfer is there by half"
check "uninstall fails by the file alone" "$(failing uninstall)$(left_behind)" "file /opt/mariadb"

# x86 has shown the probes, which start it ten times and more.
cp -r "$TS_SOURCE_DIR/suites/mariadb" "$suites"
unprobed "$suites/mariadb"
expect_exit "a run of the whole one on Arm" 0 "$touchstone" run --platform kunpeng --platform phytium --jobs 2 --json \
    --suite "$suites/mariadb"
matrix=$printed
for platform in kunpeng phytium; do
    check "mariadb on $platform" "$(cell $platform mariadb .verdict)" compatible
done
finish
