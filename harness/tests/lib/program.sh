# SPDX-License-Identifier: Apache-2.0
# Setup for tests of the program in shell: a scratch folder with a temporary home, and assertions. To be sourced.

touchstone=$TS_BINARY_DIR/touchstone
. "$TS_SOURCE_DIR/harness/tests/lib/check.sh"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/ts-test.XXXXXX")
trap 'chmod -R u+rwX "$scratch"; rm -rf "$scratch"' EXIT
export TOUCHSTONE_HOME=$scratch/home
mkdir -p "$TOUCHSTONE_HOME"

# A disk and a kernel that do not boot: options of `image add NAME DISK` in the array $image_options, the disk in $disk.
make_disk() {
    disk=$scratch/disk.qcow2
    qemu-img create -q -f qcow2 "$disk" 64M
    echo kernel > "$scratch/vmlinuz"
    printf 'ID=debian\nVERSION_ID="12"\n' > "$scratch/os-release"
    printf 'Package: base-files\nStatus: install ok installed\nVersion: 12\nArchitecture: amd64\n' > "$scratch/status"
    image_options=(--kernel "$scratch/vmlinuz" --cmdline root=/dev/vda --arch amd64 --os-release "$scratch/os-release"
        --packages "$scratch/status")
}

# add_image NAME: registers one of these.
add_image() { "$touchstone" image add "$1" "$disk" --format qcow2 "${image_options[@]}" > /dev/null; }

# make_acme: an image, and a suite of product acme in $suite, whose content is written by `write_acme XML`; "${plan[@]}" plans it.
make_acme() {
    make_disk
    add_image deb
    suite=$scratch/acme
    mkdir -p "$suite"
    echo "# acme" > "$suite/README.md"
    packages='<packages family="deb">acme</packages>'
    plan=("$touchstone" plan -i deb -p x86 --accel tcg --json -s "$suite")
}
write_acme() {
    echo "<suite name=\"acme\"><title>T</title><title lang=\"zh\">产品</title><vendor>V</vendor><product>P</product>$1</suite>" \
        > "$suite/suite.xml"
}

# A host where no guest can start: libvirt's socket $nowhere does not exist, and libvirt starts no daemon.
without_guests() {
    need qemu-system-x86_64
    nowhere=qemu:///session
    export LIBVIRT_AUTOSTART=0 XDG_RUNTIME_DIR=$scratch/run
}
