#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guests that do not match the plan, or never start: each is recognised, blamed correctly, ends in limited time and is
# never compatible. Also hosts that cannot run guests: no libvirt, a path that is too long, no KVM.
own_states=yes
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
add_image amd64
add_image arm64
for name in honest second; do
    suite $name
    case_of $name works exit yes 20 <<< 'exit 0'
done

# broken_image NAME CMDLINE: the amd64 guest with another kernel command line.
broken_image() {
    local guest=$guests/debian-bookworm-amd64
    "$touchstone" image add "$1" "$guest/disk.qcow2" --format qcow2 --kernel "$guest/vmlinuz" \
        --initrd "$guest/initrd.img" --cmdline "root=/dev/vda rw panic=-1 $2" --arch amd64 \
        --os-release "$guest/os-release" --packages "$guest/packages.status" > /dev/null
}
broken_image panics-at-boot init=/nonexistent
broken_image no-agent systemd.mask=qemu-guest-agent.service
broken_image boot-loop systemd.unit=reboot.target
# A guest that resets itself cleanly once at its first boot, like one that relabels its files: the stand-in's initrd with
# another init after it.
guest=$guests/debian-bookworm-amd64
mkdir "$scratch/first"
(cd "$scratch/first" && cpio --quiet -i init < "$guest/initrd.img" &&
    sed -i 's|^$b umount /proc$|[ -e /root/first ] \|\| { : > /root/first; $b sync; $b reboot -f; }\n&|' init &&
    grep -q '/root/first' init && { cat "$guest/initrd.img"; echo init | cpio --quiet -o -H newc; } > "$scratch/initrd.first")
"$touchstone" image add resets-once "$guest/disk.qcow2" --format qcow2 --kernel "$guest/vmlinuz" \
    --initrd "$scratch/initrd.first" --cmdline "root=/dev/vda rw panic=-1" --arch amd64 \
    --os-release "$guest/os-release" --packages "$guest/packages.status" > /dev/null
# An image that was not prepared: Debian's installer, which waits for a user on an empty disk.
images=(panics-at-boot no-agent)
if (cd "$scratch" && apt-get download -q debian-installer-12-netboot-amd64 > /dev/null 2> "$scratch/apt" &&
    dpkg-deb --fsys-tarfile debian-installer-12-netboot-amd64_*.deb |
    tar -x --wildcards '*/12/amd64/text/debian-installer/amd64/linux' '*/12/amd64/text/debian-installer/amd64/initrd.gz'); then
    rm "$scratch"/*.deb
    installer=$scratch/usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64
    truncate -s 1G "$scratch/empty.raw"
    "$touchstone" image add installer "$scratch/empty.raw" --format raw --kernel "$installer/linux" \
        --initrd "$installer/initrd.gz" --cmdline priority=low --arch amd64 \
        --os-release "$guests/debian-bookworm-amd64/os-release" > /dev/null
    images+=(installer)
else
    echo "# without Debian's installer, apt does not bring it: $(tail -n 1 "$scratch/apt")"
fi
# A machine that differs from the platform: cortex-a72 with kunpeng's name and MIDR.
mkdir -p "$TOUCHSTONE_HOME/platforms"
sed -e 's/<platform name="kunpeng"/<platform name="kunpeng-other"/' \
    -e 's/model="a64fx"/model="cortex-a72"/' -e '/<disable>sve<\/disable>/d' \
    "$TS_SOURCE_DIR/arch/platforms/kunpeng.xml" > "$TOUCHSTONE_HOME/platforms/kunpeng-other.xml"

started=$SECONDS
expect_exit "starts that fail" 2 "$touchstone" run "${images[@]/#/--image=}" \
    --platform x86 --suite "$suites/honest" --suite "$suites/second" --time-scale 2 --json
echo "# took $((SECONDS - started)) s"
prepared=$printed
expect_exit "resets at the first boot and at each" 2 "$touchstone" run --image boot-loop --image resets-once \
    --platform x86 --suite "$suites/honest" --time-scale 4 --cold --json
matrix=$(jq -s '{cells: (.[0].cells + .[1].cells)}' <<< "$prepared$printed")
of_image() { jq -r --arg i "$1" '.cells[] | select(.image == $i) | "\(.verdict) \(.blame): \(.reason)"' <<< "$matrix"; }
for image in "${images[@]}" boot-loop; do
    check "$image: no cell is assessed" "$(of_image "$image" | grep -vc '^not-assessed image: ')" 0
done
for image in "${images[@]}"; do
    check "$image: both cells are settled by its prepare job" \
        "$(of_image "$image" | grep -c 'its guest could not be prepared: ')" 2
    check "$image: no worker ran for them" \
        "$(find "$TOUCHSTONE_HOME"/runs/*/jobs/cell.$image.* -name worker.log)" ""
    check_has "$image: its console is their evidence" "$("$touchstone" show "$image/x86/second" --run "$(jq -r .run <<< "$prepared")")" "console"
done
check_has "a panic is told" "$(of_image panics-at-boot)" "panicked"
check_has "an agent that never comes is told" "$(of_image no-agent)" "agent"
check_has "a boot loop is told" "$(of_image boot-loop)" "boot-loop"
check_has "a reset at the first boot is none" "$(of_image resets-once)" "compatible "
"$touchstone" show resets-once/x86/honest --json > "$scratch/shown"
check "and is noted" "$(jq -r '.. | objects | select(.key? == "boot.resets") | .value' "$scratch/shown")" 1
check "with its console" "$(jq '[.. | objects | select(.name? == "console.until-reset")] | length' "$scratch/shown")" 1

expect_exit "another CPU model" 2 "$touchstone" run --image debian-bookworm-arm64 --platform kunpeng-other \
    --suite "$suites/honest" --cold --json
matrix=$printed
check "another CPU model is not assessed" "$(cell kunpeng-other honest .verdict)" not-assessed
check_has "both values are said" "$(cell kunpeng-other honest .reason)" "atomics"
check "the host is blamed" "$(cell kunpeng-other honest .blame)" host
expect_exit "show of it" 0 "$touchstone" show kunpeng-other/honest --json
check "the observations changed" "$(jq -r '[.. | objects | select(.key? == "cpu.features") | .value][0] | test("atomics")' <<< "$printed")" false
check "no case ran" "$(jq -r '[.. | objects | select(.started? == true)] | length' <<< "$printed")" 0

mkdir "$scratch/nothing"
expect_exit "no libvirt driver" 2 env LIBVIRT_DRIVER_DIR="$scratch/nothing" "$touchstone" run \
    --image debian-bookworm-amd64 --platform x86 --suite "$suites/honest" --cold --json
matrix=$printed
check "no libvirt is the host's" "$(cell x86 honest .blame)" host
check_has "no libvirt says what to install" "$(cell x86 honest .reason)" "libvirt-daemon-driver-qemu"
long=$scratch/$(printf 'l%.0s' {1..120})
mkdir -m 700 "$long"
expect_exit "a runtime folder that is too long" 2 env XDG_RUNTIME_DIR="$long" "$touchstone" run \
    --image debian-bookworm-amd64 --platform x86 --suite "$suites/honest" --cold --json
matrix=$printed
check_has "and what to do about it" "$(cell x86 honest .reason)" "XDG_RUNTIME_DIR"
expect_exit "KVM asked for where it does not work" 64 "$touchstone" run --accel kvm \
    --image debian-bookworm-arm64 --platform kunpeng --suite "$suites/honest"
check_has "and why it does not" "$said" "only emulate"
finish
