# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: Apache-2.0
# What the cases of any suite may share: TAP, time, and what the system holds. It is in every guest, in the
# PATH of a case: `. touchstone.sh`. Under emulation every process costs, so whatever the shell can do by
# itself it does.

planned=0 points=0

# plan COUNT: how many points will follow.
plan() {
    planned=$1
    echo "TAP version 14"
    echo "1..$planned"
}

ok() {
    points=$((points + 1))
    echo "ok $points - $1"
}

# not_ok POINT [DETAIL]
not_ok() {
    points=$((points + 1))
    echo "not ok $points - $1"
    [ $# -lt 2 ] || echo "# $2"
}

# check POINT COMMAND...: ok when the command succeeds; what it prints goes to stderr.
check() {
    point=$1
    shift
    if "$@" >&2; then ok "$point"; else not_ok "$point" "failed: $*"; return 1; fi
}

# packages POINT ARGUMENT...: a point: touchstone-install succeeds. Where it could not try (99), that is no
# failure of the product's, and the case ends as one that broke.
packages() {
    point=$1 code=0
    shift
    why=$(touchstone-install "$@") || code=$?
    case $code in
    0) ok "$point" ;;
    99) exit 99 ;;
    *) not_ok "$point" "$why"; return 1 ;;
    esac
}

# same POINT EXPECTED ACTUAL
same() {
    if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "expected '$2', got '$3'"; fi
}

# The product is so broken that the rest has no meaning: the points that are left fail.
give_up() {
    while [ "$points" -lt "$planned" ]; do
        not_ok "not reached: $1"
    done
    exit 0
}

# now: hundredths of a second since the system started, in $time.
now() {
    read -r time _ < /proc/uptime
    time=${time%.*}${time#*.}
}

# observe_time KEY HUNDREDTHS
observe_time() {
    hundredths=$(($2 % 100))
    [ "$hundredths" -gt 9 ] || hundredths=0$hundredths
    observe "$1" "$(($2 / 100)).$hundredths" s
}

# listening PORT_IN_HEX: something listens on that TCP port.
listening() {
    for table in /proc/net/tcp /proc/net/tcp6; do
        [ -r "$table" ] || continue
        while read -r _ place _ state _; do
            [ "$state" != 0A ] || [ "${place##*:}" != "$1" ] || return 0
        done < "$table"
    done
    return 1
}

# processes NAME: the pids of the processes of that name, in $pids.
processes() {
    pids=
    for comm in /proc/[0-9]*/comm; do
        read -r name 2> /dev/null < "$comm" || continue
        [ "$name" != "$1" ] || { pid=${comm#/proc/}; pids="$pids ${pid%/comm}"; }
    done
}

# snapshot NAME: packages, accounts and files as they are now, as sorted lists in $TOUCHSTONE_WORK.
# Left out is what the system itself keeps writing, and what package managers and account tools leave
# of their own.
snapshot() {
    dpkg-query --show --showformat='${db:Status-Abbrev}${Package}\n' | sort > "$TOUCHSTONE_WORK/$1.packages"
    cut -d : -f 1 /etc/passwd /etc/group | sort > "$TOUCHSTONE_WORK/$1.accounts"
    find /etc /home /opt /root /srv /usr /var -xdev \
        \( -path /var/backups -o -path /var/cache -o -path /var/lib/apt -o -path /var/lib/dpkg \
        -o -path /var/lib/systemd -o -path /var/log/journal -o -path /var/tmp -o -name __pycache__ \) -prune -o \
        ! -path '/etc/*-' ! -path /etc/.pwd.lock ! -path /var/log/dpkg.log ! -path /var/log/alternatives.log \
        -print | sort > "$TOUCHSTONE_WORK/$1.files"
}
