# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Configures a guest by booting it once, emulated, so that it runs its packages' scripts itself. Requires no
# privileges on the host.

# configure_in_guest RAW WORK: boots RAW with guest-configure as its first process, then removes it.
configure_in_guest() {
    local raw=$1 scratch=$2 console=$2/configure.log
    local -a machine
    case $arch in
    amd64) machine=(qemu-system-x86_64 -M q35 -cpu max -append "console=ttyS0 $boot_arguments standin_time=$(date +%s)") ;;
    arm64) machine=(qemu-system-aarch64 -M "virt,gic-version=3" -cpu cortex-a72 -append "console=ttyAMA0 $boot_arguments standin_time=$(date +%s)") ;;
    esac
    need_command "${machine[0]}" "qemu-system-x86 or qemu-system-arm"
    # QEMU must not be run with fakeroot's library.
    env -u LD_PRELOAD timeout 900 "${machine[@]}" -accel tcg -m 1024 -nodefaults -display none -no-reboot \
        -kernel "$scratch/vmlinuz" -initrd "$scratch/initrd.img" -serial "file:$console" \
        -drive "file=$raw,format=raw,if=none,id=root,cache=unsafe" -device virtio-blk-pci,drive=root ||
        die "the guest that configures itself did not terminate (status $?)" "$(tail -n 10 "$console")"
    grep -q '^standin-configure: exit 0' "$console" ||
        die "the guest could not configure its packages" "$(tail -n 10 "$console")"
    debugfs -w -f - "$raw" > /dev/null 2>&1 <<END
rm /standin/configure
rm /standin/arch
rm /standin/dpkg-version
rmdir /standin
END
}
# Arguments for the kernels of our own guests. Page-table isolation switches page tables twice in each system call,
# and QEMU's TCG flushes its TLB each time; an emulated CPU does not speculate.
kernel_options='mitigations=off'
boot_arguments="root=/dev/vda rw panic=-1 quiet init=/standin/configure $kernel_options"
