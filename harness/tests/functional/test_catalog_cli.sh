#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# platform, image and suite from the command line, in a temporary home: round trips, exit codes, messages on stderr,
# JSON on stdout.
set -u
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
export TOUCHSTONE_HOME=$folder/home
touchstone=$TS_BINARY_DIR/touchstone
failed=0
ran=0

# run CODE PART ARGS…: the exit code is CODE and PART is in what was printed.
run()
{
    local code=$1 part=$2
    shift 2
    "$touchstone" "$@" > "$folder/out" 2> "$folder/err"
    local got=$?
    ran=$((ran + 1))
    if [ $got != "$code" ]; then
        echo "touchstone $*: exit $got, expected $code"
        cat "$folder/err"
        failed=1
    fi
    if ! grep -qF -- "$part" "$folder/out" "$folder/err"; then
        echo "touchstone $*: '$part' is not in"
        cat "$folder/out" "$folder/err"
        failed=1
    fi
}

# json FILTER: the last output is valid JSON for which the filter is true.
json()
{
    if ! jq -e "$1" "$folder/out" > /dev/null; then
        echo "not true: $1 of"
        cat "$folder/out"
        failed=1
    fi
}

run 0 "海光" platform list
run 0 platforms platform list --json
json '.platforms | length >= 6 and (map(.name) | index("kunpeng") != null)'
run 0 "0x481fd010" platform show kunpeng
run 0 kunpeng platform show kunpeng --json
json '.cpu.tcg.midr == "0x481fd010" and .identity.emulated.lacks == ["sve", "lrcpc"] and (.file | endswith("kunpeng.xml"))'
run 64 "did you mean 'kunpeng'?" platform show kunpen
run 64 "missing argument PLATFORM" platform show
run 64 "missing command: use one of list, show" platform
run 64 "'shwo' is not a command of platform" platform shwo
run 64 "unknown option" platform list --colour
run 0 "Usage:" platform --help
run 64 "did you mean 'show'?" platform shwo
run 64 "'matirx' is not a verb, did you mean 'matrix'?" matirx
run 64 "did you mean '--image'?" run --imgae x
run 64 "did you mean 'install'?" run --item instal
run 64 "'-j' no longer means --json: use --json" matrix -j
run 64 "'--cold' is not an option of 'matrix'" matrix --cold
run 0 "Usage:" clean --kept --help
run 0 "--keep-failed" help run
run 0 "--password-file" help image add
run 0 "--keep-failed" run -h
run 0 platforms platform list -J

run 0 "no image is registered" image list
run 0 '"images": []' image list --json
run 64 "image 'a'" image show a
qemu-img create -q -f qcow2 "$folder/disk.qcow2" 1M
qemu-img create -q -f qcow2 -b "$folder/disk.qcow2" -F qcow2 "$folder/overlay.qcow2"
qemu-img create -q -f qcow2 -o data_file="$folder/data.raw" "$folder/split.qcow2" 1M
qemu-img create -q -f qcow2 --object secret,id=s,data=x -o encrypt.format=aes,encrypt.key-secret=s "$folder/sealed.qcow2" 1M
head -c 1048576 /dev/zero > "$folder/disk.raw"
os="--arch x86_64 --os-id debian --os-version 12"
for firmware in bios uefi; do
    run 64 "all zeros" image add a "$folder/disk.raw" --format raw --firmware $firmware $os
done
run 64 "all zeros" image add a "$folder/disk.raw" --format raw $os
echo kernel > "$folder/vmlinuz"
run 0 empty image add empty "$folder/disk.raw" --format raw --kernel "$folder/vmlinuz" --cmdline root=/dev/vda $os # as for an installer
run 0 empty image remove empty
echo hello > "$folder/short"
run 64 "6 bytes" image add a "$folder/short" --format raw $os
yes text | head -c 4096 > "$folder/text"
run 64 "begins with 'text" image add a "$folder/text" --format raw $os
run 64 "begins with 'text" image add a "$folder/text" --format raw --kernel "$folder/vmlinuz" --cmdline root=/dev/vda $os
run 64 "6 bytes" image add a "$folder/short" --format raw --kernel "$folder/vmlinuz" --cmdline root=/dev/vda $os
printf '\125\252' | dd of="$folder/disk.raw" bs=1 seek=510 conv=notrunc status=none # the signature of a boot sector
for other in vmdk vdi vhdx qed; do
    qemu-img create -q -f "$other" "$folder/disk.$other" 1M
    run 64 "begins like" image add a "$folder/disk.$other" --format raw --arch x86_64 --os-id debian --os-version 12
