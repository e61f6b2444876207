#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A package is installed in the first attempt of a cell, and later attempts start after that: they say so, the guard
# continues from its state, and the product is blamed for its faults there. If the first attempt did not install it, or
# left something behind, nothing is saved.
own_states=yes
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
add_image amd64
suite bc
# shellcheck disable=SC2034 # read by case_of
{
    case_attributes='install="yes"'
    case_of bc install exit yes 300 << 'END'
touchstone-install || exit
echo installed > /var/lib/mark
END
    case_attributes='' case_needs='<needs case="install"/>'
    case_of bc works exit yes 60 << 'END'
observe boot "$(cat /proc/sys/kernel/random/boot_id)"
[ "$(cat /var/lib/mark)" = installed ] && [ ! -e /var/lib/works ] && echo '6 * 7' | bc | grep -qx 42 && echo > /var/lib/works
END
    case_of bc crashes exit no 60 <<< 'bc < /dev/zero > /dev/null & sleep 1; kill -SEGV $!; wait $!'
}
sed -i 's/id="install" item="function"/id="install" item="install"/' "$suites/bc/cases.xml"
write_suite bc
sed -i 's|</product>|</product><packages family="deb">bc</packages>|' "$suites/bc/suite.xml"

run_bc() {
    code=0
    "$touchstone" run --image debian-bookworm-amd64 --platform x86 --accel tcg --plain --jobs 1 --suite "$suites/bc" "$@" \
        > "$scratch/out" 2> "$scratch/err" < /dev/null || code=$?
}
shown() { "$touchstone" show x86/bc --json | jq -c "$1"; }
states() { find "$TOUCHSTONE_HOME/states" -mindepth 1 -maxdepth 1 -type d | wc -l; }
seconds() { shown '[.attempt_list[] | (.ended_ms - .started_ms) / 100 | round / 10]'; }

run_bc --reuse-install --repeat 3
echo "# seconds of the attempts (the first installs): $(seconds)"
check "three attempts" "$(shown '[.attempts, .verdict, .rule]') $code" '[3,"conditional",3] 0'
check "it was installed once" "$(shown '.rates[] | select(.id == "install") | [.passed, .failed, .restored]')" '[1,0,2]'
check "the other case ran in each, from the same guest" "$(shown '.rates[] | select(.id == "works") | [.passed, .failed]')" '[3,0]'
run=$(shown .run) run=${run//\"/}
check "the last one says where it was installed" \
    "$(shown '.cases[0] | [.id, .status, .started, .restored_from]')" "[\"install\",\"DONE\",false,\"$run/cell.debian-bookworm-amd64.x86.bc/1\"]"
check "a crash of the product there is the product's" "$(shown '.cases[2] | [.status, .blame]')" '["FAIL","product"]'
check "one state more" "$(states)" 2

run_bc --reuse-install
check "another run installs again" "$(shown '.cases[0] | [.status, .started, .restored_from]')" '["PASS",true,null]'
check "and its state is in the place of the other" "$(states)" 2

sed -i 's|^touchstone-install.*|touchstone-install; exit 1|' "$suites/bc/cases/install"
run_bc --reuse-install --retry 1
check "installing failed" "$(shown '[.verdict, .attempts]') $code" '["incompatible",2] 1'
check "each attempt executed it" "$(shown '.cases[0] | [.status, .started]')" '["FAIL",true]'
check "nothing was saved of it" "$(states)" 2

sed -i 's|^touchstone-install.*|touchstone-install; mount -t tmpfs tmpfs /mnt; exit 0|' "$suites/bc/cases/install"
run_bc --reuse-install --repeat 2
check "what is left behind keeps it from being saved" "$(shown '.cases[0] | [.status, .started]') $(states)" '["PASS",true] 2'

"$touchstone" clean --states > /dev/null
check "clean removes both" "$(states)" 0
finish
