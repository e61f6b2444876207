#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guests that are not what the plan says, or never come up: each is told apart, blamed rightly, ends
# within bounded time and is never green. And hosts that cannot: no libvirt, a path too long, no KVM.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
add_image amd64
add_image arm64
suite honest
case_of honest works exit yes 20 <<< 'exit 0'

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
# What the platform says is right and the machine is another: cortex-a72 under kunpeng's name and MIDR.
mkdir -p "$TOUCHSTONE_HOME/platforms"
sed -e 's/<platform name="kunpeng"/<platform name="kunpeng-other"/' \
    -e 's/model="a64fx"/model="cortex-a72"/' -e '/<disable>sve<\/disable>/d' \
    "$TS_SOURCE_DIR/arch/platforms/kunpeng.xml" > "$TOUCHSTONE_HOME/platforms/kunpeng-other.xml"

started=$SECONDS
expect_exit "starts that fail" 2 "$touchstone" run --image panics-at-boot --image no-agent --image boot-loop \
    --platform x86 --suite "$suites/honest" --time-scale 2 --cold --json
echo "# took $((SECONDS - started)) s"
matrix=$printed
of_image() { jq -r --arg i "$1" '.cells[] | select(.image == $i) | "\(.verdict) \(.blame): \(.reason)"' <<< "$matrix"; }
for image in panics-at-boot no-agent boot-loop; do
    check_has "$image" "$(of_image $image)" "not-assessed image: "
done
check_has "a panic is told" "$(of_image panics-at-boot)" "panicked"
check_has "an agent that never comes is told" "$(of_image no-agent)" "agent"
check_has "a boot loop is told" "$(of_image boot-loop)" "boot-loop"

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
