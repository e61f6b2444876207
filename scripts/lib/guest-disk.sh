# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Makes from a root folder what a guest boots from: disk, initrd, and the file that describes them.

# initrd_make ROOT LOOSE RELEASE WORK OUTPUT: an initrd with a static busybox and the drivers of the root disk. It is
# not compressed, because unpacking costs the guest more time than reading.
initrd_make() {
    local root=$1 loose=$2 kernel_release=$3 tree=$4/initrd output=$5
    rm -rf "$tree"
    mkdir -p "$tree"/{bin,dev,proc,sys,root,modules}
    dpkg-deb --fsys-tarfile "$loose"/busybox-static_*.deb | tar -x -C "$4" --wildcards --no-same-owner '*bin/busybox'
    cp "$(find "$4" -path '*bin/busybox' -not -path "$tree/*" | head -n 1)" "$tree/bin/busybox"
    install -m 755 "$here/lib/guest-initrd" "$tree/init"
    initrd_modules virtio virtio_pci virtio_mmio virtio_blk ext4 virtio_console virtio_rng
    initrd_modules scsi virtio_scsi sd_mod sr_mod isofs
    [ "$disk" != lvm ] || lvm_add_tools "$root" "$tree"
    (cd "$tree" && find . -mindepth 1 | sort | cpio --quiet -o -H newc -R 0:0) > "$output"
}

# initrd_modules LIST MODULE…: prints those modules and their dependencies in loading order, without those that are
# built into this kernel.
initrd_modules() {
    local list=$1 module file
    shift
    : > "$tree/modules/$list"
    for module in "$@"; do
        modprobe -d "$root" -S "$kernel_release" --show-depends "$module" 2> /dev/null |
            sed -n 's/^insmod \([^ ]*\).*/\1/p' || true
    done | awk '!seen[$0]++' | while read -r file; do
        module=${file##*/}
        case $file in
        *.xz) xz -dc "$file" > "$tree/modules/${module%.xz}" ;;
        *.zst) zstd -qdc "$file" > "$tree/modules/${module%.zst}" ;;
        *) cp "$file" "$tree/modules/" ;;
        esac
        module=${module%.xz}
        echo "${module%.zst}" >> "$tree/modules/$list"
    done
}

# disk_make ROOT RAW: makes ext4 on the whole disk without mounting it. The features are listed explicitly, because the
# oldest release's kernel must support them, whatever this host's e2fsprogs enables by default.
disk_make() {
    truncate -s 4G "$2"
    mke2fs -q -t ext4 -F -m 1 -L standin -d "$1" -J size=32 -E lazy_itable_init=1,nodiscard,root_owner=0:0 \
        -O none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,sparse_super,large_file,huge_file,dir_nlink,extra_isize,metadata_csum \
        "$2" || die "cannot create a file system from '$1'"
}

# disk_read RAW PATH OUTPUT: copies one file from a disk without mounting it.
disk_read() {
    debugfs -R "dump $2 $3" "$1" 2> /dev/null
    [ -s "$3" ] || die "cannot read '$2' from the guest's disk"
}

disk_pack() {
    qemu-img convert -f raw -O qcow2 "$1" "$2"
}

# guest_describe FOLDER: writes guest.json, as the last step; a folder without it is not a complete guest.
guest_describe() {
    local folder=$1 model=x86_64 name version
    [ "$arch" = amd64 ] || model=aarch64
    name=$(. "$folder/os-release" && echo "$PRETTY_NAME")
    version=$(. "$folder/os-release" && echo "$VERSION_ID")
    (cd "$folder" && find . -maxdepth 1 -type f ! -name login -printf '%P\n' | sort | xargs sha256sum) > "$scratch/digests"
    jq -n --rawfile digests "$scratch/digests" --arg key "$key" --arg name "debian-$release-$arch$suffix" \
        --arg disk "$disk" --arg family "$family" --arg user "$(cat "$scratch/login-user" 2> /dev/null || true)" \
        --arg title "$name stand-in${disk:+, disk ($disk)}, $([ "$family" = deb ] || echo "$family packages, ")$model" --arg arch "$model" --arg version "$version" \
        --arg kernel_options "$kernel_options" --arg kernel "$(cat "$scratch/kernel-release")" --arg configured "$configured" --argjson page_size "$((${pages:+4 * }4096))" '
        ($digests | split("\n") | map(select(. != "") | {key: .[66:], value: .[:64]}) | from_entries) as $sha256 |
        def file($path): {path: $path, sha256: $sha256[$path]};
        {
            format: "touchstone-guest-1",
            name: $name, title: $title, arch: $arch, stand_in: true,
            os_id: "debian", os_version: $version, kernel_release: $kernel, page_size: $page_size,
            disk: (file("disk.qcow2") + {format: "qcow2"}),
            package_family: $family, os_release: file("os-release"),
            configured: $configured, build_key: $key
        } + if $family == "deb" then {packages: file("packages.status")} else {} end
        + if $disk == "" then {
            boot: "kernel", cmdline: "root=/dev/vda rw panic=-1 \($kernel_options)",
            kernel: file("vmlinuz"), initrd: file("initrd.img")
        } else {boot: "disk", ways: (if $disk == "agent" then ["agent"] elif $disk == "seed" then ["seed"] else ["console"] end)}
        + if $user == "" then {} else {login_user: $user, login: "login"} end end' > "$folder/guest.json"
}
