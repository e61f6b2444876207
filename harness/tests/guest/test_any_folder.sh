#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A data folder on a separate file system (a tmpfs, other than the program's and the suite's), and a suite with files
# like those of vendors: builds for two architectures, chains of links, names that ustar cannot represent, a disk image
# that consists mostly of holes.
set -euo pipefail
if [ "$(id -u)" -eq 0 ] && [ -z "${TS_OWN_MOUNTS-}" ]; then
    TS_OWN_MOUNTS=1 exec unshare -m "$0" "$@"
fi
own_states=yes
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
if [ -n "${TS_OWN_MOUNTS-}" ]; then
    mount -t tmpfs -o size=4g none "$TOUCHSTONE_HOME"
    trap 'umount "$TOUCHSTONE_HOME"; cleanup' EXIT
elif [ -w /dev/shm ]; then
    TOUCHSTONE_HOME=$(mktemp -d -p /dev/shm)
    trap 'rm -rf "$TOUCHSTONE_HOME"; cleanup' EXIT
fi
check "the data folder is on another file system than the program" \
    "$([ "$(stat -c %d "$TOUCHSTONE_HOME")" != "$(stat -c %d "$touchstone")" ] && echo yes)" yes
add_image amd64

suite vendor
case_of vendor payload tap yes 60 << 'CASE'
n=0
try() {
    n=$((n + 1))
    name=$1
    shift
    if "$@"; then echo "ok $n - $name"; else echo "not ok $n - $name"; fi
}
same() { [ "$1" = "$2" ] || { echo "# '$1' is not '$2'"; return 1; }; }
files=$TOUCHSTONE_SUITE/files
try "the folder of this architecture" same "$TOUCHSTONE_FILES" "$files/x86_64"
try "its program runs" sh -c '"$TOUCHSTONE_FILES/touchstone-probe" abi-layout > /dev/null'
try "the other architecture's stayed away" same "$(ls "$files" | grep -c arm64)" 0
try "a link leads on to the library" same "$(cat "$files/lib/libfoo.so")" content
try "a link is a link" same "$(readlink "$files/lib/libfoo.so")" libfoo.so.1
try "the size of a file of holes" same "$(stat -c %s "$files/disk.raw")" 9663676416
try "its data" same "$(dd if="$files/disk.raw" bs=1M skip=9215 2>/dev/null | tail -c 4)" last
try "it takes no room" [ "$(stat -c %b "$files/disk.raw")" -lt 1000 ]
try "a long name" [ -s "$(echo "$files"/deep*/*/*/*/file)" ]
try "a name with a newline" [ -s "$files/new
line" ]
try "a name that is not UTF-8" [ -s "$files/$(printf 'caf\351')" ]
try "an executable is one" [ -x "$files/run" ]
try "the rest is as it was" sh -c "cd '$files' && sha256sum -c --quiet sums"
echo "1..$n"
CASE
files=$suites/vendor/files
long=$(printf 'deep-%0100d' 1)/$(printf '%0120d' 2)/$(printf '%0120d' 3)/$(printf '%0120d' 4)
mkdir -p "$files/lib" "$files/x86_64" "$files/arm64" "$files/$long"
cp "$TS_BINARY_DIR/guest/x86_64/touchstone-probe" "$files/x86_64/"
cp "$TS_BINARY_DIR/guest/aarch64/touchstone-probe" "$files/arm64/" || cp /bin/true "$files/arm64/touchstone-probe"
printf content > "$files/lib/libfoo.so.1.2"
ln -s libfoo.so.1.2 "$files/lib/libfoo.so.1"
ln -s libfoo.so.1 "$files/lib/libfoo.so"
truncate -s 9663676412 "$files/disk.raw"
printf last >> "$files/disk.raw"
echo x > "$files/$long/file"
echo x > "$files/new
line"
echo x > "$files/$(printf 'caf\351')"
printf '#!/bin/sh\n' > "$files/run"
chmod 755 "$files/run"
head -c 20000000 /dev/urandom > "$files/data"
(cd "$files" && sha256sum data > sums)

expect_exit "the plan" 0 "$touchstone" plan --suite "$suites/vendor" --platform x86 --json
check "the payload's size is told, without the holes" \
    "$(jq '.cells[0].payload_bytes | . > 20000000 and . < 30000000' <<< "$printed")" true
check "and the disk that is free" "$(jq '.free_bytes > .disk_bytes' <<< "$printed")" true

expect_exit "the run" 0 "$touchstone" run --suite "$suites/vendor" --platform x86 --json
matrix=$printed
# It passes; what the files leave open, such as a library that is none, stays a condition.
check_has "nothing failed" "$(cell x86 vendor '"\(.verdict) \(.reason)"')" "conditional predicted: UNKNOWN of '"
run=$(jq -r .run <<< "$matrix")
expect_exit "the cell" 0 "$touchstone" show x86/vendor --run "$run" --json
check "what is checked has no file of the other architecture" \
    "$(jq -r '[.. | strings | select(contains("arm64"))] | length' <<< "$printed")" 0
check "no point failed" "$(failing payload)" ""
expect_exit "clean" 0 "$touchstone" clean --run "$run"
check "the copies went" "$(find "$TOUCHSTONE_HOME/runs" -name disk.raw)" ""
finish
