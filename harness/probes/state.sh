#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every unit of the packages, as the manager of services says: loaded, not failed, and if its service was started, running
# (or, for one that only does something at its start, ended well).
. "$TOUCHSTONE_SUITE/cases/probe-lib.sh"

has_systemd || nothing "there is no systemd here"
find_units
if [ ! -s "$folder/units" ] && setting start > /dev/null; then
    ok "the packages have no unit: a command of suite.xml starts the product"
    finish
fi
[ -s "$folder/units" ] || none_of services
find_services
# fault: what is wrong with the unit that was loaded; nothing if it is as it should be.
fault() {
    case $LoadState in loaded | masked) ;; *) echo "it is not loaded: $LoadState"; return ;; esac
    [ "$ActiveState" != failed ] || { echo "it has failed: $Result, exit status $ExecMainStatus"; return; }
    case $Id/$ActiveState/$SubState in
    */activating/auto-restart*) echo "it has ended and is about to be restarted, for the ${NRestarts}th time"; return ;;
    *.service/inactive/*) ;;
    *) return ;;
    esac
    # A condition that is not met starts nothing.
    [ "${ExecMainStartTimestampMonotonic:-0}" != 0 ] && [ "$Type" != oneshot ] || return 0
    echo "it was started and does not run any more: $Result, exit status $ExecMainStatus"
}
active=0 failed=0 restarts=0
while read -r unit; do
    load_unit "$unit"
    # Starting takes its time.
    tries=$((20 * scale))
    while [ "$ActiveState/$SubState" = activating/start ] && [ "$tries" -gt 0 ]; do
        sleep 0.5
        tries=$((tries - 1))
        load_unit "$unit"
    done
    why=$(fault)
    state="$unit: $ActiveState ($SubState), ${UnitFileState:-generated}"
    echo "# $state, restarted ${NRestarts:-0} times"
    [ "$ActiveState" != active ] || active=$((active + 1))
    case ${NRestarts:-0} in [1-9]*) restarts=$((restarts + NRestarts)) ;; esac
    if [ -z "$why" ]; then ok "$unit"; else not_ok "$unit" "$why"; failed=$((failed + 1)); fi
done < "$folder/units"
observe unit.active "$active"
observe unit.failed "$failed"
observe unit.restarts "$restarts"
finish
