#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every case of suites/redis can fail, and fails for its own reason: the real product, broken on purpose (break-redis),
# is installed and tested in real guests. The product is blamed, not the suite. The intact product passes all cases.
# Durability needs a product and a guest of its own, which are in 'scripts/check --all'.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/broken.sh"
add_image amd64

stage_original redis redis-server

broken redis-faulty no-command no-snapshot no-log no-benchmark lost-page no-recovery leftover
broken redis-dead no-start
products=(redis-faulty redis-dead)
if [ -n "${TOUCHSTONE_TEST_ALL:-}" ]; then
    # Only the cases needed for this one: without its own log, the one before cannot show it.
    broken redis-unsynced no-sync
    sed -i '/<case id="install"/,/<\/case>/b; /<case id="durability"/,/<\/case>/b; /<case /,/<\/case>/d' \
        "$suites/redis-unsynced/suite.xml"
    products+=(redis-unsynced)
fi

# The longest first, so that two guests run to the end.
arguments=(--suite "$TS_SOURCE_DIR/suites/redis")
for name in "${products[@]}"; do arguments+=(--suite "$suites/$name"); done
expect_exit "a run of broken products and the whole one" 1 "$touchstone" run --platform x86 --jobs 2 "${arguments[@]}" --json
matrix=$printed
check "redis" "$(cell x86 redis .verdict)" compatible
for name in "${products[@]}"; do
    check "$name" "$(cell x86 "$name" .verdict)" incompatible
done

# What the built-in probes prove of it, and what that is to a programme.
check_probes redis PASS PASS
check "ldd and the static check agree" "$(jq -r '.observations[] | select(.key == "dependencies.static.differ") | .value' <<< "$printed")" 0
"$touchstone" programme status latest --programme openeuler-isv --json > "$scratch/status" || true
# One command of redis cannot be called, which its suite says: "every command" is open.
check "openEuler's items that they fill" "$(jq -r '[.. | objects | select(.suite? == "redis") | .items[]? | select(.state == "passed") | .id] | sort | join(" ")' \
    "$scratch/status")" "port-security software-dependency software-install software-start software-stop software-uninstall stability-kill"

expect_exit "show redis-faulty" 0 "$touchstone" show x86/redis-faulty --json
check "install passes: the rest is reached" "$(case_of_cell install .status)" PASS
for id in functions restart snapshot persistence rewrite overload durability uninstall; do
    check "$id" "$(case_of_cell "$id" '"\(.status) \(.blame)"')" "FAIL product"
done
check "functions fails by the missing command alone" "$(failing functions)" lists
check "restart fails by the data alone" "$(failing restart)" "the data is there after the restart"
check_has "persistence fails by the acknowledged writes" "$(failing persistence)" \
    "every acknowledged write is there, in order"
check "snapshot fails by the lost page alone" "$(failing snapshot)" \
    "it holds every value as it was when the save started"
check "rewrite fails by the lost page alone" "$(failing rewrite)" "and the data from before"
check_has "benchmark fails, though it is not judged" "$(failing benchmark)" "the server counted as many commands"
check "benchmark is not judged under emulation" "$(case_of_cell benchmark .status)" DONE
check_has "overload fails by what comes after it" "$(failing overload)" "afterwards no more requests fail than before"
check "uninstall fails by the file alone" "$(failing uninstall)$(left_behind)" "file /opt/redis"

if [ -n "${TOUCHSTONE_TEST_ALL:-}" ]; then
    expect_exit "show redis-unsynced" 0 "$touchstone" show x86/redis-unsynced --json
    check "durability" "$(case_of_cell durability '"\(.status) \(.blame)"')" "FAIL product"
    check "durability fails by the lost writes alone" "$(failing durability)" "every acknowledged write is there, in order"
fi

expect_exit "show redis-dead" 0 "$touchstone" show x86/redis-dead --json
check "install" "$(case_of_cell install '"\(.status) \(.blame)"')" "FAIL product"
for id in functions restart snapshot persistence rewrite overload durability uninstall; do
    check "$id is not run without install" "$(case_of_cell "$id" .status)" SKIP
done
finish
