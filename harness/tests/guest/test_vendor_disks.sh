#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Disks like those of vendors, one for each firmware and entry method: BIOS and root on the console, UEFI on aarch64 and an
# ordinary user with sudo, UEFI on x86 and a cloud-init seed. Each passes the behaviour suite, starts from a saved state
# the second time, and leaves no password anywhere.
own_states=yes
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
kinds=(amd64:root arm64:user amd64:seed)
for each in "${kinds[@]}"; do
    folder=$guests/debian-bookworm-${each%:*}-disk-${each#*:}
    if [ ! -f "$folder/guest.json" ]; then
        echo "skipped: no '$folder': scripts/build-guest --output '$guests' --disk ${each#*:} --arch ${each%:*}"
        exit 77
    fi
done

# disk NAME ARCH KIND OPTION…: registers one.
disk() {
    local name=$1 folder=$guests/debian-bookworm-$2-disk-$3
    shift 3
    "$touchstone" image add "$name" --guest "$folder" "$@" > /dev/null 2>&1
}

# passes NAME PLATFORM METHOD: the behaviour suite, after a boot and then from the saved state.
passes() {
    expect_exit "$1 on $2" 0 "$touchstone" run --image "$1" --platform "$2" --suite behaviour --json
    printf '%s\n' "$said" | grep -E '^\[' || true
    matrix=$printed
    check "$1: verdict" "$(cell "$2" behaviour .verdict)" compatible
    way=$(grep -rhsE '^(agent|seed|console): ' "$TOUCHSTONE_HOME/evidence" | tail -n 3)
    check_has "$1: way in" "$way" "$3: open"
}

disk bios-root amd64 root
disk uefi-user arm64 user
disk uefi-seed amd64 seed --firmware uefi
passes bios-root hygon console
passes uefi-user kunpeng console
passes uefi-seed x86 seed

expect_exit "again, warm" 0 "$touchstone" run --image bios-root --platform hygon --suite behaviour --json
check_has "again: nothing booted" "$said" "saved state exists"
check "again: verdict" "$(matrix=$printed cell hygon behaviour .verdict)" compatible

# A failed guest, preserved at that moment, is opened twice; the cell continued.
suite failing
case_of failing good exit yes 10 <<< 'echo good > "$TOUCHSTONE_WORK/trace"'
case_of failing bad exit yes 10 <<< 'echo bad >> "$TOUCHSTONE_WORK/trace"; exit 3'
case_of failing later exit yes 10 <<< 'echo later >> "$TOUCHSTONE_WORK/trace"; grep -c . "$TOUCHSTONE_WORK/trace"'
expect_exit "a failing case, kept" 1 "$touchstone" run --image bios-root --platform hygon --suite "$suites/failing" \
    --keep-failed --json
matrix=$printed
check "the cell went on" "$(cell hygon failing '"\(.coverage.judged)/\(.coverage.total)"')" 3/3
for turn in first second; do
    expect_exit "$turn shell" 7 "$touchstone" shell hygon/failing \
        -c 'cat work/trace; echo later >> work/trace; exit 7'
    check "$turn shell: the moment of the failure" "$printed" $'good\nbad'
done
printf 'cd suite/cases\nls\nfalse\n' | "$touchstone" shell hygon/failing > "$scratch/stdout" 2> "$scratch/stderr" && got=0 || got=$?
check "lines of a shell: where the last one ended" "$(cat "$scratch/stdout")" $'bad\ngood\nlater'
check "lines of a shell: exit code" "$got" 1
expect_exit "a fresh guest" 0 "$touchstone" shell --image bios-root --platform hygon -c 'id -u; pwd'
check "a fresh guest: root, below the harness's folder" "$printed" $'0\n/var/tmp/touchstone'
# shellcheck disable=SC2016
printf 'tty; echo $((6 * 7)); exit\n' | "$touchstone" shell --image uefi-seed --platform x86 --console \
    > "$scratch/stdout" 2> "$scratch/stderr" && got=0 || got=$?
check "a terminal: exit code" "$got" 0
check_has "a terminal: it is the console" "$(cat "$scratch/stdout")" "/dev/ttyS0"
check_has "a terminal: a shell reads it" "$(cat "$scratch/stdout")" "42"
expect_exit "no terminal where commands go over the console" 74 "$touchstone" shell --image bios-root --platform hygon --console
check_has "no terminal: what to do" "$said" "use the shell without --console"
expect_exit "states under preserved guests" 74 "$touchstone" clean --states
expect_exit "clean" 0 "$touchstone" clean --preserved
check_has "clean: what went" "$printed" "after case 'bad'"
expect_exit "no such guest" 64 "$touchstone" shell hygon/failing -c true
check_has "no such guest: how to get one" "$said" "--keep-failed"
check "clean: nothing is left" "$(ls "$TOUCHSTONE_HOME/kept")" ""

# The guest's own message for a wrong password.
(umask 077 && echo not-the-password > "$scratch/bad")
disk wrong amd64 root --password-file "$scratch/bad"
expect_exit "a wrong password" 2 "$touchstone" run --image wrong --platform hygon --suite behaviour --cold --json
matrix=$printed
check "a wrong password: verdict" "$(cell hygon behaviour .verdict)" not-assessed
check_has "a wrong password: why" "$printed" "the guest refused the user or the password"
chmod 644 "$scratch/bad"
expect_exit "a password that others may read" 2 "$touchstone" run --image wrong --platform hygon --suite behaviour --cold --json
check_has "a password that others may read: why" "$printed" "chmod 600"

# Credentials occur neither in the home (evidence, runs, bundles, the store) nor in the output.
for each in "${kinds[@]}"; do
    file=$guests/debian-bookworm-${each%:*}-disk-${each#*:}/login
    [ -f "$file" ] || continue
    check "no password of ${each#*:} in the home" \
        "$(grep -rlaF --exclude=memory --exclude=disk.qcow2 -e "$(cat "$file")" "$TOUCHSTONE_HOME" || true)" ""
done
check "no wrong password either" "$(grep -rlaF --exclude=memory --exclude=disk.qcow2 -e not-the-password "$TOUCHSTONE_HOME" || true)" ""
check "no seed is left" "$(find "$TOUCHSTONE_HOME" -name 'seed*')" ""
finish
