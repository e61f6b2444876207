# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The scripts of the built-in probes, taken from the copy that a run makes, on this system, with a product that start and
# stop commands start. To be sourced.
# The cgroup of the probes has one name on the whole machine, whatever runs tests there.
[ -n "${TOUCHSTONE_PROBE_LOCKED-}" ] ||
    TOUCHSTONE_PROBE_LOCKED=1 exec flock --close "${TMPDIR:-/tmp}/touchstone-probe-cgroup.lock" "$0"
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
need dpkg-query setsid
dpkg-query --show gzip > /dev/null 2>&1 || { echo "skipped: no package gzip"; exit 77; }
groups=/sys/fs/cgroup
[ ! -d $groups/systemd ] || groups=$groups/systemd
mkdir "$groups/touchstone-try" 2> /dev/null && rmdir "$groups/touchstone-try" || { echo "skipped: no cgroup can be made"; exit 77; }
without_guests
make_disk
add_image deb

suite=$scratch/acme
mkdir -p "$suite/files" "$scratch/deb/DEBIAN" "$scratch/bin" "$scratch/none"
echo "# acme" > "$suite/README.md"
# The name of a package that is installed here.
printf '%s\n' 'Package: gzip' 'Version: 1' 'Architecture: all' 'Maintainer: T <none@example.org>' 'Description: made here' \
    > "$scratch/deb/DEBIAN/control"
dpkg-deb --root-owner-group --build "$scratch/deb" "$suite/files/gzip.deb" > /dev/null
cp "$TS_SOURCE_DIR/suites/lib/touchstone.sh" "$scratch/bin"
printf '#!/bin/sh\necho "$*" >> "$TOUCHSTONE_WORK/observed"\n' > "$scratch/bin/observe"
chmod 755 "$scratch/bin/observe"

# product ELEMENT: the copy of a run with it is what the probes run in.
product() {
    echo "<suite name=\"acme\"><title>T</title><title lang=\"zh\">产品</title><vendor>V</vendor><product>P</product>$1</suite>" \
        > "$suite/suite.xml"
    rm -rf "$TOUCHSTONE_HOME/runs" "$scratch/place"
    mkdir "$scratch/place"
    "$touchstone" run -i deb -p x86 --accel tcg --cold --plain --retry-infrastructure 0 -s "$suite" --connect "$nowhere" > "$scratch/out" 2>&1 || true
    copy=$(dirname "$TOUCHSTONE_HOME"/runs/*/inputs/*/acme/suite.xml)
}

# probe NAME: prints 'CODE, points that passed, points that did not'; its output is in $scratch/said.
probe() {
    local code=0
    env PATH="$scratch/bin:$PATH" TOUCHSTONE_SUITE="$copy" TOUCHSTONE_FILES="$copy/files" TOUCHSTONE_PACKAGES="$scratch/none" \
        TOUCHSTONE_WORK="$scratch/place" TOUCHSTONE_ARCH=x86_64 TOUCHSTONE_TIMEOUT_SCALE=1 \
        "$copy/cases/probe-$1" > "$scratch/said" 2>&1 || code=$?
    echo "$code, $(grep -c '^ok' "$scratch/said" || true), $(grep -c '^not ok' "$scratch/said" || true)"
}

# script NAME < script: its path is $scratch/NAME
script() {
    { echo '#!/bin/sh'; cat; } > "$scratch/$1"
    chmod 755 "$scratch/$1"
}
script stop <<< "kill \$(cat $scratch/pid); rm -f $scratch/pid"
run_it='setsid sleep 1000 > /dev/null 2>&1 < /dev/null & echo $! > '$scratch/pid
