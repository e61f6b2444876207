#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Boots that stop and wait for a user: each is recognised by the console output, within seconds instead of at the boot's
# time limit, and blamed on the image.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"

# stops NAME PLATFORM SECONDS MEANING: a run that is not assessed for this reason.
stops() {
    local start=$SECONDS
    expect_exit "$1" 2 "$touchstone" run --image "$1" --platform "$2" --suite behaviour --cold --json
    matrix=$printed
    check "$1: verdict" "$(cell "$2" behaviour .verdict)" not-assessed
    check "$1: blame" "$(cell "$2" behaviour .blame)" image
    check_has "$1: why" "$(cell "$2" behaviour .reason)" "$4"
    check "$1: told within $3 s" "$((SECONDS - start <= $3))" 1
    expect_exit "$1: its console is kept" 0 "$touchstone" show "$2/behaviour" --json
    check_has "$1: its console is kept" "$printed" '"console"'
}

"$touchstone" image add emergency --guest "$guests/debian-bookworm-amd64" \
    --cmdline 'root=/dev/vda rw systemd.unit=emergency.target' > /dev/null
stops emergency hygon 60 "systemd went into emergency mode"

qemu-img create -q -f qcow2 "$scratch/empty.qcow2" 1G
described=(--format qcow2 --os-id debian --os-version 12 --package-family deb)
"$touchstone" image add empty-bios "$scratch/empty.qcow2" --arch x86_64 "${described[@]}" > /dev/null 2>&1
stops empty-bios x86 30 "its firmware finds nothing to boot"
"$touchstone" image add empty-uefi "$scratch/empty.qcow2" --arch aarch64 "${described[@]}" > /dev/null 2>&1
stops empty-uefi phytium 90 "its firmware"

# GRUB starts from its own sectors and does not find the rest: the beginning of the root file system is overwritten.
vendor=$guests/debian-bookworm-amd64-disk-root/disk.qcow2
if [ ! -f "$vendor" ]; then
    echo "skipped: no '$vendor': scripts/build-guest --output '$guests' --disk root --arch amd64"
    exit 77
fi
qemu-img convert -O qcow2 "$vendor" "$scratch/rescue.qcow2"
qemu-io -f qcow2 -c "read -v 1k 512" "$scratch/rescue.qcow2" > "$scratch/partitions"
# The first sector of the third partition (UEFI specification, GPT partition entry, offset 32).
sector=$(awk '/^00000520/ { print $5 $4 $3 $2 }' "$scratch/partitions")
qemu-io -f qcow2 -c "write -z $((16#$sector * 512)) 64k" "$scratch/rescue.qcow2" > /dev/null
"$touchstone" image add no-grub "$scratch/rescue.qcow2" --arch x86_64 "${described[@]}" > /dev/null 2>&1
stops no-grub hygon 60 "GRUB"
finish
