# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A disk with its own boot loader, like a vendor's: GPT, GRUB for BIOS (x86) and UEFI (both), and its own kernel, login
# and services. No loop device is needed: partitions are made separately and copied into place.

# The kinds of --disk, one a row: name | additional packages | omitted packages | login
disk_kinds() {
    cat <<'END'
agent |            |                  | none
seed  | cloud-init | qemu-guest-agent | none
root  |            | qemu-guest-agent | root
user  | sudo       | qemu-guest-agent | user
lvm   | lvm2       | qemu-guest-agent | root
END
}

# disk_kind NAME COLUMN: prints a field of the row.
disk_kind() {
    disk_kinds | awk -F ' *[|] *' -v name="$1" -v column="$2" '$1 == name {print $column}'
}

# loader_packages ARCH: the packages that GRUB's images are built from.
loader_packages() {
    case $1 in
    amd64) echo grub-pc-bin grub-efi-amd64-bin ;;
    arm64) echo grub-efi-arm64-bin ;;
    esac
}

# login_add ROOT KIND FOLDER: adds the accounts of this kind; the password is written to FOLDER/login.
login_add() {
    local root=$1 login password hash
    login=$(disk_kind "$2" 4)
    [ "$login" != none ] || return 0
    password=$(head -c 12 /dev/urandom | base64 | tr '+/' 'xy')
    hash=$(openssl passwd -6 -stdin <<< "$password")
    if [ "$login" = root ]; then
        sed -i "s|^root:[^:]*:|root:$hash:|" "$root/etc/shadow"
    else
        echo 'tester:x:1000:1000:Tester:/home/tester:/bin/bash' >> "$root/etc/passwd"
        echo "tester:$hash:19700:0:99999:7:::" >> "$root/etc/shadow"
        echo 'tester:x:1000:' >> "$root/etc/group"
        echo 'tester:!::' >> "$root/etc/gshadow"
        mkdir -p "$root/home/tester"
        chown 1000:1000 "$root/home/tester"
        # Accounts with a password, like the first user of most vendors' images.
        echo 'tester ALL=(ALL) ALL' > "$root/etc/sudoers.d/tester"
        chmod 440 "$root/etc/sudoers.d/tester"
    fi
    (umask 077 && echo "$password" > "$3/login")
    sed -n "s/^\($([ "$login" = root ] && echo root || echo tester)\):.*/\1/p" "$root/etc/passwd" > "$3/../login-user"
}

# grub_image FORMAT MODULES OUTPUT: makes GRUB for one firmware; it finds its configuration on the root disk.
grub_image() {
    local format=$1 modules=$2 output=$3
    local -a more=(part_gpt ext2 lvm search search_label normal configfile linux echo test serial terminal)
    [ "$format" != i386-pc ] || more+=(biosdisk)
    cat > "$scratch/early.cfg" <<END
search --no-floppy --label $boot_label --set=root
set prefix=(\$root)$boot_folder/grub
END
    grub-mkimage -O "$format" -d "$modules" -c "$scratch/early.cfg" -p /boot/grub -o "$output" "${more[@]}"
}

# little_endian NUMBER BYTES: prints the number as bytes.
little_endian() {
    local value=$1 count=$2
    while [ "$count" -gt 0 ]; do
        # shellcheck disable=SC2059
        printf "\\x$(printf %02x $((value & 255)))"
        value=$((value >> 8)) count=$((count - 1))
    done
}

# loader_config ROOT: installs kernel, initrd and GRUB's configuration on the root file system.
loader_config() {
    local root=$1 console=ttyS0,115200n8 device=/dev/vda3
    boot_label=standin boot_folder=/boot
    if [ "$disk" = lvm ]; then
        boot_label=standin-boot boot_folder='' device=$lvm_root
    fi
    [ "$arch" = amd64 ] || console=ttyAMA0
    mkdir -p "$root/boot/grub"
    install -m 644 "$scratch/vmlinuz" "$root/boot/vmlinuz"
    install -m 644 "$scratch/initrd.img" "$root/boot/initrd.img"
    cat > "$root/boot/grub/grub.cfg" <<END
if serial --unit=0 --speed=115200; then
    terminal_input serial console
    terminal_output serial console
fi
set timeout=1
menuentry 'stand-in' {
    linux $boot_folder/vmlinuz root=$device rw console=$console $kernel_options
    initrd $boot_folder/initrd.img
}
END
}

