#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The scripts of the built-in probes, taken from the copy that a run makes, on this system: a product that start and stop
# commands start is not "started" if its process ends, not "recovered" if a start command only finds the file of a dead
# pid, not "stopped" if a process is left; a command or a load that suite.xml names wrongly is the suite's fault (98).
set -euo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/probe_scripts.sh"
with() { product "<probes start=\"$scratch/$1\" stop=\"$scratch/$2\" load=\"${3:-sleep 100}\"/>"; }

script good <<< "$run_it"
with good stop
check "one that works: start" "$(probe start)" "0, 2, 0"
check "one that works: kill" "$(probe kill)" "0, 10, 0"
check "ten rounds" "$(grep -c 'test.rounds 10' "$scratch/place/observed")" 1
check "one that works: stop" "$(probe stop)" "0, 2, 0"
check "one that does not run any more" "$(probe stop)" "0, 0, 1"

script silent <<< 'setsid sleep 1 > /dev/null 2>&1 < /dev/null &'
with silent stop
check "one that dies silently" "$(probe start)" "0, 1, 1"
script fails <<< 'echo "no license" >&2; exit 3'
with fails stop
check "a start that fails" "$(probe start)" "0, 0, 1"
check_has "with what it said" "$(cat "$scratch/said")" "no license"
script stale <<< "[ ! -e $scratch/pid ] || exit 0; $run_it"
rm -f "$scratch/pid"
with stale stop
check "one that is started once" "$(probe start)" "0, 2, 0"
check "and is not started again" "$(probe kill)" "0, 0, 1"
rm -f "$scratch/pid"
script two <<< "setsid sleep 999 > /dev/null 2>&1 < /dev/null & $run_it"
with two stop
check "one with two processes" "$(probe start)" "0, 2, 0"
check "of which one is left" "$(probe stop)" "0, 1, 1"
check_has "which is named" "$(cat "$scratch/said")" "(sleep)"
for pid in $(cat "$groups/touchstone-probe/cgroup.procs"); do kill -9 "$pid"; done
with good stop false
probe start > /dev/null
check "a load that does not run" "$(probe kill)" "98, 0, 0"
probe stop > /dev/null
product '<probes/>'
check "no service manager and no command" "$([ -d /run/systemd/system ] && echo "0, 0, 0" || probe start)" "0, 0, 0"

product '<probes><command name="gzip" help="--version"/><command name="zless" skip="it waits for a terminal"/></probes>'
check "commands" "$(probe commands | cut -d, -f 1,3)" "0, 0"
check "with what suite.xml says" "$(grep -c -e 'gzip --version$' -e 'zless # SKIP it waits' "$scratch/said")" 2
product '<probes><command name="gzip" help="--no-such-option"/></probes>'
check "a command that fails" "$(probe commands | cut -d, -f 1,3)" "0, 1"
check_has "with its output" "$(cat "$scratch/said")" "# | "
product '<probes><command name="bzip9" help="-h"/></probes>'
check "a command that the package does not have" "$(probe commands)" "98, 0, 0"
check_has "is named" "$(cat "$scratch/said")" '<command name="bzip9">'
product '<packages family="deb">gzip</packages><packages family="rpm">gzip</packages><probes><command name="bzip9" help="-h"/></probes>'
check "a command that the packages of another family may have" "$(probe commands | cut -d, -f 1)" 0
product '<probes commands="no"/>'
check "a product that has commands" "$(probe commands)" "98, 0, 0"
product '<probes/>'
check "dependencies" "$(probe dependencies | cut -d, -f 1,3)" "0, 0"
check_has "of its programs" "$(cat "$scratch/said")" "/bin/gzip"
rmdir "$groups/touchstone-probe" "$groups/touchstone-load" 2> /dev/null || true
end_checks
