#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# $TOUCHSTONE_HOME on other file systems than the program's: a tmpfs, an overlay, an ext4 image through FUSE. A complete
# run (of a disk that does not boot), its store, evidence, reports and clean-up give the same results on each. Then
# files that cannot go into a guest, with every verb that checks them.
set -euo pipefail
if [ "$(id -u)" -ne 0 ]; then
    echo "skipped: mounts want root"
    exit 77
fi
if [ -z "${TS_OWN_MOUNTS-}" ]; then
    if ! unshare -m true 2> /dev/null; then
        echo "skipped: no mount namespace here"
        exit 77
    fi
    TS_OWN_MOUNTS=1 exec unshare -m "$0" "$@"
fi
touchstone=$TS_BINARY_DIR/touchstone
scratch=$(mktemp -d)
mounts=()
trap 'for mount in "${mounts[@]}"; do umount "$mount" || umount -l "$mount"; done; rm -rf "$scratch"' EXIT

. "$TS_SOURCE_DIR/harness/tests/lib/check.sh"

mount_at() {
    local at=$1
    shift
    mkdir -p "$at"
    "$@" || return 1
    mounts=("$at" "${mounts[@]}")
}

# A disk and a kernel that do not boot.
qemu-img create -q -f qcow2 "$scratch/disk.qcow2" 64M
echo kernel > "$scratch/vmlinuz"
printf 'ID=debian\nVERSION_ID="12"\n' > "$scratch/os-release"
printf 'Package: base-files\nStatus: install ok installed\nVersion: 12\nArchitecture: amd64\n' > "$scratch/status"

# A suite with every kind of file that is allowed.
suite=$scratch/any
mkdir -p "$suite/cases" "$suite/files/x86_64" "$suite/files/aarch64" "$suite/files/lib"
printf '<suite name="any"><title>any</title><vendor>v</vendor><product>p</product>%s</suite>\n' \
    '<case id="one" item="function"><title>one</title></case>' > "$suite/suite.xml"
printf '#!/bin/sh\nexit 0\n' > "$suite/cases/one"
chmod 755 "$suite/cases/one"
printf content > "$suite/files/lib/libfoo.so.1"
ln -s libfoo.so.1 "$suite/files/lib/libfoo.so"
ln "$suite/files/lib/libfoo.so.1" "$suite/files/lib/again"
truncate -s 8T "$suite/files/disk"
truncate -s 1M "$suite/files/x86_64/program"
head -c 1M /dev/zero > "$suite/files/aarch64/program"
echo x > "$suite/files/new
line"

# The results of a run, without values that always differ.
facts() {
    local code=0 run
    "$touchstone" run --suite "$suite" --platform x86 --json > "$scratch/matrix" 2> "$scratch/said" || code=$?
    run=$(jq -r .run "$scratch/matrix" 2> /dev/null || true)
    echo "run $code"
    [ "$code" -eq 2 ] || cat "$scratch/said"
    jq -r '.cells[] | "\(.platform) \(.suite) \(.verdict) \(.blame)"' "$scratch/matrix"
    code=0
    "$touchstone" report "$run" --format html --output "$scratch/report.html" > /dev/null 2>&1 || code=$?
    echo "report $code"
    "$touchstone" doctor --full > /dev/null 2>&1 || true
    echo "copy of a file of holes: $(stat -c %s "$TOUCHSTONE_HOME"/runs/*/inputs/*/any/files/disk)"
    [ "$(stat -c %b "$TOUCHSTONE_HOME"/runs/*/inputs/*/any/files/disk)" -lt 1000 ] && echo "takes no room"
    readlink "$TOUCHSTONE_HOME"/runs/*/inputs/*/any/files/lib/libfoo.so
    echo "digest $(basename "$(dirname "$TOUCHSTONE_HOME"/runs/*/inputs/*/any)")"
    code=0
    "$touchstone" clean --run "$run" > /dev/null 2>&1 || code=$?
    echo "clean $code, runs left: $(find "$TOUCHSTONE_HOME/runs" -mindepth 1 | wc -l)"
}

# on NAME FOLDER: the results of a home there.
on() {
    export TOUCHSTONE_HOME=$2/home
    mkdir -p "$TOUCHSTONE_HOME"
    [ -f "$TOUCHSTONE_HOME/images/plain.json" ] || [ -f "$TOUCHSTONE_HOME/images/plain.xml" ] ||
        "$touchstone" image add plain "$scratch/disk.qcow2" --format qcow2 --kernel "$scratch/vmlinuz" \
        --cmdline root=/dev/vda --arch amd64 --os-release "$scratch/os-release" \
        --packages "$scratch/status" > /dev/null 2>&1
    facts > "$scratch/facts.$1" 2>&1 || true
}

