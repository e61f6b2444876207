#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# doctor on this host, without QEMU in PATH, without libvirt's driver, and with a broken store.
set -u
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
export TOUCHSTONE_HOME=$folder/home
touchstone=$TS_BINARY_DIR/touchstone
failed=0
mkdir "$folder/empty"

# expect WHAT CODE SUBJECT STATE [NAME=VALUE…]: the exit code (- is any), and the subject's state.
expect()
{
    local what=$1 code=$2 subject=$3 state=$4 got found
    shift 4
    env "$@" "$touchstone" doctor --json --full > "$folder/out" 2> "$folder/err"
    got=$?
    found=$(jq -r --arg s "$subject" '[.checks[] | select(.subject == $s) | .state] | first' \
        "$folder/out")
    if { [ "$code" != - ] && [ $got != "$code" ]; } || [ "$found" != "$state" ]; then
        echo "$what: exit $got, '$subject' is '$found'; expected $code, '$state'"
        cat "$folder/out" "$folder/err"
        failed=1
    fi
}

command -v jq > /dev/null || { echo "jq is not installed"; exit 77; }
command -v qemu-system-x86_64 > /dev/null || { echo "no qemu-system-x86_64"; exit 77; }
expect "this host" - "platform x86" ok
expect "this host" - store ok
[ -x /usr/libexec/qemu-kvm ] || expect "no QEMU" 74 "platform kunpeng" broken PATH="$folder/empty"
expect "no apt" - apt warning PATH="$folder/empty"
expect "no driver" 74 libvirt broken LIBVIRT_DRIVER_DIR="$folder/empty"
echo "this is not a database, and long enough to be read as one" > "$folder/home/store.db"
expect "broken store" 74 store broken
exit $failed
