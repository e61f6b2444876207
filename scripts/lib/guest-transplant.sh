# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Configures a guest's root. For the host's own architecture the packages' scripts run in a chroot; for another one,
# their results there are copied: scripts create accounts, links, lists and folders, which are the same on every
# architecture. Programs and libraries are never copied.

# Paths whose content depends on the architecture or is handled by this step.
not_carried='^(proc|sys|dev|run|tmp|standin)(/|$)|^etc/ld\.so\.cache$|^var/lib/dpkg/(info/|status|available)|^usr/lib/modules/'

triplet_of() {
    case $1 in
    amd64) echo x86_64-linux-gnu ;;
    arm64) echo aarch64-linux-gnu ;;
    esac
}

# can_chroot: succeeds if this process may mount and chroot in a namespace of its own.
can_chroot() {
    unshare --mount --pid --fork --mount-proc true 2> /dev/null && chroot / true 2> /dev/null
}

# configure_native ROOT WORK: runs guest-configure in ROOT, and writes the lists `changed` and `removed` of its
# effects to WORK.
configure_native() {
    local root=$1 scratch=$2
    (cd "$root" && find . -xdev -mindepth 1 -printf '%P\n' | sort) > "$scratch/before"
    touch "$scratch/stamp"
    # /dev and /proc are mounted in a namespace that ends with the command, so no unmount is needed.
    unshare --mount --pid --fork sh -eu -c '
        root=$1
        mount -t tmpfs -o mode=755 dev "$root/dev"
        for node in null zero full random urandom tty; do
            : > "$root/dev/$node"
            mount --bind /dev/$node "$root/dev/$node"
        done
        mount -t proc proc "$root/proc"
        mount -t tmpfs -o mode=755 run "$root/run"
        exec chroot "$root" /standin/configure' configure "$root" > "$scratch/configure.log" 2>&1 < /dev/null ||
        die "the packages' scripts failed" "$(tail -n 10 "$scratch/configure.log")" "for the complete log, use --keep-work"
    (cd "$root" && find . -xdev -mindepth 1 -printf '%P\n' | sort) > "$scratch/after"
    comm -23 "$scratch/before" "$scratch/after" | grep -Ev "$not_carried" > "$scratch/removed" || true
    (cd "$root" && find . -xdev -mindepth 1 -cnewer "$scratch/stamp" -printf '%y %P\n') |
        awk -v skip="$not_carried" '{path = substr($0, 3)} path !~ skip' | sort -k 2 > "$scratch/changed"
}

# transplant NATIVE NATIVE-WORK NATIVE-ARCH ROOT ARCH: configures the unpacked ROOT like NATIVE.
transplant() {
    local native=$1 lists=$2 from to root=$4 kind path target
    from=$(triplet_of "$3")
    to=$(triplet_of "$5")
    while read -r path; do
        rm -rf "${root:?}/${path//$from/$to}"
    done < "$lists/removed"
    while read -r kind path; do
        target=$root/${path//$from/$to}
        case $kind in
        d)
            [ -d "$target" ] || mkdir "$target"
            ;;
        l)
            rm -rf "$target"
            cp -a "$native/$path" "$target"
            continue
            ;;
        f)
            if [ ! -e "$target" ] || [ "$native/$path" -nt "$lists/stamp" ]; then
                transplant_file "$native/$path" "$target" "$3" "$5"
                continue
            fi
            ;;
        *)
            die "'/$path' of the configured root is not a file, folder or link (type $kind of find)"
            ;;
        esac
        chown --reference="$native/$path" "$target"
        chmod --reference="$native/$path" "$target"
    done < "$lists/changed"
    sed -i 's/^Status: install ok unpacked$/Status: install ok installed/' "$root/var/lib/dpkg/status"
    # Like guest-configure does, because this root has just changed.
    touch "$root/etc/.updated" "$root/var/.updated"
    foreign_ldconfig "$root" "$5"
}

# transplant_file FROM TO ARCH-FROM ARCH-TO
transplant_file() {
    local magic
    magic=$(head -c 4 "$1" | tr -d '\0')
    [ "$magic" != $'\177ELF' ] || die "'${1#"$native"}' is a program that a package's script created:" \
        "it cannot be carried over to another architecture; use --configure-in-guest"
    cp -a "$1" "$2"
    # Lists of triggers and questions contain names of packages and folders with the architecture.
    if grep -IqE "($from|:$3\b)" "$2"; then
        sed -i "s/$from/$to/g; s/:$3\b/:$4/g" "$2"
        touch -r "$1" "$2"
    fi
}

# The loader's cache contains libraries of this architecture: its own ldconfig writes it, under user-mode emulation and
# called by explicit path, so that binfmt_misc is not needed.
foreign_ldconfig() {
    local machine=x86_64 emulator
    [ "$2" = amd64 ] || machine=aarch64
    emulator=$(command -v qemu-$machine-static || command -v qemu-$machine) ||
        die "'qemu-$machine-static' is not installed (package qemu-user-static)" "run scripts/setup"
    "$emulator" "$1/usr/sbin/ldconfig" -r "$1" || die "ldconfig of $2 failed under ${emulator##*/}"
    rm -f "$1/var/cache/ldconfig/aux-cache"
}
