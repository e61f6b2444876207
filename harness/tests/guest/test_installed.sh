#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The installed tree alone, as an unprivileged user if the test runs as root: a guest is registered, booted and tested,
# and the run is shown and reported, without access to source and build folder.
own_states=yes
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
cmake --install "$TS_BINARY_DIR" --prefix "$scratch/usr" > "$scratch/log" || { cat "$scratch/log"; exit 1; }
as_user=()
if [ "$(id -u)" -eq 0 ]; then
    # libvirt drops QEMU's capabilities, so the guest must be in a folder that everyone can read.
    mkdir "$scratch/guests"
    cp -r "$guests/debian-bookworm-amd64" "$scratch/guests"
    guests=$scratch/guests
    chmod -R a+rX "$scratch"
    mkdir "$scratch/user" && chown 65534:65534 "$scratch/user"
    as_user=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all
        env -u XDG_RUNTIME_DIR -u XDG_CACHE_HOME "HOME=$scratch/user" "TMPDIR=$scratch/user")
    export TOUCHSTONE_HOME=$scratch/user/data
fi
unset TOUCHSTONE_DATA
installed() { (cd / && "${as_user[@]}" "$scratch/usr/bin/touchstone" "$@"); }
expect_exit "a guest is registered" 0 installed image add debian --guest "$guests/debian-bookworm-amd64"
expect_exit "a run" 0 installed run --image debian --platform x86 --suite behaviour
expect_exit "its matrix" 0 installed matrix --json
matrix=$printed
check "the cell" "$(cell x86 behaviour .verdict)" compatible
expect_exit "a report" 0 installed report --output "${TOUCHSTONE_HOME%/*}/report.html"
check "who owns the evidence" "$(stat -c %U "$TOUCHSTONE_HOME/store.db")" \
    "$([ "$(id -u)" -eq 0 ] && id -un 65534 || id -un)"
finish
