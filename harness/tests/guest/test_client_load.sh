#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# suites/redis-client and nginx-client: the load of a second guest. The real products, broken on purpose (break-redis,
# break-nginx), fail each case for its own reason, and are responsible; one that answers the guest itself alone fails in the
# client only. The whole ones pass.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/broken.sh"
add_image amd64

# broken_client PRODUCT PACKAGE NAME WAY...
broken_client() {
    stage_original "$1-client" "$2"
    cp -r "$TS_SOURCE_DIR/suites/$1-client" "$suites/$3"
    sed -i "s/<suite name=\"$1-client\"/<suite name=\"$3\"/" "$suites/$3/suite.xml"
    mkdir "$suites/$3/files"
    "$TS_SOURCE_DIR/harness/tests/guest/break-$1" "$package" "$suites/$3/files" "${@:4}" > /dev/null
}
broken_client redis redis-server redis-faulty few-clients forgetful leftover
broken_client redis redis-server redis-deaf no-password local-only
broken_client nginx nginx-common nginx-faulty few-clients no-log leftover
broken_client nginx nginx-common nginx-deaf local-only

selected=()
for name in redis-faulty redis-deaf nginx-faulty nginx-deaf; do selected+=(--suite "$suites/$name"); done
for name in redis-client nginx-client; do selected+=(--suite "$TS_SOURCE_DIR/suites/$name"); done
expect_exit "a run of broken products and the whole ones" 1 "$touchstone" run --platform x86 --jobs 2 "${selected[@]}" --json
matrix=$printed
for name in redis nginx; do
    check "$name-client" "$(cell x86 $name-client '"\(.verdict) \(.coverage.judged) of \(.coverage.total)"')" "compatible 6 of 6"
    check "$name-faulty" "$(cell x86 $name-faulty .verdict)" incompatible
    check "$name-deaf" "$(cell x86 $name-deaf .verdict)" incompatible
done

# statuses: of the cell that was shown last.
statuses() {
    jq -r '[.cases[] | "\(.id)=\(.status)\(if .blame == "none" then "" else ":" + .blame end)"] | join(" ")' <<< "$printed"
}
expect_exit "show redis-faulty" 0 "$touchstone" show x86/redis-faulty --json
check "redis-faulty" "$(statuses)" "install=PASS open=PASS tools=PASS load=FAIL:product counted=FAIL:product uninstall=FAIL:product"
check "load fails by the connections" "$(failing load)" \
    "50 connections: a figure for each of five commands, and in pipelines"
check_has "counted fails by the values" "$(failing counted)" "every value that was acknowledged is there"
check "uninstall fails by the file" "$(left_behind)" "file /opt/redis"
expect_exit "show redis-deaf" 0 "$touchstone" show x86/redis-deaf --json
check "redis-deaf" "$(statuses)" "install=PASS open=FAIL:product tools=PASS load=FAIL:product counted=FAIL:product uninstall=PASS"
check "open fails by the password alone" "$(failing open)" "without the password it does not"
check_has "load fails from the first answer on" "$(failing load)" "another host is asked for the password"

expect_exit "show nginx-faulty" 0 "$touchstone" show x86/nginx-faulty --json
check "nginx-faulty" "$(statuses)" "install=PASS open=PASS tools=PASS load=FAIL:product counted=FAIL:product uninstall=FAIL:product"
check "load fails by the connections" "$(failing load)" \
    "50 connections at once, a new one for each request, 50 connections that stay open"
check "uninstall fails by the file" "$(left_behind)" "file /opt/nginx"
expect_exit "show nginx-deaf" 0 "$touchstone" show x86/nginx-deaf --json
check "nginx-deaf" "$(statuses)" "install=PASS open=PASS tools=PASS load=FAIL:product counted=FAIL:product uninstall=PASS"
check_has "load fails from the first answer on" "$(failing load)" "another host is answered"
finish
