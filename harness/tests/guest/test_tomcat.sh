#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# suites/tomcat: the real product, broken on purpose (break-tomcat), fails every case on x86, each for its own reason only;
# the intact product passes all cases on x86, Kunpeng and Phytium, whose atomic instructions differ (Hygon would show nothing
# that x86 does not).
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/broken.sh"
add_image amd64
add_image arm64

stage_original tomcat tomcat10
broken tomcat-faulty wrong-version latin1 weak-ciphers no-library unlimited no-attach exit-when-full abrupt no-restart \
    old-tls hang-up leftover
faulty=$suites/tomcat-faulty
# The broken one already fails during installation; the following cases are run nevertheless.
sed -i '/<needs case="install"/d' "$faulty/suite.xml"

expect_exit "a run of the broken product and the whole one" 1 "$touchstone" run --platform x86 --jobs 2 --json --suite "$faulty" \
    --suite "$TS_SOURCE_DIR/suites/tomcat"
matrix=$printed
check "tomcat on x86" "$(cell x86 tomcat .verdict)" compatible
check "tomcat-faulty" "$(cell x86 tomcat-faulty .verdict)" incompatible
check_probes tomcat PASS SKIP

expect_exit "show tomcat-faulty" 0 "$touchstone" show x86/tomcat-faulty --json
for id in install requests compute native limits threads heap restart crash tls uninstall; do
    check "$id" "$(case_of_cell "$id" '"\(.status) \(.blame)"')" "FAIL product"
done
check "install fails by the version alone" "$(failing install)" \
    "the server that answers is the version of the package"
check "requests fails by the address alone" "$(failing requests)" "a parameter in the address arrives"
check "compute fails by the key alone" "$(failing compute)" ciphers
check_has "native fails by the library" "$(failing native)" "not reached: the page is not answered"
check "limits fails by the memory alone" "$(failing limits)" "it sees the limit of memory, its heap is a quarter of that"
check "threads fails by the tool alone" "$(failing threads)" "jcmd tells the same"
check "heap fails by the end of the server alone" "$(failing heap)" \
    "the request that takes all memory fails, the server is the same"
check_has "restart fails by the session" "$(failing restart)" "a session goes on"
check "crash fails by the unit alone" "$(failing crash)" \
    "the unit starts the server again, which answers the same clients"
check "tls fails by the version alone" "$(failing tls)" "TLS 1.3"
check "benchmark fails by the connections, though it is not judged" "$(failing benchmark)" \
    "each client needs one connection"
check "uninstall fails by the file alone" "$(failing uninstall)$(left_behind)" "file /opt/tomcat"

# x86 has shown the probes, which start it ten times and more.
cp -r "$TS_SOURCE_DIR/suites/tomcat" "$suites"
unprobed "$suites/tomcat"
expect_exit "a run of the whole one on Arm" 0 "$touchstone" run --platform kunpeng --platform phytium --jobs 2 --json \
    --suite "$suites/tomcat"
matrix=$printed
for platform in kunpeng phytium; do
    check "tomcat on $platform" "$(cell $platform tomcat .verdict)" compatible
done
finish
