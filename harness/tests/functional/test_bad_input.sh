#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Invalid input: each case has its exit code, and a message that names the object, quotes the value and says what to do.
set -euo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
mkdir "$TOUCHSTONE_HOME.small"

# refused NAME CODE PART COMMAND…: exit code CODE and a message that contains PART.
refused() {
    local name=$1 code=$2 part=$3 got=0 said
    shift 3
    said=$("$@" 2>&1 > /dev/null < /dev/null) || got=$?
    check "$name: exit code" "$got" "$code"
    check_has "$name: said" "$said" "$part"
}

as_user() { [ "$(id -u)" -ne 0 ]; }

# These tests end before a guest is booted.
make_disk
add=("$touchstone" image add)
direct=("${image_options[@]}")

refused "no verb" 64 "Usage" "$touchstone"
refused "unknown verb" 64 "'fly' is not a verb" "$touchstone" fly
refused "unknown flag" 64 "--fast" "$touchstone" run --fast
refused "a number that is none" 64 "--jobs 'many'" "$touchstone" run --jobs many
refused "an accelerator that is none" 64 "'warp'" "$touchstone" run --accel warp
refused "an item that is none" 64 "'installation'" "$touchstone" run --item installation
refused "an option of escapes" 64 '--\x1b[31mred' "$touchstone" run $'--\e[31mred'
refused "a value of escapes" 64 '\x1b[31mred' "$touchstone" run --item $'\e[31mred'
refused "a connection to another host" 64 "qemu:///session" "$touchstone" run --connect qemu+ssh://there/system
refused "a connection that is none" 64 "qemu:///session" "$touchstone" plan --connect nonsense
refused "help for no verb" 64 "'fly' is not a verb" "$touchstone" help fly
refused "no image" 64 "no image is registered" "$touchstone" run
refused "missing image file" 64 "$scratch/absent.qcow2" "${add[@]}" a "$scratch/absent.qcow2" --format qcow2 "${direct[@]}"
refused "a folder as a disk" 64 "$scratch" "${add[@]}" a "$scratch" --format qcow2 "${direct[@]}"
refused "raw that is qcow2" 64 "qcow2" "${add[@]}" a "$scratch/disk.qcow2" --format raw "${direct[@]}"
qemu-img create -q -f qcow2 -b "$scratch/disk.qcow2" -F qcow2 "$scratch/overlay.qcow2"
refused "a backing file" 64 "backing file" "${add[@]}" a "$scratch/overlay.qcow2" --format qcow2 "${direct[@]}"
refused "a name that is a path" 64 "'../a'" "${add[@]}" ../a "$scratch/disk.qcow2" --format qcow2 "${direct[@]}"
if as_user; then
    cp "$scratch/disk.qcow2" "$scratch/secret.qcow2" && chmod 000 "$scratch/secret.qcow2"
    refused "unreadable disk" 74 "secret.qcow2" "${add[@]}" a "$scratch/secret.qcow2" --format qcow2 "${direct[@]}"
fi

"${add[@]}" good "$scratch/disk.qcow2" --format qcow2 "${direct[@]}" > /dev/null
refused "unknown image" 64 "'goood'" "$touchstone" run --image goood
refused "unknown platform" 64 "'kunpen'" "$touchstone" run --platform kunpen
refused "unknown suite" 64 "'rediss'" "$touchstone" run --suite rediss
refused "no image of that architecture" 64 "'phytium' is aarch64" "$touchstone" run --platform phytium --suite behaviour
refused "no run yet" 3 "contains no runs yet" "$touchstone" matrix nonesuch
mkdir -p "$scratch/broken/cases"
printf '<suite name="broken">\n  <title>x</tilte>\n</suite>\n' > "$scratch/broken/suite.xml"
refused "broken XML" 64 "suite.xml:2" "$touchstone" run --suite "$scratch/broken"
mkdir -p "$TOUCHSTONE_HOME/platforms"
printf '<platform name="odd" arch="aarch64"><colour>red</colour></platform>\n' > "$TOUCHSTONE_HOME/platforms/odd.xml"
refused "a platform's file against its schema" 64 "odd.xml:1" "$touchstone" run --platform odd
rm "$TOUCHSTONE_HOME/platforms/odd.xml"

mkdir "$scratch/bin"
for tool in sh env; do ln -s "$(command -v $tool)" "$scratch/bin/$tool"; done
refused "no QEMU" 74 "no emulator for x86_64" env PATH="$scratch/bin" "$touchstone" run --platform x86 --suite behaviour
echo changed >> "$scratch/vmlinuz"
refused "an image whose digest changed" 64 "sha256" "$touchstone" run --platform x86 --suite behaviour
echo kernel > "$scratch/vmlinuz"

refused "a relative home" 64 "TOUCHSTONE_HOME 'home'" env TOUCHSTONE_HOME=home "$touchstone" plan
if as_user; then
    mkdir "$scratch/closed" && chmod 555 "$scratch/closed"
    refused "home not writable" 74 "$scratch/closed" env TOUCHSTONE_HOME="$scratch/closed" "$touchstone" plan
    refused "home that cannot be made" 74 "$scratch/closed/home" env TOUCHSTONE_HOME="$scratch/closed/home" "$touchstone" plan
else
    refused "no space" 74 "free some" unshare -m sh -c "mount -t tmpfs -o size=4m none '$TOUCHSTONE_HOME.small' &&
        cp -a '$TOUCHSTONE_HOME/images' '$TOUCHSTONE_HOME.small/' &&
        TOUCHSTONE_HOME='$TOUCHSTONE_HOME.small' '$touchstone' run --platform x86 --suite behaviour"
fi
exec 9> "$TOUCHSTONE_HOME/controller.lock" && flock 9
refused "two controllers on one home" 74 "another touchstone is running jobs" "$touchstone" run --platform x86 --suite behaviour
end_checks