done
os="--arch x86_64 --os-id debian --os-version 12"
run 64 "the format is not detected automatically" image add a "$folder/disk.qcow2" $os
run 64 "give the disk of image" image add a --format raw
run 64 "raw or qcow2" image add a "$folder/disk.qcow2" --format qcow $os
run 64 "give --format qcow2" image add a "$folder/disk.qcow2" --format raw $os
run 64 "give --format raw" image add a "$folder/disk.raw" --format qcow2 $os
run 64 "backing file '$folder/disk.qcow2'" image add a "$folder/overlay.qcow2" --format qcow2 $os
run 64 "external data file" image add a "$folder/split.qcow2" --format qcow2 $os
run 64 "is encrypted" image add a "$folder/sealed.qcow2" --format qcow2 $os
run 64 "does not exist" image add a "$folder/nosuch" --format raw $os
run 64 "is a folder" image add a "$folder" --format raw $os
run 64 "unexpected argument" image add a "$folder/disk.raw" b --format raw $os
run 64 "deb or rpm" image add a "$folder/disk.raw" --format raw --package-family apk $os
run 0 "debian 12" image add a "$folder/disk.raw" --format raw $os --title "A disk"
run 64 "is registered already" image add a "$folder/disk.qcow2" --format qcow2 $os
(cd "$folder" && run 0 "$folder/disk.qcow2" image add b disk.qcow2 --format qcow2 --json $os)
run 0 "A disk" image list
run 0 '"images"' image list --json
json '.images | map(.name) == ["a", "b"] and map(.trouble) == [null, null]'
run 0 disk image show a --json
json ".disk.format == \"raw\" and .disk.size == 1048576 and .disk.sha256 == \"$(sha256sum < "$folder/disk.raw" | cut -d ' ' -f 1)\""
run 0 "every file has its sha256" image check a
echo x >> "$folder/disk.raw"
run 0 "NOT as registered" image show a
run 0 CHANGED image list
run 64 "has changed since it was registered" image check a
cp "$folder/disk.qcow2" "$folder/copy" && mv "$folder/copy" "$folder/disk.qcow2"
run 0 "is not the file that was registered" image show b
run 0 "are recorded" image check b
run 0 "as registered" image show b
rm "$folder/disk.raw"
run 0 "does not exist" image list
echo '<image' > "$TOUCHSTONE_HOME/images/c.xml"
run 64 "c.xml:2: " image list
grep -q '^b ' "$folder/out" || { echo "a broken file hides the others"; failed=1; }
run 64 "c.xml:2: " image show c
run 0 "would remove $TOUCHSTONE_HOME/images/a.xml" image remove a --dry-run
run 0 "removed $TOUCHSTONE_HOME/images/a.xml" image remove a
run 64 "no image 'a'" image remove a
run 0 removed image remove b
[ -e "$folder/disk.qcow2" ] || { echo "remove took the disk"; failed=1; }
run 64 "has no guest.json" image add g --guest "$folder"
run 64 "--guest names the disk too" image add g "$folder/disk.qcow2" --guest "$folder"

# In the format written by scripts/build-guest.
mkdir "$folder/guest"
mv "$folder/disk.qcow2" "$folder/guest/"
head -c 4096 /dev/zero > "$folder/guest/vmlinuz"
printf 'ARM\144' | dd of="$folder/guest/vmlinuz" bs=1 seek=56 conv=notrunc status=none
echo initrd > "$folder/guest/initrd.img"
echo "Package: a" > "$folder/guest/packages.status"
digest()
{
    sha256sum < "$folder/guest/$1" | cut -d ' ' -f 1
}
describe()
{
    cat << END > "$folder/guest/guest.json"
{"format": "touchstone-guest-1", "name": "g", "title": "A stand-in, aarch64", "arch": "${1-aarch64}", "stand_in": true,
 "os_id": "debian", "os_version": "12", "kernel_release": "6.1.0-arm64", "page_size": 4096,
 "boot": "kernel", "cmdline": "root=/dev/vda rw",
 "disk": {"path": "${2-disk.qcow2}", "sha256": "$(digest disk.qcow2)", "format": "qcow2"},
 "kernel": {"path": "vmlinuz", "sha256": "$(digest vmlinuz)"},
 "initrd": {"path": "initrd.img", "sha256": "$(digest initrd.img)"},
 "package_family": "deb", "packages": {"path": "packages.status", "sha256": "$(digest packages.status)"}}
END
}
describe
run 0 "6.1.0-arm64" image add g --guest "$folder/guest"
run 0 stand_in image show g --json
json '.stand_in and .arch == "aarch64" and .package_family == "deb" and .page_size == 4096 and .boot == "kernel"'
run 0 removed image remove g
run 64 "a stand-in must not" image add tencentos --guest "$folder/guest"
describe x86_64
run 64 "is for aarch64" image add g --guest "$folder/guest"
describe aarch64 ../disk.qcow2
run 64 "not a file in this folder" image add g --guest "$folder/guest"
describe
echo changed >> "$folder/guest/initrd.img"
run 64 "it was changed after it was built" image add g --guest "$folder/guest"
echo '{' > "$folder/guest/guest.json"
run 64 "guest.json" image add g --guest "$folder/guest"

run 0 "$TOUCHSTONE_HOME/suites/acme" suite new acme
run 64 "acme' already exists" suite new acme
run 64 "suite 'A b': a name " suite new 'A b'
run 0 "$folder/elsewhere/acme2" suite new acme2 --folder "$folder/elsewhere"
run 0 acme suite list
run 0 suites suite list --json
json '.suites | map(.name) | index("acme") != null and index("redis") != null and index("acme2") == null'
run 0 greeting suite show acme
run 0 cases suite show "$folder/elsewhere/acme2" --json
json '.name == "acme2" and (.cases | map(.id)) == ["install", "greeting", "uninstall"] and .cases[1].needs == [{"case": "install"}]'
run 0 "0 errors, 0 warnings" suite lint acme
run 0 '"notes": []' suite lint --json "$folder/elsewhere/acme2"
echo 'if' >> "$TOUCHSTONE_HOME/suites/acme/cases/greeting"
run 64 "error: sh -n:" suite lint acme
run 64 "error" suite lint acme --json
json '.errors == 1 and .notes[0].level == "error"'
sed -i 's/<title>/<tilte>/' "$TOUCHSTONE_HOME/suites/acme/suite.xml"
run 64 "acme/suite.xml:" suite show acme
run 64 "acme/suite.xml:" suite list
run 64 "no suite 'rediss' (did you mean 'redis'?)" suite show rediss
run 64 "does not exist" suite lint "$folder/nosuch"

chmod 555 "$TOUCHSTONE_HOME" 2> /dev/null
if [ "$(id -u)" != 0 ]; then
    run 74 "is not writable" suite new unwritten
    run 0 "NAME" platform list
fi
chmod 755 "$TOUCHSTONE_HOME"
echo "$ran commands"
exit $failed
