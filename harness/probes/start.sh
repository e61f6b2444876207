#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every service, stopped before, starts with exit status 0; its main process is there, and the same a while later.
. "$TOUCHSTONE_SUITE/cases/probe-services.sh"

# judge TARGET: after it was started with $status.
judge() {
    if [ "$status" != 0 ]; then
        not_ok "$1: the start exits with 0" "exit status $status"
        shown "$folder/out"
        journal "$1"
        return
    fi
    ok "$1: the start exits with 0"
    if ! runs "$1"; then
        if is_event "$1" && [ "$Result" = success ] && [ "$ActiveState" != failed ]; then
            ok "$1: it does something when it is started, and leaves no process: $ActiveState ($SubState)"
        else
            not_ok "$1: its main process is there" "there is none; $(state_of "$1")"
            journal "$1"
        fi
        return
    fi
    first=$pid first_since=$since
    if remains "$first" "$first_since"; then
        ok "$1: its main process is there and remains"
    else
        runs "$1" || true
        not_ok "$1: its main process is there and remains" \
            "pid $first has ended; now $([ "$pid" = 0 ] && echo none || echo "pid $pid"); $(state_of "$1")"
        journal "$1"
        return
    fi
    ! setting answer > /dev/null || check "$1: it answers" until_answers || shown "$folder/answer"
}

# stopped TARGET: it is stopped, so that the start proves something.
stopped() {
    # Also one that is about to be started again.
    runs "$1" || [ "$1" = product ] || [ "$ActiveState" = active ] || [ "$ActiveState" = activating ] || return 0
    old=$pid old_since=$since
    stop_target "$1"
    [ "$old" = 0 ] || until_gone "$old" "$old_since" || status=1
    [ "$status" != 0 ] || return 0
    not_ok "$1: the start exits with 0" "not tried: it ran, and could not be stopped before"
    shown "$folder/out"
    return 1
}

begin
now
begun=$time
while read -r target; do
    stopped "$target" || continue
    start_target "$target"
    judge "$target"
done < "$folder/targets"
now
observe_time probe.start.time $((time - begun))
finish
