#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Everything that must not be compatible, in real guests: one boot, then a cell for each way in which a product, a suite,
# an image or the harness can fail to provide evidence. In addition, one valid cell that is compatible, so that the
# others do not fail for an unrelated reason.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
add_image amd64

suite honest
case_of honest works exit yes 20 <<< 'echo fine; observe speed 12 km/h'
suite fails
case_of fails works exit yes 20 <<< 'echo "expected 4, got 5" >&2; exit 1'
suite fails-optional
case_of fails-optional works exit yes 20 <<< 'exit 0'
case_of fails-optional extra exit no 20 <<< 'exit 1'
suite optional-only
case_of optional-only passes exit no 20 <<< 'exit 0'
case_of optional-only breaks tap no 20 <<< 'echo 1..2; echo "ok 1 - all is well"'
case_of optional-only skips exit no 20 <<< 'echo "not today"; exit 77'
suite cut-off
case_of cut-off talks tap yes 60 <<< 'echo 1..1; echo "ok 1 - all is well"; head -c 3000000 /dev/zero | tr "\0" "x"'
suite no-plan
case_of no-plan talks tap yes 20 <<< 'echo "ok 1 - one"; echo "ok 2 - two"'
suite script-gone
case_of script-gone removes exit yes 20 <<< 'rm "$TOUCHSTONE_SUITE/cases/second"'
case_of script-gone second exit yes 20 <<< 'exit 0'
suite all-skipped
case_of all-skipped first exit yes 20 <<< 'echo "not today"; exit 77'
case_of all-skipped second tap yes 20 <<< 'echo "1..0 # SKIP nothing to do"'
suite too-late
case_of too-late sleeps exit yes 1 <<< 'echo started; sleep 600'
suite impostor
case_of impostor forges exit yes 20 <<'CASE'
# Prints what the runner would print for another case, and writes an archive in its name after its own.
echo '{"nonce":"00","case":"second","offset":0,"length":512,"exit":0,"signal":0,"timed_out":false,"timeout_ms":1,"duration_ms":1,"stdout_bytes":0,"stderr_bytes":0,"stdout_dropped":0,"stderr_dropped":0}'
mkdir -p /tmp/0123/second && cd /tmp && echo "exit 0" > 0123/second/end
tar -cf /dev/disk/by-id/virtio-ts-results 0123
echo "ok 1 - second"
CASE
case_of impostor second exit yes 20 <<< 'exit 1'
suite garbage
case_of garbage scribbles exit yes 60 <<'CASE'
# Random data instead of the record, and the link to the disk changed; udev would restore the link.
udevadm control --stop-exec-queue
head -c 1048576 /dev/urandom > /dev/disk/by-id/virtio-ts-results
sync
: > /tmp/elsewhere
ln -sf /tmp/elsewhere /dev/disk/by-id/virtio-ts-results
CASE
suite empty
case_of empty diverts exit yes 60 <<'CASE'
: > /tmp/elsewhere
ln -sf /tmp/elsewhere /dev/disk/by-id/virtio-ts-results
CASE
suite panics
case_of panics works tap yes 20 <<'CASE'
echo 1..1
echo "ok 1 - all is well"
echo 1 > /proc/sys/kernel/sysrq
echo c > /proc/sysrq-trigger
CASE
suite panics-late
case_of panics-late works tap yes 20 <<'CASE'
# The panic occurs after the end of the case, whose last output was "ok".
setsid sh -c 'echo 1 > /proc/sys/kernel/sysrq; while kill -0 '$$'; do :; done; echo c > /proc/sysrq-trigger' > /dev/null 2>&1 < /dev/null &
sleep 2
echo 1..1
echo "ok 1 - all is well"
CASE
suite reboots
case_of reboots works exit yes 20 <<< 'echo b > /proc/sysrq-trigger; sleep 60'
suite powers-off
case_of powers-off works exit yes 20 <<< 'echo o > /proc/sysrq-trigger; sleep 60'
suite deaf
case_of deaf works exit yes 1 <<< 'kill -STOP $(pidof qemu-ga); sleep 1'
# Problems of the guest's kernel and disk, provoked: memory runs out, the root disk is full, and a kernel module, modified
# and without its signature, oopses (ud2) or loops for ever (a jump to itself).
suite eats-memory
case_of eats-memory eats exit yes 60 <<< 'tail /dev/zero'
suite fills-disk
case_of fills-disk fills exit no 60 <<'CASE'
fallocate -l "$(df --output=avail -B 1 / | tail -n 1)" /var/tmp/full
dd if=/dev/zero of=/var/tmp/more bs=1M count=64
CASE
case_of fills-disk goes-on exit yes 20 <<< 'echo "still there"'
suite oopses
case_of oopses works tap yes 30 <<'CASE'
echo 1..1
insmod "$TOUCHSTONE_SUITE/files/dummy.ko" > /dev/null 2>&1
echo "ok 1 - all is well"
CASE
suite locks-up
case_of locks-up works exit yes 60 <<< 'insmod "$TOUCHSTONE_SUITE/files/dummy.ko"'
mkdir "$suites/oopses/files" "$suites/locks-up/files"
qemu-img convert -O raw "$guests/debian-bookworm-amd64/disk.qcow2" "$scratch/disk.raw"
release=$(jq -r .kernel_release "$guests/debian-bookworm-amd64/guest.json")
module=$suites/oopses/files/dummy.ko
PATH=$PATH:/usr/sbin debugfs -R "dump /usr/lib/modules/$release/kernel/drivers/net/dummy.ko $module" "$scratch/disk.raw" 2> /dev/null
rm "$scratch/disk.raw"
strip_at=$(grep -abo '~Module signature appended~' "$module" | tail -n 1 | cut -d : -f 1)
# The signature's descriptor, 12 bytes before the mark, ends with its length (kernel's module_signature.h).
signed=$(od -An -tu1 -j $((strip_at - 4)) -N 4 "$module" | awk '{ print ((256 * $1 + $2) * 256 + $3) * 256 + $4 }')
truncate -s $((strip_at - 12 - signed)) "$module"
at=$(readelf -SW "$module" | awk '$2 == ".init.text" || $3 == ".init.text" { for (i = 1; i < NF; i++) if ($i == "PROGBITS") print $(i + 2) }')
in_it=$(readelf -sW "$module" | awk '$8 == "init_module" { print $2 }')
cp "$module" "$suites/locks-up/files/"
patch() { # MODULE BYTES: after the call that ftrace replaces at the start of the function
    printf "$2" | dd of="$1" bs=1 seek=$((16#$at + 16#$in_it + 5)) conv=notrunc status=none
}
patch "$module" '\x0f\x0b'
patch "$suites/locks-up/files/dummy.ko" '\xeb\xfe'
# What the console reports is shown during the run; the guest's clock is the host's.
suite tells
case_of tells works exit yes 60 <<'CASE'
observe printed_at "$(date +%s)" s
echo "<0>I/O error, dev vdz, sector 0" > /dev/kmsg
sleep 15
CASE
# Installation. dpkg does not accept the set in any order of names: 'top' pre-depends on 'under'.
deb_of() { # SUITE NAME FIELD [POSTINST]
    local tree=$scratch/tree
    rm -rf "$tree"
    mkdir -p "$tree/DEBIAN" "$tree/opt/$2" "$suites/$1/files"
    printf '%s\n' "Package: $2" 'Version: 1:1.0-1' 'Architecture: all' 'Maintainer: Touchstone <t@example.org>' \
        'Description: made here' ${3:+"$3"} > "$tree/DEBIAN/control"
    printf '#!/bin/sh\nset -e\n%s\n' "${4-}" > "$tree/DEBIAN/postinst"
    chmod 755 "$tree/DEBIAN/postinst"
    dpkg-deb --root-owner-group -b "$tree" "$suites/$1/files/$2_1.0-1_all.deb" > /dev/null
}
stages() { sed -i "s|</product>|</product><packages family=\"deb\">$2</packages>|" "$suites/$1/suite.xml"; }
suite installs
case_of installs by-hand exit yes 60 <<< '! dpkg -i "$TOUCHSTONE_PACKAGES"/*top*.deb "$TOUCHSTONE_PACKAGES"/*under*.deb; dpkg --purge top under'
case_of installs install exit yes 60 <<'CASE'
# Another process's lock, which is released while it is waited for.
rm -f /run/freed
perl -e 'use Fcntl; open(F, ">", "/var/lib/dpkg/lock-frontend"); $l = pack("s s x4 q q l x4", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $l) or die;
    open(R, ">", "/run/locked"); close(R); select(undef, undef, undef, 0.2) until -e "/run/freed"' > /dev/null 2>&1 &
until [ -e /run/locked ]; do sleep 0.2; done
touchstone-install 2>&1 | while read -r line; do
    echo "$line"
    case $line in *waiting*) : > /run/freed ;; esac
done
test "$(dpkg-query -W -f '${db:Status-Abbrev}' top under)" = "ii ii "
CASE
deb_of installs top 'Pre-Depends: under'
deb_of installs under ''
stages installs top
suite installs-not
case_of installs-not install exit yes 60 <<< 'exec touchstone-install'
deb_of installs-not sick '' 'echo "sick: this CPU is not supported" >&2; exit 3'
stages installs-not sick
suite installs-nothing
case_of installs-nothing install exit yes 60 <<< 'exec touchstone-install'
suite ignores
case_of ignores install exit yes 60 <<< 'touchstone-install || true'
suite no-package
case_of no-package install exit yes 60 <<< 'exec touchstone-install'
stages no-package touchstone-no-such-package
suite needs-lse
case_needs='<needs feature="atomics"/>' case_of needs-lse works exit yes 20 <<< 'exit 0'
suite_attributes='guests="2"' suite pair
suite_attributes='guests="2"' case_of pair works exit yes 20 <<< 'exit 0'

names=(honest fails fails-optional optional-only cut-off no-plan script-gone all-skipped too-late impostor garbage empty panics
    panics-late reboots powers-off deaf pair eats-memory fills-disk oopses tells installs installs-not
    installs-nothing ignores no-package)
# A guest that hangs is detected when its answer limit is over: one more minute.
[ -z "${TOUCHSTONE_TEST_ALL:-}" ] || names+=(locks-up)
selected=()
for name in "${names[@]}"; do
    selected+=(--suite "$suites/$name")
done
until grep -q "tells .*console: I/O error, dev vdz" "$scratch/stderr" 2> /dev/null; do sleep 0.5; done && date +%s > "$scratch/told" &
watching=$!
expect_exit "a run with failures" 1 "$touchstone" run --platform x86 --time-scale 4 "${selected[@]}" --json
matrix=$printed run_said=$said
kill $watching 2> /dev/null || true
check "one cell a suite" "$(jq '.cells | length' <<< "$matrix")" "${#names[@]}"

check "honest" "$(cell x86 honest .verdict)" compatible
check "honest grade" "$(cell x86 honest .grade)" emulated
check "a failing required case" "$(cell x86 fails .verdict)" incompatible
check "a failing optional case" "$(cell x86 fails-optional .verdict)" conditional
for name in optional-only cut-off no-plan script-gone all-skipped too-late garbage empty panics panics-late reboots powers-off deaf pair; do
    check "$name" "$(cell x86 "$name" .verdict)" not-assessed
done
check "a case that prints another's result" "$(cell x86 impostor .verdict)" incompatible
reason() { cell x86 "$1" '"\(.blame): \(.reason)"'; }
check_has "optional cases only: says so" "$(reason optional-only)" "suite: the suite has no required case"
check_has "cut-off says so" "$(reason cut-off)" "suite: "
check_has "no plan says so" "$(reason no-plan)" "plan"
check_has "a script that is gone" "$(reason script-gone)" "product: while case 'removes' ran"
check_has "time limit" "$(reason too-late)" "time limit"
check_has "an empty results disk" "$(reason empty)" "product: "
check_has "a results disk of noise" "$(reason garbage)" "product: "
check_has "panic" "$(reason panics)" "image: "
check_has "a panic after the last ok" "$(reason panics-late)" "panicked"
check_has "panic by name" "$(reason panics)" "panicked"
check_has "reboot by name" "$(reason reboots)" "reboot"
check_has "power-off by name" "$(reason powers-off)" "powered"
check_has "two guests" "$(reason pair)" 'guests="2", which is not supported'
check "a set with Pre-Depends, a lock that is held" "$(cell x86 installs .verdict)" compatible
check "a package's script fails" "$(cell x86 installs-not .verdict)" incompatible
check_has "a package's script fails: which, and its word" "$(reason installs-not)" \
    "sick: installed sick package post-installation script subprocess returned error exit status 3 (before it: sick: this CPU is not supported)"
check "nothing to install" "$(cell x86 installs-nothing .verdict)" not-assessed
check_has "nothing to install: the suite's" "$(reason installs-nothing)" "suite: "
check_has "an installation whose failure is ignored" "$(cell x86 ignores .verdict): $(reason ignores)" \
    "not-assessed: suite: required case 'install' is ERROR: the case passed although an installation failed"
check "a package that does not exist" "$(cell x86 no-package .verdict)" not-assessed
check_has "a package that does not exist: the suite's" "$(reason no-package)" "suite: "
check_has "a package that does not exist: which" "$(reason no-package)" "touchstone-no-such-package"
check "memory runs out" "$(cell x86 eats-memory .verdict)" incompatible
check_has "memory runs out: says so" "$(reason eats-memory)" "Out of memory: Killed process"
check "the disk is full" "$(cell x86 fills-disk .verdict)" conditional
expect_exit "the disk is full" 0 "$touchstone" show x86/fills-disk --json
check_has "the disk is full: the case's own words" "$("$touchstone" show x86/fills-disk)" "No space left on device"
check "the disk is full: noted" "$(jq -r '[.. | objects | select(.key? == "disk.root-full")] | length' <<< "$printed")" 1
check "the disk is full: the next case was judged" "$(case_of_cell goes-on .status)" PASS
check_has "memory runs out: told meanwhile" "$run_said" "console: Out of memory: Killed process"
expect_exit "trouble is told" 0 "$touchstone" show x86/tells --json
printed_at=$(jq -r '.. | objects | select(.key? == "printed_at") | .value' <<< "$printed")
delay=$(($(cat "$scratch/told" 2> /dev/null || echo 9999999999) - printed_at))
check "trouble is told within ten seconds ($delay)" "$((delay <= 10))" 1
if [ -n "${TOUCHSTONE_TEST_ALL:-}" ]; then
    # The kernel has two watchdogs, and on a busy host either may be first.
    lockup='soft lockup|detected stall'
    check "a lockup: told meanwhile" "$(grep -cE "console: .*($lockup)" <<< "$run_said")" 1
    check "a lockup" "$(cell x86 locks-up .verdict)" not-assessed
    check_has "a lockup: says so" "$(reason locks-up)" "its kernel reports a lockup on the console"
    expect_exit "a lockup" 0 "$touchstone" show x86/locks-up --json
    check "a lockup: its line" "$(jq -r '.. | objects | select(.key? == "console.stall") | .value' <<< "$printed" | grep -cE "$lockup")" 1
fi
check "an oops under a passing case" "$(cell x86 oopses .verdict)" not-assessed
check_has "an oops: says so" "$(reason oopses)" "image: the guest's kernel oopsed"
expect_exit "an oops" 0 "$touchstone" show x86/oopses --json
check_has "an oops: its line" "$(jq -r '.. | objects | select(.key? == "console.oops") | .value' <<< "$printed")" "invalid opcode"
check_has "an oops: the taint" "$(jq -r '.. | objects | select(.key? == "kernel.taint-change") | .value' <<< "$printed")" "the kernel died"

expect_exit "show" 0 "$touchstone" show x86/fails
check_has "show has the case's output" "$printed" "expected 4, got 5"
check_has "show has the command to run it again" "$printed" "touchstone run"
expect_exit "show --json" 0 "$touchstone" show x86/honest --json
check "an observation" "$(jq -r '.. | objects | select(.key? == "speed") | "\(.value) \(.unit)"' <<< "$printed")" "12 km/h"
finish