on plain "$scratch/plain"
cat "$scratch/facts.plain"
check "on the program's own file system a run comes to its end" \
    "$(grep -c '^run 2$\|^takes no room$\|^libfoo.so.1$\|^clean 0, runs left: 0$' "$scratch/facts.plain")" 4
if mount_at "$scratch/tmpfs" mount -t tmpfs -o size=4g none "$scratch/tmpfs"; then
    on tmpfs "$scratch/tmpfs"
    check "the same on a tmpfs" "$(cat "$scratch/facts.tmpfs")" "$(cat "$scratch/facts.plain")"
fi
mkdir -p "$scratch/tmpfs/upper" "$scratch/tmpfs/work" "$scratch/lower"
if mount_at "$scratch/overlay" mount -t overlay overlay \
    -o "lowerdir=$scratch/lower,upperdir=$scratch/tmpfs/upper,workdir=$scratch/tmpfs/work" "$scratch/overlay" 2> /dev/null; then
    on overlay "$scratch/overlay"
    check "the same on an overlay" "$(cat "$scratch/facts.overlay")" "$(cat "$scratch/facts.plain")"
else
    echo "# no overlay can be mounted here"
fi
truncate -s 4G "$scratch/ext4"
if command -v fuse2fs > /dev/null && mkfs.ext4 -q "$scratch/ext4" &&
    mount_at "$scratch/fuse" fuse2fs -o fakeroot "$scratch/ext4" "$scratch/fuse" > "$scratch/fuse.log" 2>&1; then
    # A file system that does not report holes: 8 TiB of them would be read.
    on fuse "$scratch/fuse"
    case $(cat "$scratch/facts.fuse") in
    *"run 74"*"does not report where they are"*) told=yes ;;
    *) told=$(cat "$scratch/facts.fuse") ;;
    esac
    check "8 TiB of holes, on a file system that does not tell of holes" "$told" yes
    truncate -s 64M "$suite/files/disk"
    on again "$scratch/plain"
    on fuse "$scratch/fuse"
    check "the same on ext4 through FUSE" "$(cat "$scratch/facts.fuse")" "$(cat "$scratch/facts.again")"
    truncate -s 8T "$suite/files/disk"
else
    echo "# no ext4 through FUSE here (fuse2fs, /dev/fuse)"
fi

# What cannot be packed is detected before anything runs, by each verb, and named.
export TOUCHSTONE_HOME=$scratch/plain/home
refused() {
    local name=$1 part=$2 verb code said
    for verb in "suite lint" "suite show" "plan --suite" "run --dry-run --suite" "run --suite"; do
        code=0
        # shellcheck disable=SC2086
        said=$("$touchstone" $verb "$suite" 2>&1 < /dev/null) || code=$?
        check "$name: $verb: exit code" "$code" 64
        case $said in
        *"$part"*) check "$name: $verb says so" "" "" ;;
        *) check "$name: $verb says so" "$said" "$part" ;;
        esac
    done
    check "$name: nothing was copied" "$(find "$TOUCHSTONE_HOME/runs" -mindepth 1 2> /dev/null | wc -l)" 0
}
mkfifo "$suite/files/pipe"
refused "a FIFO" "'files/pipe' is a FIFO"
rm "$suite/files/pipe"
ln -s /etc/passwd "$suite/files/passwd"
refused "a link to the host" "'files/passwd' is a symbolic link to '/etc/passwd'"
rm "$suite/files/passwd"
mknod "$suite/files/null" c 1 3
refused "a device" "'files/null' is a device"
rm "$suite/files/null"
mkdir "$suite/files/amd64"
refused "two folders for one architecture" "'files/amd64' and 'files/x86_64' are both for x86_64"
rmdir "$suite/files/amd64"
# More than the disk has space for: reported by plan, refused by run, before anything is copied.
mount_at "$scratch/small" mount -t tmpfs -o size=16m none "$scratch/small"
mkdir "$scratch/small/home"
cp -r "$scratch/plain/home/images" "$scratch/small/home/"
code=0
said=$(TOUCHSTONE_HOME=$scratch/small/home "$touchstone" plan --suite "$suite" --platform x86) || code=$?
check "a disk that is too small: plan" "$code:$(grep -c 'not enough' <<< "$said")" 0:1
code=0
said=$(TOUCHSTONE_HOME=$scratch/small/home "$touchstone" run --suite "$suite" --platform x86 2>&1) || code=$?
check "a disk that is too small: run" "$code:$(grep -c 'MiB free, this run needs' <<< "$said")" 74:1
end_checks
