#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every service, running before, stops with exit status 0; then its main process and all others of its cgroup are gone.
. "$TOUCHSTONE_SUITE/cases/probe-services.sh"

# left_over: prints the processes that are left of those in $folder/members, and of the cgroup.
left_over() {
    {
        while read -r each started_then; do
            if is_there "$each" "$started_then"; then echo "$each"; fi
        done < "$folder/members"
        for each in $(members "$group"); do
            if start_time "$each"; then echo "$each"; fi
        done
    } | sort -un | while read -r each; do
        read -r name 2> /dev/null < "/proc/$each/comm" || name=
        printf '%s (%s) ' "$each" "$(echo "$name" | one_line)"
    done
}

until_none_left() {
    tries=$((4 * scale))
    while left=$(left_over) && [ -n "$left" ]; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.5
    done
}

# note TARGET: its cgroup, with pid and start time of each process, while it runs: one that stops with another service says
# nothing of them afterwards.
note() {
    for each in $(members "$group"); do
        if start_time "$each"; then echo "$each $started"; fi
    done > "$folder/members.$1"
    echo "$group" > "$folder/group.$1"
}

# ended TARGET: after it was stopped; what it had is noted.
ended() {
    tries=$((2 * limit))
    while [ "$1" != product ] && load_unit "$1" && [ "$ActiveState" = deactivating ] && [ "$tries" -gt 0 ]; do
        tries=$((tries - 1))
        sleep 0.5
    done
    read -r group < "$folder/group.$1"
    cp "$folder/members.$1" "$folder/members"
    if until_none_left; then
        ok "$1: no process of it is left"
    else
        not_ok "$1: no process of it is left" "left: $left"
    fi
    [ "$1" != product ] || return 0
    case $ActiveState in
    inactive) ok "$1: its state is inactive" ;;
    *) not_ok "$1: its state is inactive" "$(state_of "$1")" ;;
    esac
}

judge() {
    note "$1"
    stop_target "$1"
    if [ "$status" != 0 ]; then
        not_ok "$1: the stop exits with 0" "exit status $status"
        shown "$folder/out"
    else
        ok "$1: the stop exits with 0"
    fi
    ended "$1"
}

begin
: > "$folder/ran"
while read -r target; do
    runs "$target" || continue
    echo "$target" >> "$folder/ran"
    note "$target"
done < "$folder/targets"
while read -r target; do
    if runs "$target"; then
        judge "$target"
    elif grep -Fqx "$target" "$folder/ran" && [ "$target" != product ]; then
        echo "# $target stops with a service before it"
        ended "$target"
    elif is_event "$target"; then
        stop_target "$target"
        load_unit "$target"
        if [ "$status" = 0 ] && [ "$ActiveState" = inactive ]; then
            ok "$target: the stop exits with 0, and its state is inactive; it had no process"
        else
            not_ok "$target: the stop exits with 0, and its state is inactive" "exit status $status; $(state_of "$target")"
        fi
    else
        not_ok "$target: the stop exits with 0" "it did not run any more: $(state_of "$target")"
    fi
done < "$folder/targets"
finish
