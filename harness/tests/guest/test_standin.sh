#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Boots each stand-in guest made by build-guest with plain QEMU, with its guest agent on QEMU's stdin and stdout, and
# checks the requirements for a stand-in. Prints the seconds until the agent's first answer. STANDIN_GUESTS lists the
# folders to test instead of those in the default location.
set -euo pipefail

guests=${TOUCHSTONE_TEST_GUESTS:-${XDG_CACHE_HOME:-$HOME/.cache}/touchstone/guests}
work=$(mktemp -d)
qemu=
cleanup() {
    [ -z "$qemu" ] || kill "$qemu" 2> /dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
bad=0

fail() {
    echo "FAIL $name: $*"
    bad=1
}

# ask JSON: sends a command to the agent and stores its answer in $answer. The port delivers it when the agent opens it,
# so the first one also waits for the boot.
ask() {
    echo "$1" >&"$to"
    if ! IFS= read -r -t "${2:-300}" answer <&"$from"; then
        fail "no answer to $1 in ${2:-300} s; console:"
        tail -n 20 "$work/console"
        return 1
    fi
}

# in_guest SCRIPT: runs a shell script and stores its output in $output.
in_guest() {
    local pid code deadline=$((SECONDS + 600))
    code=$(printf '%s' "$1" | base64 -w 0)
    ask "{\"execute\":\"guest-exec\",\"arguments\":{\"path\":\"/bin/sh\",\"input-data\":\"$code\",\"capture-output\":true}}" || return 1
    pid=$(jq .return.pid <<< "$answer")
    while [ $SECONDS -lt $deadline ]; do
        ask "{\"execute\":\"guest-exec-status\",\"arguments\":{\"pid\":$pid}}" || return 1
        if [ "$(jq .return.exited <<< "$answer")" = true ]; then
            output=$(jq -r '.return["out-data"] // ""' <<< "$answer" | base64 -d)
            return 0
        fi
        read -r -t 0.2 <> <(:) || true
    done
    fail "a script in the guest did not end in 600 s"
    return 1
}

same() {
    [ "$2" = "$3" ] || fail "$1: expected '$2', measured '$3'"
}

test_guest() {
    local folder=$1 started cmdline machine tenths cpu
    name=${folder##*/}
    describe() { jq -r "$1" "$folder/guest.json"; }
    for file in $(describe 'to_entries[] | select(.value | objects | has("sha256")) | .key'); do
        same "sha256 of $(describe .$file.path)" "$(describe .$file.sha256)" \
            "$(sha256sum "$folder/$(describe .$file.path)" | cut -d ' ' -f 1)"
    done
    qemu-img create -q -f qcow2 -b "$folder/disk.qcow2" -F qcow2 "$work/disk.qcow2"
    cmdline=$(describe .cmdline)
    if [ "$(describe .arch)" = x86_64 ]; then
        machine="qemu-system-x86_64 -M q35 -cpu Dhyana,+aes,+pclmulqdq"
        cmdline="console=ttyS0 $cmdline"
    else
        machine="qemu-system-aarch64 -M virt,gic-version=3"
        # Not every core supports pages larger than 4 KiB.
        if [ "$(describe .page_size)" = 4096 ]; then machine+=" -cpu cortex-a72"; else machine+=" -cpu neoverse-n1"; fi
        cmdline="console=ttyAMA0 $cmdline"
    fi
    mkfifo "$work/to" "$work/from"
    started=$(date +%s%N)
    # shellcheck disable=SC2086
    $machine -accel tcg -m 1024 -smp 1 -nodefaults -display none -no-reboot \
        -kernel "$folder/$(describe .kernel.path)" -initrd "$folder/$(describe .initrd.path)" -append "$cmdline" \
        -serial "file:$work/console" -device virtio-serial-pci \
        -chardev stdio,id=agent,signal=off -device virtserialport,chardev=agent,name=org.qemu.guest_agent.0 \
        -object rng-random,id=rng,filename=/dev/urandom -device virtio-rng-pci,rng=rng \
        -drive "file=$work/disk.qcow2,if=none,id=root" -device virtio-blk-pci,drive=root \
        < "$work/to" > "$work/from" 2> "$work/qemu" &
    qemu=$!
    exec {to}> "$work/to" {from}< "$work/from"
    if ask '{"execute":"guest-sync","arguments":{"id":1}}' 600; then
        tenths=$((($(date +%s%N) - started) / 100000000))
        cpu=$(awk -v hz="$(getconf CLK_TCK)" '{sub(".*\\) ", ""); printf "%.1f", ($12 + $13) / hz}' "/proc/$qemu/stat")
        echo "$name: agent after $((tenths / 10)).$((tenths % 10)) s, $cpu s of CPU"
        if in_guest 'systemctl is-system-running --wait; echo "audit: $(dpkg --audit 2>&1)"
                     systemctl --failed --plain --no-legend'; then
            echo "$output"
            same "systemd" running "$(sed -n 1p <<< "$output")"
            same "dpkg --audit, failed units" "audit: " "$(sed -n "2,\$p" <<< "$output")"
        fi
        if in_guest 'echo $(uname -r -m) $(hostname) $(passwd -S root | cut -d " " -f 2) $(systemctl is-active serial-getty@*)
                     . /etc/os-release; echo $ID $VERSION_ID; getconf PAGESIZE; cat /sys/class/misc/hw_random/rng_current
                     grep -rIil tencent /etc /usr/lib/os-release /usr/share/base-files | head; ls /dev/virtio-ports; systemd-analyze'; then
            echo "$output"
            same "kernel, host name, root's password, console login" \
                "$(describe .kernel_release) $(describe .arch) standin L active" "$(sed -n 1p <<< "$output")"
            same "os-release" "$(describe .os_id) $(describe .os_version)" "$(sed -n 2p <<< "$output")"
            same "page size" "$(describe .page_size)" "$(sed -n 3p <<< "$output")"
            same "random numbers from" virtio_rng.0 "$(sed -n 4p <<< "$output")"
            same "agent's port" org.qemu.guest_agent.0 "$(sed -n 5p <<< "$output")"
        fi
    fi
    kill "$qemu" 2> /dev/null || true
    wait "$qemu" 2> /dev/null || true
    qemu=
    exec {to}>&- {from}<&-
    rm -f "$work"/*
}

read -r -a folders <<< "${STANDIN_GUESTS:-$(echo "$guests"/debian-*-*/)}"
tested=0
for folder in "${folders[@]}"; do
    folder=${folder%/}
    # Disks with their own boot loader are tested by test_vendor_disks.sh.
    jq -e .kernel "$folder/guest.json" > /dev/null 2>&1 || continue
    test_guest "$folder"
    tested=$((tested + 1))
done
if [ $tested = 0 ]; then
    echo "no stand-in guest in '$guests': scripts/build-guest --output '$guests'"
    exit 77
fi
echo "$tested guests tested"
exit $bad
