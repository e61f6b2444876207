#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# doctor on this host; without QEMU in PATH, libvirt's driver or KVM; with a /dev/kvm that is not KVM, with RHEL's only
# emulator, and with a damaged store.
set -u
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
export TOUCHSTONE_HOME=$folder/home
touchstone=$TS_BINARY_DIR/touchstone
failed=0
within=() # a command that starts doctor
mkdir "$folder/empty"

# expect WHAT CODE SUBJECT STATE [NAME=VALUE…]: the exit code (- is any), and the subject's state.
expect()
{
    local what=$1 code=$2 subject=$3 state=$4 got found
    shift 4
    "${within[@]}" env "$@" "$touchstone" doctor --json --full > "$folder/out" 2> "$folder/err"
    got=$?
    found=$(jq -r --arg s "$subject" '[.checks[] | select(.subject == $s) | .state] | first' \
        "$folder/out")
    if { [ "$code" != - ] && [ $got != "$code" ]; } || [ "$found" != "$state" ]; then
        echo "$what: exit $got, '$subject' is '$found'; expected $code, '$state'"
        cat "$folder/out" "$folder/err"
        failed=1
    fi
}

# advice WHAT SUBJECT PART: in the last one's fact and advice of a subject.
advice()
{
    local said
    said=$(jq -r --arg s "$2" '.checks[] | select(.subject == $s) | "\(.fact): \(.advice)"' "$folder/out")
    case $said in
    *"$3"*) ;;
    *)
        echo "$1: '$2' says '$said', which lacks '$3'"
        failed=1
        ;;
    esac
}

# Another /dev: WITH replaces kvm; nothing if empty. Requires root.
other_dev()
{
    cat > "$folder/in-dev" << END
#!/bin/sh
set -e
mkdir -p "$folder/dev"
mount -t tmpfs dev "$folder/dev"
for node in null zero full random urandom tty $1; do
    : > "$folder/dev/\$node"
    [ "\$node" = kvm ] && mount --bind /dev/null "$folder/dev/kvm" || mount --bind "/dev/\$node" "$folder/dev/\$node"
done
ln -s /proc/self/fd "$folder/dev/fd"
mount --rbind "$folder/dev" /dev
exec "\$@"
END
    chmod 755 "$folder/in-dev"
    within=(unshare --mount "$folder/in-dev")
}

command -v jq > /dev/null || { echo "jq is not installed"; exit 77; }
command -v qemu-system-x86_64 > /dev/null || { echo "no qemu-system-x86_64"; exit 77; }
own=x86 other=kunpeng
[ "$(uname -m)" = x86_64 ] || { own=kunpeng other=x86; }
expect "this host" - "platform $other" ok
expect "this host" - store ok
advice "this host" "platform kunpeng" "aarch64, machine virt"
advice "this host" isolation "not a security boundary"
advice "this host" memory "are free"
expect "this host" - "firmware aarch64 virt" "$(ls /usr/share/AAVMF/AAVMF_CODE.fd > /dev/null 2>&1 && echo ok || echo warning)"
if [ "$(id -u)" -eq 0 ] && unshare --mount true 2> /dev/null; then
    other_dev ''
    expect "no KVM" - kvm warning
    advice "no KVM" kvm "there is no /dev/kvm on this host: everything is emulated"
    advice "no KVM" "platform $own" "emulated, as there is no KVM"
    other_dev kvm
    expect "a KVM that is none" - kvm broken
    advice "a KVM that is none" kvm "does not respond like KVM"
    advice "a KVM that is none" "platform $own" "as KVM is broken"
    if [ ! -x /usr/libexec/qemu-kvm ]; then
        cat > "$folder/in-rhel" << END
#!/bin/sh
set -e
mount -t tmpfs libexec /usr/libexec
printf '#!/bin/sh\necho QEMU emulator version 8.2.0\n' > /usr/libexec/qemu-kvm
chmod 755 /usr/libexec/qemu-kvm
export PATH="$folder/tools"
exec "\$@"
END
        chmod 755 "$folder/in-rhel"
        mkdir "$folder/tools"
        for tool in env sh; do ln -s "$(command -v $tool)" "$folder/tools/$tool"; done
        within=(unshare --mount "$folder/in-rhel")
        expect "RHEL's emulator" 74 "platform $own" warning
        advice "RHEL's emulator" "platform $own" "runs this host's own architecture only"
        expect "RHEL's emulator" 74 "platform $other" broken
    fi
    within=()
else
    echo "not root: hosts without KVM and with another are not tried"
fi
[ -x /usr/libexec/qemu-kvm ] || expect "no QEMU" 74 "platform $other" broken PATH="$folder/empty"
expect "no apt" - apt warning PATH="$folder/empty"
expect "no driver" 74 libvirt broken LIBVIRT_DRIVER_DIR="$folder/empty"
echo "this is not a database, and long enough to be read as one" > "$folder/home/store.db"
expect "broken store" 74 store broken

# Evidence: its presence is checked by size, its content by digest. The store is a frozen one.
expect_evidence()
{
    local what=$1 full=$2 code=$3 state=$4 got found
    TOUCHSTONE_HOME=$folder/evidence timeout 60 "$touchstone" doctor --json $full > "$folder/out" 2> "$folder/err"
    got=$?
    found=$(jq -r '.checks[] | select(.subject == "evidence") | .state' "$folder/out")
    if [ "$got" != "$code" ] || [ "$found" != "$state" ]; then
        echo "$what $full: exit $got, evidence is '$found'; expected $code, '$state'"
        cat "$folder/out" "$folder/err"
        failed=1
    fi
}
if command -v sqlite3 > /dev/null; then
    TOUCHSTONE_HOME=$folder/evidence "$touchstone" doctor > /dev/null 2>&1
    usable=$?
    # The frozen store with its evidence.
    blob=$folder/evidence/evidence/a9/a91323a27f9f66b0e735a4faf3a782e89c2836e13183f980118aa4d330b830ef
    other=$folder/evidence/evidence/e6/e6ff4f88ba1903f51465f5a8b7eb604657c995092e4ec17dd0aacaa68d82ee6d
    rm -f "$folder"/evidence/store.db*
    sqlite3 "$folder/evidence/store.db" < "$TS_SOURCE_DIR/harness/tests/data/store_v3.sql"
    mkdir -p "$(dirname "$blob")" "$(dirname "$other")"
    printf 'Linux version\n' > "$blob"
    printf 'ok 1 - server answers\nnot ok 2 - data is there after kill -9\n' > "$other"
    expect_evidence "whole evidence" "" $usable ok
    expect_evidence "whole evidence" --full $usable ok
    printf 'Linux_version\n' > "$blob"
    expect_evidence "evidence of the same size" "" $usable ok
    expect_evidence "evidence of the same size" --full 74 broken
    rm "$blob" && mkfifo "$blob"
    expect_evidence "a FIFO" --full 74 broken
    rm "$blob" && truncate -s 30G "$blob"
    expect_evidence "a sparse file" --full 74 broken
    rm "$blob"
    expect_evidence "no evidence" "" 74 broken
else
    echo "no sqlite3: evidence is not tried"
fi
exit $failed
