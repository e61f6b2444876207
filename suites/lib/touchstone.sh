# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: Apache-2.0
# Functions for the cases of any suite: TAP, time, and the state of the system. It is in every guest, in a case's PATH:
# `. touchstone.sh`. Under emulation every process is expensive, so shell builtins are used where possible.

planned=0 points=0

# plan COUNT: prints the number of points that follow.
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

# check POINT COMMAND...: ok if the command succeeds; its output goes to stderr.
check() {
    point=$1
    shift
    if "$@" >&2; then ok "$point"; else not_ok "$point" "failed: $*"; return 1; fi
}

# packages POINT ARGUMENT...: a point that is ok if touchstone-install succeeds. If it could not try (99), that is not
# a failure of the product, and the case ends as a broken test.
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

# compare_chapters EXPECTED ACTUAL: a point for each chapter of the first file (a chapter begins with '# TITLE'), which is
# ok if the second file has the same lines below that title.
compare_chapters() {
    awk -v done="$points" '
        /^# / { name = substr($0, 3); if (FILENAME == ARGV[1]) names[++count] = name; next }
        FILENAME == ARGV[1] { wanted[name] = wanted[name] $0 "\n"; next }
        { got[name] = got[name] $0 "\n" }
        END {
            for (i = 1; i <= count; i++) {
                name = names[i]
                same = wanted[name] == got[name]
                print (same ? "ok " : "not ok ") (done + i) " - " name
                if (!same)
                    printf "%s: expected\n%sgot\n%s", name, wanted[name], got[name] > "/dev/stderr"
            }
        }' "$1" "$2"
    points=$((points + $(grep -c '^# ' "$1")))
}

# Fails the remaining points, if the product is so broken that they are meaningless.
give_up() {
    while [ "$points" -lt "$planned" ]; do
        not_ok "not reached: $1"
    done
    exit 0
}

# now: sets $time to the hundredths of a second since the system started.
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

# listening PORT_IN_HEX: succeeds if a process listens on that TCP port.
listening() {
    for table in /proc/net/tcp /proc/net/tcp6; do
        [ -r "$table" ] || continue
        while read -r _ place _ state _; do
            [ "$state" != 0A ] || [ "${place##*:}" != "$1" ] || return 0
        done < "$table"
    done
    return 1
}

# processes NAME: sets $pids to the PIDs of the processes with that name.
processes() {
    pids=
    for comm in /proc/[0-9]*/comm; do
        read -r name 2> /dev/null < "$comm" || continue
        [ "$name" != "$1" ] || { pid=${comm#/proc/}; pids="$pids ${pid%/comm}"; }
    done
}

# snapshot NAME: writes the current packages, accounts and files as sorted lists to $TOUCHSTONE_WORK. Left out are files
# that the system itself keeps writing, and those that package managers and account tools leave behind.
snapshot() {
    dpkg-query --show --showformat='${db:Status-Abbrev}${Package}\n' | sort > "$TOUCHSTONE_WORK/$1.packages"
    cut -d : -f 1 /etc/passwd /etc/group | sort > "$TOUCHSTONE_WORK/$1.accounts"
    find /etc /home /opt /root /srv /usr /var -xdev \
        \( -path /var/backups -o -path /var/cache -o -path /var/lib/apt -o -path /var/lib/dpkg \
        -o -path /var/lib/systemd -o -path /var/log/journal -o -path /var/tmp -o -name __pycache__ \) -prune -o \
        ! -path '/etc/*-' ! -path /etc/.pwd.lock ! -path /var/log/dpkg.log ! -path /var/log/alternatives.log \
        -print | sort > "$TOUCHSTONE_WORK/$1.files"
}
