#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# suites/container: an image that is broken on purpose (break-container) fails every case, each for its own reason only;
# the whole one passes on x86, Kunpeng and Phytium (Hygon would show nothing that x86 does not). The engine of the stand-in
# guests is Debian's podman.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/broken.sh"
add_image amd64
add_image arm64

stage_original container busybox-static
faulty=$suites/container-faulty
cp -r "$TS_SOURCE_DIR/suites/container" "$faulty"
sed -i 's/<suite name="container"/<suite name="container-faulty"/; /<needs case="install"/d' "$faulty/suite.xml"
mkdir "$faulty/files"
"$TS_SOURCE_DIR/harness/tests/guest/break-container" "$faulty" "$package" "$faulty/files" \
    wrong-arch fixed-words no-status forgetful always-well greedy leftover

expect_exit "a run of the broken image and the whole one" 1 "$touchstone" run --platform x86 --jobs 2 --json --suite "$faulty" \
    --suite "$TS_SOURCE_DIR/suites/container"
matrix=$printed
check "container on x86" "$(cell x86 container .verdict)" compatible
check "container-faulty" "$(cell x86 container-faulty .verdict)" incompatible
expect_exit "show container-faulty" 0 "$touchstone" show x86/container-faulty --json
for id in install run status volumes health limits uninstall; do
    check "$id" "$(case_of_cell "$id" '"\(.status) \(.blame)"')" "FAIL product"
done
check "install fails by the architecture alone" "$(failing install)" "it is for this architecture"
check "run fails by the environment alone" "$(failing run)" "options take precedence"
check "status fails by the status alone" "$(failing status)" "the exit status arrives"
check "volumes fails by the counts alone" "$(failing volumes)" \
    "a restart is counted, a start after a kill is counted, another container counts on"
check "health fails by the sick service alone" "$(failing health)" \
    "a sick service does not, and is called unhealthy"
check "limits fails by the program's size alone" "$(failing limits)" "the program keeps to them"
check "uninstall fails by the file alone" "$(failing uninstall)$(left_behind)" "file /srv/counter"

expect_exit "a run of the whole one on Arm" 0 "$touchstone" run --platform kunpeng --platform phytium --jobs 2 --json \
    --suite "$TS_SOURCE_DIR/suites/container"
matrix=$printed
for platform in kunpeng phytium; do
    check "container on $platform" "$(cell $platform container .verdict)" compatible
done
finish