# loader_volumes FS: prints the partitions after the loader's own, as "TYPE FILE" lines: the root file system, or a
# file system that GRUB reads and a physical volume with the root file system.
loader_volumes() {
    if [ "$disk" != lvm ]; then
        echo "8300 $1"
        return
    fi
    truncate -s 192M "$scratch/boot.raw"
    mke2fs -q -t ext4 -F -L "$boot_label" -d "$scratch/root/boot" -E root_owner=0:0 "$scratch/boot.raw"
    lvm_make "$1" "$scratch/pv.raw"
    echo "8300 $scratch/boot.raw"
    echo "8e00 $scratch/pv.raw"
}

# disk_assemble FS DISK: makes the partitioned disk with the root file system FS and GRUB for each firmware.
disk_assemble() {
    local fs=$1 disk_file=$2 grub=$scratch/grub esp core type file size at=66 number=3
    local -a partitions=(-n 1:2048:+1M -t 1:ef02 -n 2:4096:+64M -t 2:ef00)
    loader_volumes "$fs" > "$scratch/volumes"
    while read -r type file; do
        size=$(($(stat -c %s "$file") >> 20))
        partitions+=(-n "$number:${at}M:+${size}M" -t "$number:$type")
        at=$((at + size)) number=$((number + 1))
    done < "$scratch/volumes"
    truncate -s $((at + 2))M "$disk_file"
    sgdisk -o "${partitions[@]}" "$disk_file" > "$scratch/sgdisk.log"
    mkdir -p "$grub"
    for deb in "$scratch"/apt/loose/grub-*.deb; do
        dpkg-deb -x "$deb" "$grub"
    done
    esp=$scratch/esp.raw
    truncate -s 64M "$esp"
    mformat -i "$esp" -F ::
    mmd -i "$esp" ::/EFI ::/EFI/BOOT
    if [ "$arch" = amd64 ]; then
        grub_image x86_64-efi "$grub/usr/lib/grub/x86_64-efi" "$scratch/BOOTX64.EFI"
        mcopy -i "$esp" "$scratch/BOOTX64.EFI" ::/EFI/BOOT/
        # GRUB's first sector contains the position of the core, the core's first sector that of its remainder
        # (grub-core/boot/i386/pc/boot.S and diskboot.S).
        core=$scratch/core.img
        grub_image i386-pc "$grub/usr/lib/grub/i386-pc" "$core"
        dd if="$grub/usr/lib/grub/i386-pc/boot.img" of="$disk_file" bs=440 count=1 conv=notrunc status=none
        little_endian 2048 8 | dd of="$disk_file" bs=1 seek=$((0x5c)) conv=notrunc status=none
        little_endian 2049 8 | dd of="$core" bs=1 seek=$((0x1f4)) conv=notrunc status=none
        dd if="$core" of="$disk_file" bs=512 seek=2048 conv=notrunc status=none
    else
        grub_image arm64-efi "$grub/usr/lib/grub/arm64-efi" "$scratch/BOOTAA64.EFI"
        mcopy -i "$esp" "$scratch/BOOTAA64.EFI" ::/EFI/BOOT/
    fi
    dd if="$esp" of="$disk_file" bs=1M seek=2 conv=notrunc,sparse status=none
    at=66
    while read -r type file; do
        dd if="$file" of="$disk_file" bs=1M seek=$at conv=notrunc,sparse status=none
        at=$((at + ($(stat -c %s "$file") >> 20)))
    done < "$scratch/volumes"
}
