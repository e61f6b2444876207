#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Compares the result of `touchstone abi check` for kernel modules with the kernel: real modules of Debian's cloud
# kernel, each with one change, are inserted into that kernel, booted under QEMU from an initrd that contains
# nothing else. Called by scripts/abi-agreement modules:
#
#   scripts/abi-agreement modules FOLDER     downloaded packages are stored in FOLDER
#
# The static check rejects a module if a row is BLOCK or HIGH, or if it could not be assessed. Prints a row for each
# module: the kernel's result, the check's result, the reason. Fails if they differ, or if a module has no result.
# Not tested: a module changed after it was signed, which requires the kernel's keys.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
touchstone=${TOUCHSTONE:-$here/../../build/touchstone}
folder=${1:?usage: abi-agreement modules FOLDER}
work=$(mktemp -d "${TMPDIR:-/tmp}/ts-kmod.XXXXXX")
trap 'rm -rf "$work"' EXIT
export TOUCHSTONE_HOME=$work/home
mkdir -p "$TOUCHSTONE_HOME" "$folder/kernel-amd64/debs" "$work/mutants" "$work/initrd/bin"
folder=$(realpath "$folder")/kernel-amd64
for tool in qemu-system-x86_64 x86_64-linux-gnu-objcopy python3 cpio apt-get modinfo; do
    command -v $tool > /dev/null || { echo "abi-agreement: $tool is not installed" >&2; exit 77; }
done
[ -e /bin/busybox ] || { echo "abi-agreement: busybox-static is not installed" >&2; exit 77; }

