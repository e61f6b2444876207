#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every case of suites/nginx can fail, and fails for its own reason: the real product, broken on purpose (break-nginx),
# is installed and tested in real guests. The product is blamed, not the suite. The intact product passes all cases.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/broken.sh"
add_image amd64

stage_original nginx nginx-common

broken nginx-faulty no-ranges no-tls13 no-failover closed-reload no-respawn leftover
broken nginx-dead no-start

expect_exit "a run of broken products and the whole one" 1 "$touchstone" run --platform x86 --jobs 2 \
    --suite "$suites/nginx-faulty" --suite "$suites/nginx-dead" --suite "$TS_SOURCE_DIR/suites/nginx" --json
matrix=$printed
check "nginx" "$(cell x86 nginx .verdict)" compatible
for name in nginx-faulty nginx-dead; do
    check "$name" "$(cell x86 $name .verdict)" incompatible
done
check_probes nginx PASS PASS

expect_exit "show nginx-faulty" 0 "$touchstone" show x86/nginx-faulty --json
check "install passes: the rest is reached" "$(case_of_cell install .status)" PASS
for id in static tls proxy reload recovery uninstall; do
    check "$id" "$(case_of_cell "$id" '"\(.status) \(.blame)"')" "FAIL product"
done
check "static fails by the range alone" "$(failing static)" \
    "a range is answered with 206, a range holds the bytes that were asked for"
check "tls fails by the newer protocol alone" "$(failing tls)" "TLS 1.3 is spoken, with HTTP/2"
check "proxy fails by the server that is away alone" "$(failing proxy)" "a server that is away is passed over"
check "reload fails by the requests alone" "$(failing reload)" "no request failed"
check "recovery fails by the missing worker" "$(failing recovery)" \
    "the master starts another worker, 100 requests after"
check "uninstall fails by the file alone" "$(failing uninstall)$(left_behind)" "file /opt/nginx"

expect_exit "show nginx-dead" 0 "$touchstone" show x86/nginx-dead --json
check "install" "$(case_of_cell install '"\(.status) \(.blame)"')" "FAIL product"
for id in static tls proxy reload recovery uninstall; do
    check "$id is not run without install" "$(case_of_cell "$id" .status)" SKIP
done
finish
