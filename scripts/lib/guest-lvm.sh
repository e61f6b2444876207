# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Puts a root file system on a logical volume, like installers. LVM's own tools write its metadata, in a guest with only
# a kernel and an initrd, because they accept block devices only and the host provides none.

lvm_group=standin lvm_root=/dev/mapper/standin-root

# lvm_add_tools ROOT TREE: copies ROOT's lvm with its libraries and drivers to the initrd TREE.
lvm_add_tools() {
    local root=$1 tree=$2 program=$1/usr/sbin/lvm file name interpreter
    local -a pending=("$program")
    [ -x "$program" ] || die "'$program' is missing: lvm2 is not installed in the guest"
    install -D -m 755 "$program" "$tree/bin/lvm"
    interpreter=$(readelf -lW "$program" | sed -n 's/.*interpreter: \(.*\)]/\1/p')
    install -D -m 755 "$(find "$root/usr/lib" "$root/usr/lib64" -name "${interpreter##*/}" 2> /dev/null | head -n 1)" "$tree$interpreter"
    mkdir -p "$tree/lib"
    while [ ${#pending[@]} -gt 0 ]; do
        file=${pending[0]}
        pending=("${pending[@]:1}")
        while read -r name; do
            [ ! -e "$tree/lib/$name" ] || continue
            file=$(find "$root/usr/lib" -name "$name" | head -n 1)
            [ -n "$file" ] || die "'$name', which lvm requires, is not in the guest"
            cp -L "$file" "$tree/lib/$name"
            pending+=("$file")
        done < <(readelf -dW "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
    done
    initrd_modules lvm dm_mod
}

# lvm_make FS PV: puts the file system FS on the only logical volume of the physical volume PV, a raw file.
lvm_make() {
    local fs=$1 pv=$2 console=$scratch/lvm.log
    local -a machine
    # Data starts at 1 MiB, in extents of 4 MiB.
    truncate -s $(($(stat -c %s "$fs") + (8 << 20))) "$pv"
    case $arch in
    amd64) machine=(qemu-system-x86_64 -M q35 -cpu max -append "console=ttyS0 quiet panic=-1 standin_lvm $kernel_options") ;;
    arm64) machine=(qemu-system-aarch64 -M "virt,gic-version=3" -cpu cortex-a72 -append "console=ttyAMA0 quiet panic=-1 standin_lvm $kernel_options") ;;
    esac
    env -u LD_PRELOAD timeout 300 "${machine[@]}" -accel tcg -m 512 -nodefaults -display none -no-reboot \
        -kernel "$scratch/vmlinuz" -initrd "$scratch/initrd.img" -serial "file:$console" \
        -drive "file=$pv,format=raw,if=none,id=pv,cache=unsafe" -device virtio-blk-pci,drive=pv ||
        die "the guest that creates the logical volume did not terminate (status $?)" "$(tail -n 10 "$console")"
    grep -q '^standin-lvm: made' "$console" || die "the logical volume was not created" "$(tail -n 10 "$console")"
    dd if="$fs" of="$pv" bs=1M seek=1 conv=notrunc,sparse status=none
}
