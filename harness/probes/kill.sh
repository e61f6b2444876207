#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kill -9, ten times, under the load of suite.xml: the main process of every service dies each time, and another one runs
# and answers. A service that its manager does not restart soon is started again.
. "$TOUCHSTONE_SUITE/cases/probe-services.sh"

rounds=10 longest=0 done_rounds=0
load_command=$(setting load) || load_command=

# begin_load: runs the command again and again, for it may end when the product dies.
begin_load() {
    [ -n "$load_command" ] || return 0
    : > "$folder/load"
    # shellcheck disable=SC2016
    in_group touchstone-load sh -c 'while :; do sh -c "$1" > "$2" 2>&1 < /dev/null; echo $? > "$2.status"; sleep 0.2; done' \
        sh "$load_command" "$folder/load" > /dev/null 2>&1 < /dev/null &
}

# under_load: the load runs: the loop and its command are the same processes half a second later.
under_load() {
    [ -n "$load_command" ] || return 0
    tries=$((10 * scale))
    while :; do
        members /touchstone-load | sort > "$folder/load.before"
        sleep 0.5
        members /touchstone-load | sort > "$folder/load.after"
        [ "$(comm -12 "$folder/load.before" "$folder/load.after" | wc -l)" -lt 2 ] || return 0
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
    done
}

# is_restarted TARGET: its manager restarts it after SIGKILL, which counts as an abnormal end, within 10 s. For longer
# (RestartSec=, as systemctl prints it) ten rounds do not wait: it is started again as one without a restart.
is_restarted() {
    [ "$1" != product ] || return 1
    case $Restart in always | on-failure | on-abnormal | on-abort) ;; *) return 1 ;; esac
    case "$RestartUSec " in
    infinity* | *[0-9][hdwMy]\ * | *[0-9]min\ * | *[0-9]month* | [1-9][0-9]s* | [1-9][0-9].*s*) return 1 ;;
    esac
}

# start_again TARGET: a unit that its manager takes for running without a process is stopped before, and so is one whose
# restart it awaits: `systemctl start` would wait for that, too.
start_again() {
    if [ "$1" != product ]; then
        load_unit "$1"
        case $ActiveState/$SubState in active/* | activating/auto-restart*) stop_target "$1" ;; esac
    fi
    start_target "$1"
}

# round TARGET NUMBER: one kill.
round() {
    point="$1: kill -9, round $2: it dies and runs again"
    # How often a service may be started within some seconds is no matter here.
    [ "$1" = product ] || systemctl reset-failed "$1" > /dev/null 2>&1 || true
    runs "$1" || { not_ok "$point" "it does not run before: $(state_of "$1")"; return 1; }
    if ! under_load; then
        is_there "$pid" "$since" || { not_ok "$point" "it ended by itself: $(state_of "$1")"; return 1; }
        suite_fault "load: '$load_command' does not run: exit status $(cat "$folder/load.status" 2> /dev/null):" \
            "$(one_line < "$folder/load")"
    fi
    runs "$1" || { not_ok "$point" "it ended by itself: $(state_of "$1")"; return 1; }
    old=$pid old_since=$since
    now
    killed=$time
    kill -9 "$old" || { not_ok "$point" "pid $old is not there"; return 1; }
    until_gone "$old" "$old_since" || { not_ok "$point" "pid $old does not die"; return 1; }
    is_restarted "$1" || start_again "$1"
    until_runs "$1" "$old" "$old_since" ||
        { not_ok "$point" "no new process: pid $pid, $(state_of "$1")"; return 1; }
    new=$pid new_since=$since
    until_answers || { not_ok "$point" "pid $new does not answer"; shown "$folder/answer"; return 1; }
    sleep 0.5
    is_there "$new" "$new_since" || { not_ok "$point" "the new process, pid $new, has ended too"; return 1; }
    now
    [ $((time - killed)) -le "$longest" ] || longest=$((time - killed))
    ok "$point"
    echo "# pid $old, started at $old_since, then pid $new, started at $new_since (clock ticks since boot)"
}

kill_all() {
    runs "$1" || { start_target "$1"; until_runs "$1" || true; }
    if ! runs "$1" && is_event "$1"; then
        skipped "$1: kill -9" "it has no process: $ActiveState ($SubState)"
        return
    fi
    number=0
    while [ "$number" -lt "$rounds" ]; do
        number=$((number + 1))
        # What does not come back is not killed again.
        round "$1" "$number" || { journal "$1"; return 0; }
        done_rounds=$((done_rounds + 1))
    done
    killed_services=$((killed_services + 1))
}

begin
killed_services=0
trap 'end_group touchstone-load' EXIT
begin_load
while read -r target; do
    kill_all "$target"
done < "$folder/targets"
if [ "$killed_services" -gt 0 ]; then
    # Without a load it is not what a programme means by rounds.
    if [ -n "$load_command" ]; then observe test.rounds "$rounds"; else echo "# without a load: suite.xml gives none"; fi
    observe kill.rounds "$done_rounds"
    observe_time kill.recovery.longest "$longest"
fi
finish
