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

# state_rates: reads lines "COUNT MILLISECONDS", a counter of a server and when it stood so, and states to the sampler how
# much it grew in a second between two lines.
state_rates() {
    before=
    while read -r count at; do
        if [ -n "$before" ] && [ "$at" -gt "$since" ]; then
            rate=$(((count - before) * 1000000 / (at - since)))
            printf '%d.%03d\n' $((rate / 1000)) $((rate % 1000)) > "$TOUCHSTONE_RATE"
        fi
        before=$count since=$at
    done
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

# no_process NAME: a point that is ok if no process has that name.
no_process() {
    processes "$1"
    same "no process is left" "" "$pids"
}

# wait_until UNIT COMMAND...: waits until COMMAND, whose output is dropped, succeeds: for half a minute of native
# hardware, but not for a service that has failed.
wait_until() {
    awaited=$1
    tries=$((60 * ${TOUCHSTONE_TIMEOUT_SCALE:-1}))
    shift
    while [ "$tries" -gt 0 ]; do
        ! "$@" > /dev/null 2>&1 || return 0
        ! systemctl is-failed --quiet "$awaited" || return 1
        tries=$((tries - 1))
        sleep 0.5
    done
    return 1
}

# write_until COUNT FORMAT COMMAND...: COMMAND, a client of the product, reads 20000 requests to write 1, 2, 3 …, made by
# FORMAT (of printf), and prints the number of each write that was acknowledged. Returns in the middle of the stream: as soon
# as COUNT are acknowledged (in $acknowledged), while the client ($writer) still writes.
write_until() {
    wanted=$1
    # shellcheck disable=SC2046,SC2059
    printf "$2\n" $(seq 20000) > "$TOUCHSTONE_WORK/requests"
    shift 2
    rm -f "$TOUCHSTONE_WORK/replies"
    mkfifo "$TOUCHSTONE_WORK/replies"
    "$@" < "$TOUCHSTONE_WORK/requests" > "$TOUCHSTONE_WORK/replies" 2> /dev/null &
    writer=$!
    exec 3< "$TOUCHSTONE_WORK/replies"
    acknowledged=0
    while [ "$acknowledged" -lt "$wanted" ] && read -r reply <&3; do
        acknowledged=$reply
    done
}

# list_packages NAME: writes the state and name of each package that the system knows, of deb and rpm, to
# $TOUCHSTONE_WORK/NAME.packages.
list_packages() {
    {
        ! command -v dpkg-query > /dev/null || dpkg-query --show --showformat='${db:Status-Abbrev}${Package}\n'
        ! command -v rpm > /dev/null || rpm --query --all --queryformat='ii %{NAME}\n'
    } | sort > "$TOUCHSTONE_WORK/$1.packages"
}

# no_package_broken: a point that is ok if no package is installed in part, which rpm does not do.
no_package_broken() {
    broken=
    ! command -v dpkg > /dev/null || broken=$(dpkg --audit) || broken="dpkg --audit failed"
    same "no package is left half installed" "" "$broken"
}

# purge_added: two points: what was installed since `list_packages before` is purged, and no package has left a trace.
# Files, accounts, units and ports that are left are found by the harness itself.
purge_added() {
    list_packages middle
    added=$(comm -13 "$TOUCHSTONE_WORK/before.packages" "$TOUCHSTONE_WORK/middle.packages" | sed -n 's/^ii *//p')
    [ -n "$added" ] || give_up "no package was added by the installation"
    now
    start=$time
    # Word splitting is intended: one argument for each package.
    # shellcheck disable=SC2086
    packages "what was installed is purged" --remove $added || true
    now
    observe_time uninstall.time $((time - start))
    list_packages after
    same "no package is left, nor a trace of one" "" \
        "$(comm -13 "$TOUCHSTONE_WORK/before.packages" "$TOUCHSTONE_WORK/after.packages" | head -n 20 | tr '\n' ' ')"
}
