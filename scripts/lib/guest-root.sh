# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Makes a guest's root folder from packages without running any of their programs: files are extracted, and dpkg's
# database is written as dpkg would after unpacking. Works for any architecture.

# root_extract ROOT DEBS WORK: extracts every package to the state "install ok unpacked".
root_extract() {
    local root=$1 debs=$2 scratch=$3 link deb
    mkdir -p "$root"
    # Merged /usr from the start: some releases' packages still contain files in /bin.
    for link in bin sbin lib lib64; do
        if [ "$link" != lib64 ] || [ "$arch" = amd64 ]; then
            mkdir -p "$root/usr/$link"
            ln -s "usr/$link" "$root/$link"
        fi
    done
    mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/var/lib/dpkg/triggers"
    echo 1 > "$root/var/lib/dpkg/info/format"
    : > "$root/var/lib/dpkg/available"
    for deb in "$debs"/*.deb; do
        root_add_package "$root" "$deb" "$scratch"
    done > "$root/var/lib/dpkg/status"
    find "$root/var/lib/dpkg/info" -mindepth 1 -type d -empty -delete
    chmod 755 "$root"
}

# Extracts one package and prints its paragraph of dpkg's status file.
root_add_package() {
    local root=$1 deb=$2 control=$3/control.tar info=$1/var/lib/dpkg/info name
    dpkg-deb --ctrl-tarfile "$deb" > "$control"
    tar -xOf "$control" ./control > "$3/control"
    name=$(awk '/^Package: /{p = $2} /^Architecture: /{a = $2} /^Multi-Arch: same/{same = 1}
                END{print same ? p ":" a : p}' "$3/control")
    # "./postinst" becomes "NAME.postinst"; the folder "./" becomes an empty "NAME.", which is removed at the end.
    tar -xpf "$control" -C "$info" --no-same-owner --exclude=./control --transform="s|^\./\?|$name.|"
    dpkg-deb --fsys-tarfile "$deb" |
        tar -x -p -v -C "$root" --numeric-owner --same-owner --keep-directory-symlink --quoting-style=literal |
        sed 's|^\./|/|; s|\(.\)/$|\1|; s|^/$|/.|' > "$info/$name.list"
    sed 's/^\(Package: .*\)/\1\nStatus: install ok unpacked/; /^$/d' "$3/control"
    if [ -s "$info/$name.conffiles" ]; then
        echo Conffiles:
        sed -n 's|^/||p' "$info/$name.conffiles" | (cd "$root" && xargs -r md5sum) | awk '{print " /" $2 " " $1}'
    fi
    echo
}

# root_add_modules ROOT DEB WORK: adds the kernel's configuration and modules, without drivers for hardware that no
# virtual machine has; writes WORK/vmlinuz and WORK/kernel-release.
root_add_modules() {
    local root=$1 deb=$2 scratch=$3 kernel release_name folder
    mkdir -p "$scratch/kernel"
    dpkg-deb -x "$deb" "$scratch/kernel"
    kernel=$(echo "$scratch"/kernel/boot/vmlinuz-*)
    release_name=${kernel##*/vmlinuz-}
    cp "$kernel" "$scratch/vmlinuz"
    echo "$release_name" > "$scratch/kernel-release"
    folder=$scratch/kernel/usr/lib/modules/$release_name
    [ -d "$folder" ] || folder=$scratch/kernel/lib/modules/$release_name
    [ -d "$folder/kernel" ] || die "'${deb##*/}' contains no modules for its kernel $release_name"
    (cd "$folder/kernel/drivers" &&
        rm -rf gpu iio infiniband media net/ethernet net/wireless net/usb staging usb/serial)
    install -D -m 644 "$scratch/kernel/boot/config-$release_name" "$root/boot/config-$release_name"
    mkdir -p "$root/usr/lib/modules"
    cp -a "$folder" "$root/usr/lib/modules/"
    chown -R 0:0 "$root/usr/lib/modules"
    depmod -b "$root" "$release_name"
}