# The kernel, its configuration and modules, its Module.symvers, and a C library that completes the system.
if [ ! -e "$folder/.complete" ]; then
    rm -rf "${folder:?}"/{debs,root}
    mkdir -p "$folder/debs"
    mapfile -t packages < <(apt-cache depends linux-image-cloud-amd64 linux-headers-cloud-amd64 |
        awk '/Depends: linux-(image|headers)-[0-9]/ {print $2}' | sort -u)
    [ ${#packages[@]} = 2 ] || { echo "abi-agreement: this host's apt has no linux-image-cloud-amd64" >&2; exit 77; }
    (cd "$folder/debs" && apt-get -qq download "${packages[@]}" libc6:amd64 base-files) >&2
    for deb in "$folder"/debs/*.deb; do dpkg-deb -x "$deb" "$folder/root"; done
    touch "$folder/.complete"
fi
root=$folder/root
release=$(basename "$root"/lib/modules/*)
modules=$root/lib/modules/$release/kernel

# mutate.py OUT IN CHANGE [ARGUMENT…] writes IN with one change to OUT.
cat > "$work/mutate.py" <<'PY'
import struct, subprocess, sys, tempfile, os

out, source, change, *rest = sys.argv[1:]
tool = "x86_64-linux-gnu-objcopy"


def section(name):
    with tempfile.NamedTemporaryFile() as held:
        subprocess.run([tool, "-O", "binary", "-j", name, "--set-section-flags", name + "=alloc", source, held.name], check=True)
        return open(held.name, "rb").read()


def objcopy(*options):
    subprocess.run([tool, *options, source, out], check=True)


def update(name, data):
    with tempfile.NamedTemporaryFile() as held:
        held.write(data)
        held.flush()
        objcopy("--update-section", f"{name}={held.name}")


def modinfo(edit):
    fields = [f for f in section(".modinfo").split(b"\0") if f]
    update(".modinfo", b"\0".join(edit(fields)) + b"\0")


def replaced(key, value):
    return lambda fields: [key + b"=" + value if f.startswith(key + b"=") else f for f in fields]


def versions(edit):
    data, rows = section("__versions"), []
    for at in range(0, len(data) - 63, 64):
        crc, name = struct.unpack("<Q56s", data[at:at + 64])
        rows.append([crc, name.rstrip(b"\0")])
    update("__versions", b"".join(struct.pack("<Q56s", crc, name) for crc, name in edit(rows)))


def crc_changed(symbol):
    return lambda rows: [[crc ^ (1 if name == symbol else 0), name] for crc, name in rows]


def patched(at, data):  # without the signature, which would be what the kernel refuses
    objcopy()
    text = bytearray(open(out, "rb").read())
    text[at:at + len(data)] = data
    open(out, "wb").write(text)


if change == "as-it-is":
    open(out, "wb").write(open(source, "rb").read())
elif change == "unsigned":
    objcopy()
elif change == "set":
    modinfo(replaced(rest[0].encode(), rest[1].encode()))
elif change == "without":
    modinfo(lambda fields: [f for f in fields if not f.startswith(rest[0].encode() + b"=")])
elif change == "crc":
    versions(crc_changed(rest[0].encode()))
elif change == "no-crc-of":
    versions(lambda rows: [r for r in rows if r[1] != rest[0].encode()])
elif change == "no-crcs":
    objcopy("-R", "__versions")
elif change == "symbol":  # another symbol asked for, by the symbol table and by the CRCs
    objcopy("--redefine-sym", f"{rest[0]}={rest[1]}")
    source = out
    versions(lambda rows: [[crc, rest[1].encode() if name == rest[0].encode() else name] for crc, name in rows])
elif change == "weak":  # a symbol that nobody has, and need not
    objcopy("--redefine-sym", f"{rest[0]}={rest[1]}", "--weaken-symbol", rest[1])
elif change == "weak-crc":  # a weak symbol with another CRC than the kernel's
    objcopy("--weaken-symbol", rest[0])
    source = out
    versions(crc_changed(rest[0].encode()))
elif change == "machine":
    patched(18, struct.pack("<H", int(rest[0])))
elif change == "type":
    patched(16, struct.pack("<H", int(rest[0])))
elif change == "cut":
    data = open(source, "rb").read()
    open(out, "wb").write(data[:int(len(data) * float(rest[0]))])
elif change == "stripped":
    subprocess.run(["x86_64-linux-gnu-strip", "--strip-all", "-o", out, source], check=True)
else:
    sys.exit(f"mutate.py: unknown change '{change}'")
PY

magic="$release SMP preempt mod_unload modversions "
# name | module | change and its arguments
mutants() {
    cat <<END
usual            drivers/net/dummy        as-it-is
unsigned         drivers/net/dummy        unsigned
stripped         drivers/net/dummy        stripped
other-release    drivers/net/dummy        set vermagic 5.10.0-8-amd64 SMP preempt mod_unload modversions
el-release       drivers/net/dummy        set vermagic 5.14.0-427.el9.x86_64 SMP preempt mod_unload modversions
no-preempt       drivers/net/dummy        set vermagic $release SMP mod_unload modversions
no-smp           drivers/net/dummy        set vermagic $release preempt mod_unload modversions
no-unload        drivers/net/dummy        set vermagic $release SMP preempt modversions
no-modversions   drivers/net/dummy        set vermagic $release SMP preempt mod_unload
no-magic         drivers/net/dummy        without vermagic
plugin-magic     drivers/net/dummy        set vermagic ${magic}RANDSTRUCT_PLUGIN_0123
closed           drivers/net/dummy        set license Proprietary
no-license       drivers/net/dummy        without license
dual             drivers/net/dummy        set license Dual MIT/GPL
gpl-v2           drivers/net/dummy        set license GPL v2
gpl-3            drivers/net/dummy        set license GPL-3.0
apache           drivers/net/dummy        set license Apache-2.0
crc              drivers/net/dummy        crc register_netdevice
crc-layout       drivers/net/dummy        crc module_layout
crc-gpl          drivers/net/dummy        crc __rtnl_link_register
no-crc-of        drivers/net/dummy        no-crc-of register_netdevice
crc-weak         drivers/net/dummy        weak-crc skb_tstamp_tx
no-crcs          drivers/net/dummy        no-crcs
symbol           drivers/net/dummy        symbol register_netdevice register_netdevice_v2
weak             drivers/net/dummy        weak skb_tstamp_tx skb_tstamp_none
aarch64          drivers/net/dummy        machine 183
i386             drivers/net/dummy        machine 3
executable       drivers/net/dummy        type 2
cut              drivers/net/dummy        cut 0.5
cut-tail         drivers/net/dummy        cut 0.9
bridge           net/bridge/bridge        as-it-is
bridge-crc       net/bridge/bridge        crc llc_mac_hdr_init
namespace        crypto/ofb               as-it-is
no-namespace     crypto/ofb               without import_ns
other-namespace  crypto/ofb               set import_ns DMA_BUF
closed-plain     lib/crc7                 set license Proprietary
overlay          fs/overlayfs/overlay     as-it-is
overlay-closed   fs/overlayfs/overlay     set license Proprietary
null-blk         drivers/block/null_blk/null_blk  as-it-is
null-blk-crc     drivers/block/null_blk/null_blk  crc config_group_init
END
}

# The initrd: busybox, unchanged modules that a mutant depends on, the mutants, and the script that inserts them.
wants() {
    local name file
    for name in $(modinfo -F depends "$1" | tr ',' ' '); do
        file=$(find "$modules" -name "${name//_/[_-]}.ko" | head -n 1)
        [ -z "$file" ] || { wants "$file"; echo "$file"; }
    done
}
cp /bin/busybox "$work/initrd/bin/"
cat > "$work/initrd/init" <<'END'
#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
. /steps
echo "@@ end"
/bin/busybox poweroff -f
END
chmod 755 "$work/initrd/init"
mkdir -p "$work/initrd/needs"
: > "$work/names"
while read -r name module change rest; do
    file=$modules/$module.ko
    [ -e "$file" ] || { echo "abi-agreement: the kernel's package does not contain '$file'" >&2; exit 1; }
    arguments=("$rest")
    case $change in
    set | symbol | weak) arguments=("${rest%% *}" "${rest#* }") ;;
    esac
    # The kernel compares vermagic including the blank at its end.
    [ "$change ${arguments[0]}" != "set vermagic" ] || arguments[1]="${arguments[1]% } "
    python3 "$work/mutate.py" "$work/mutants/$name.ko" "$file" "$change" "${arguments[@]}"
    cp "$work/mutants/$name.ko" "$work/initrd/$name.ko"
    echo "$name" >> "$work/names"
    while read -r need; do
        cp "$need" "$work/initrd/needs/"
        echo "/bin/busybox insmod /needs/$(basename "$need") 2> /dev/null"
    done < <(wants "$file") >> "$work/initrd/steps"
    cat >> "$work/initrd/steps" <<END
if said=\$(/bin/busybox insmod /$name.ko 2>&1); then echo "@@ $name loads"; else echo "@@ $name refused \$said"; fi
/bin/busybox rmmod $(basename "$module") 2> /dev/null
END
done < <(mutants)
(cd "$work/initrd" && find . | cpio -o -H newc --quiet) > "$work/initrd.img"
timeout 300 qemu-system-x86_64 -machine q35,accel=tcg -cpu max -m 512 -nodefaults -display none -no-reboot \
    -serial "file:$work/console" -kernel "$root/boot/vmlinuz-$release" -initrd "$work/initrd.img" \
    -append "console=ttyS0 quiet panic=-1 mitigations=off" < /dev/null

code=0 agreed=0
while read -r name; do
    kernel=$(tr -d '\r' < "$work/console" | sed -n "s/^.*@@ $name \(loads\|refused\).*/\1/p" | head -n 1)
    answer=$("$touchstone" abi check "$work/mutants/$name.ko" --rootfs "$root" --json 2> "$work/error") || true
    said=$(jq -r 'if any(.findings[]; .severity == "BLOCK" or .severity == "HIGH") or any(.verdicts[]; .verdict == "not-assessed") then "refused" else "loads" end' <<< "$answer" 2> /dev/null) || said=none
    if [ -n "$kernel" ] && [ "$kernel" = "$said" ]; then agreed=$((agreed + 1)) mark=' '; else code=1 mark='!'; fi
    printf '%s %-16s kernel: %-8s said: %-8s %s\n' "$mark" "$name" "${kernel:-nothing}" "$said" \
        "$(jq -r '[.findings[] | "\(.kind) \(.severity)"] | unique | join(", ")' <<< "$answer" 2> /dev/null || cat "$work/error")"
done < "$work/names"
echo "modules: $agreed of $(wc -l < "$work/names") agree with the kernel"
exit $code
