# shellcheck shell=sh disable=SC2034,SC1091,SC2154
# SPDX-License-Identifier: Apache-2.0
# Functions for the probes that measure: all of them sample with touchstone-sample, begin with the product stopped, and
# leave it stopped.
. "$TOUCHSTONE_SUITE/cases/probe-services.sh"

# begin_measure: finds the targets, and stops them.
begin_measure() {
    load_command=$(setting load) || suite_fault "<probes> has no load, which --measure and measure= need"
    begin
    [ -s "$folder/targets" ] || nothing "there is nothing to start"
    stop_all
}

# look: the sampler looks whether the guest is idle before its first round; that round says nothing.
look() {
    touchstone-sample --phase look --rounds 1 --seconds 5 || exit 99
}

# start_all: every target runs. The main processes are in $folder/running.
start_all() {
    : > "$folder/running"
    while read -r target; do
        runs "$target" || start_target "$target"
        if until_runs "$target"; then
            echo "$target $pid $since" >> "$folder/running"
        elif ! is_event "$target"; then
            not_ok "$target: it runs before the load" "$(state_of "$target")"
            shown "$folder/out"
            finish
        fi
    done < "$folder/targets"
    until_answers || { not_ok "it answers before the load" "$answer"; shown "$folder/answer"; finish; }
}

stop_all() {
    while read -r target; do
        runs "$target" || continue
        old=$pid old_since=$since
        stop_target "$target"
        until_gone "$old" "$old_since" && continue
        not_ok "$target: it stops" "pid $old is still there; exit status $status"
        shown "$folder/out"
        finish
    done < "$folder/targets"
}

# stop_after_load: the same, as a point.
stop_after_load() {
    stop_all
    ok "it stops after the load"
}

# product_options: prints the options of touchstone-sample that name the targets.
product_options() {
    while read -r target main started; do
        if [ "$target" = product ]; then echo "--pid $main"; else echo "--unit $target"; fi
    done < "$folder/running"
}

# ended: sets $gone to a target whose main process has ended since it was started; fails if there is none.
ended() {
    while read -r gone main started; do
        is_there "$main" "$started" || return 0
    done < "$folder/running"
    return 1
}

# soon_ended: the same within the few seconds that a process may take to end: a load notices that its server is going before
# the kernel has taken that away.
soon_ended() {
    tries=$((5 * scale))
    until ended; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 1
    done
}

# under PHASE COMMAND [OPTION...]: samples while the command runs, which is a point. A command that fails while the product
# runs and answers is the fault of suite.xml.
under() {
    phase=$1 command=$2 status=0
    shift 2
    # shellcheck disable=SC2046,SC2016
    touchstone-sample --phase "$phase" "$@" $(product_options) -- sh -c 'exec sh -c "$0" > "$1" 2>&1 < /dev/null' \
        "$command" "$folder/load" 2> "$folder/sampler" || status=$?
    case $status in
    0) ok "$phase: the load runs" ;;
    1)
        if soon_ended; then
            not_ok "$phase: the load runs" "$gone has ended under it"
            journal "$gone"
        elif ! until_answers; then
            not_ok "$phase: the load runs" "the product does not answer: $answer"
            shown "$folder/answer"
        else
            suite_fault "the load '$command' failed while the product ran: $(one_line < "$folder/load")"
        fi
        shown "$folder/load"
        finish
        ;;
    *)
        cat "$folder/sampler" >&2
        exit 99
        ;;
    esac
}

# still_the_same: a point: no main process was started anew under the load.
still_the_same() {
    if ended; then
        not_ok "every main process is the same after the load" "$gone: the one from before the load has ended"
        journal "$gone"
    else
        ok "every main process is the same after the load"
    fi
}

# keep_logs: what the units logged since $begun (seconds since 1970) is evidence.
keep_logs() {
    while read -r target main started; do
        [ "$target" != product ] || continue
        journalctl --unit="$target" --since="@$begun" --no-pager --quiet --output=short-iso \
            > "$TOUCHSTONE_ARTIFACTS/log-$target" 2> /dev/null || true
    done < "$folder/running"
}

# quiet_logs: a point for each unit: since $begun, nothing of priority warning or above was logged about it.
quiet_logs() {
    while read -r target main started; do
        point="$target: no warning or error in the log"
        [ "$target" != product ] || continue
        if ! journalctl --unit="$target" --since="@$begun" --priority=warning --no-pager --quiet --output=short-iso \
            > "$folder/log" 2> /dev/null; then
            skipped "$point" "journalctl cannot read the log"
        elif [ -s "$folder/log" ]; then
            not_ok "$point" "$(wc -l < "$folder/log") lines since the load began"
            shown "$folder/log"
        else
            ok "$point"
        fi
    done < "$folder/running"
}
