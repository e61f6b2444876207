# shellcheck shell=sh disable=SC2034,SC1091
# SPDX-License-Identifier: Apache-2.0
# Functions for the probes that start, kill and stop. A target is a service, or 'product', which the commands of suite.xml
# start: its processes are those of a cgroup of its own, whatever they are called and wherever they fork to.
. "$TOUCHSTONE_SUITE/cases/probe-lib.sh"

limit=$((60 * scale))

# in_group NAME COMMAND...: runs it in the cgroup of that name and in a session of its own.
in_group() {
    place=/sys/fs/cgroup
    [ ! -d $place/systemd ] || place=$place/systemd
    place=$place/$1
    mkdir -p "$place" || true
    if [ ! -w "$place/cgroup.procs" ]; then echo "cannot make the cgroup $place" >&2; exit 99; fi
    shift
    # shellcheck disable=SC2016
    setsid --wait sh -c 'echo $$ > "$0/cgroup.procs" && exec "$@"' "$place" "$@"
}

# end_group NAME: kills what is in it.
end_group() {
    for pid in $(members "/$1"); do
        kill -9 "$pid" 2> /dev/null || true
    done
}

# begin: finds the targets, one a line, in $folder/targets.
begin() {
    # Of a probe that was cut short.
    end_group touchstone-load
    need_services
    skip_left_out
    cp "$folder/services" "$folder/targets"
    [ -s "$folder/targets" ] || [ -z "$start_command" ] || echo product > "$folder/targets"
}

# run_command TEXT: sets $status; its output is in $folder/out. A program that it leaves running must not hold the case.
run_command() {
    status=0
    in_group touchstone-probe timeout -k 5 "$limit" sh -c "$1" > "$folder/out" 2>&1 < /dev/null || status=$?
    [ "$status" != 124 ] || echo "it did not end within $limit s" >> "$folder/out"
}

# start_target TARGET, stop_target TARGET: set $status.
start_target() {
    if [ -n "$start_command" ]; then
        run_command "$start_command"
    else
        status=0
        timeout -k 5 "$limit" systemctl start "$1" > "$folder/out" 2>&1 < /dev/null || status=$?
    fi
}

stop_target() {
    if [ -n "$stop_command" ]; then
        run_command "$stop_command"
    else
        status=0
        timeout -k 5 "$limit" systemctl stop "$1" > "$folder/out" 2>&1 < /dev/null || status=$?
    fi
}

# oldest_member: sets $pid and $since to the process of $group that was started first.
oldest_member() {
    for each in $(members "$group"); do
        start_time "$each" || continue
        [ -z "$since" ] || [ "$started" -lt "$since" ] || continue
        pid=$each since=$started
    done
}

# main_process TARGET: sets $pid and $since of its main process; fails if there is none. $group is its cgroup.
main_process() {
    pid=0 since=
    if [ "$1" = product ]; then
        group=/touchstone-probe
        oldest_member
    else
        load_unit "$1"
        group=$ControlGroup
        if start_time "$MainPID"; then
            pid=$MainPID since=$started
        elif [ "$MainPID" = 0 ] && [ -n "$group" ]; then
            # A script of init: the manager does not know which process is the main one.
            oldest_member
        fi
    fi
    [ -n "$since" ]
}

# is_event TARGET: the unit only does something when it is started, and has no process afterwards.
is_event() {
    [ "$1" != product ] && [ "$Type" = oneshot ]
}

# state_of TARGET: prints what the manager says, for a message.
state_of() {
    [ "$1" = product ] || echo "$ActiveState ($SubState), $Result, exit status $ExecMainStatus"
}

# journal TARGET: what the service said last, as TAP comments.
journal() {
    [ "$1" != product ] && command -v journalctl > /dev/null || return 0
    journalctl --no-pager --quiet --output=cat --lines=10 --unit="$1" > "$folder/journal" 2>&1 || true
    shown "$folder/journal"
}

# runs TARGET: it has a main process, which the manager takes for running.
runs() {
    main_process "$1" || return 1
    [ "$1" = product ] || [ "$ActiveState" = active ] || [ "$ActiveState" = reloading ]
}

# until_runs TARGET [OLD_PID OLD_START_TIME]: waits until a main process is there that is not the old one; not as long if
# nothing is about to start it.
until_runs() {
    tries=$((60 * scale)) patience=$((5 * scale))
    while :; do
        if runs "$1" && { [ "${2:-}" != "$pid" ] || [ "${3:-}" != "$since" ]; }; then return 0; fi
        [ "$1" != product ] && [ "$ActiveState" = activating ] || patience=$((patience - 1))
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] && [ "$patience" -gt 0 ] || return 1
        [ "$1" = product ] || [ "$ActiveState" != failed ] || return 1
        sleep 0.5
    done
}

# until_answers: waits until the command 'answer' of suite.xml succeeds; without one, a process that runs is enough.
until_answers() {
    answer=$(setting answer) || return 0
    tries=$((30 * scale))
    until timeout -k 5 $((10 * scale)) sh -c "$answer" > "$folder/answer" 2>&1 < /dev/null; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 1
    done
}
