#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# suites/guardian: a security product with a kernel module that is broken on purpose (break-guardian) fails every case,
# each for its own reason only; the whole one passes on x86 and Kunpeng.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/broken.sh"
add_image amd64
add_image arm64

# guardian NAME: the suite under another name, without packages.
guardian() {
    cp -r "$TS_SOURCE_DIR/suites/guardian" "$suites/$1"
    rm -rf "$suites/$1/files"
    sed -i "s/<suite name=\"guardian\"/<suite name=\"$1\"/" "$suites/$1/suite.xml"
}
guardian whole
"$suites/whole/make-packages" "$suites/whole/files"
guardian faulty
sed -i '/<needs case="install"/d' "$suites/faulty/suite.xml"
"$TS_SOURCE_DIR/harness/tests/guest/break-guardian" "$suites/faulty" "$suites/faulty/files" \
    sleepy credulous forgetful selfish leaking mortal staying

expect_exit "a run of the broken product and the whole one" 1 "$touchstone" run --platform x86 --jobs 2 --json \
    --suite "$suites/faulty" --suite "$suites/whole"
matrix=$printed
check "the whole one on x86" "$(cell x86 whole '"\(.coverage.judged) of \(.coverage.total)"')" "7 of 7"
check "the broken one" "$(cell x86 faulty .verdict)" incompatible
expect_exit "show the broken one" 0 "$touchstone" show x86/faulty --json
for id in install block detect together reload killed uninstall; do
    check "$id" "$(case_of_cell "$id" '"\(.status) \(.blame)"')" "FAIL product"
done
check "install fails by the service alone" "$(failing install)" "the service is enabled at boot"
check "block fails by the hard link alone" "$(failing block)" "by the name of a hard link"
check "detect fails by the module alone" "$(failing detect)" "a loaded module is counted"
check "together fails by auditd alone" "$(failing together)" \
    "auditd records that a file was opened, auditd records that a file was refused"
check "reload fails by the memory alone" "$(failing reload)" "less than 2 MiB of the kernel's memory is lost"
check "killed fails by the restart alone" "$(failing killed)" "the service is back, a file is refused again"
check "uninstall fails by the log alone" "$(left_behind)" "file /var/log/guardian.log"

expect_exit "a run of the whole one on Kunpeng" 0 "$touchstone" run --platform kunpeng --json --suite "$suites/whole"
matrix=$printed
check "the whole one on Kunpeng" "$(cell kunpeng whole '"\(.coverage.judged) of \(.coverage.total)"')" "7 of 7"
finish
