#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The built-in probes on products made here: none of the ways in which a service or a command is broken passes, each names
# what it found and who is responsible; a product without a service is never "started"; one that works passes. In the same
# run, a suite samples for a minute beside sar.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/sampling.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/made_product.sh"
add_image amd64

# Everything that can be wrong with services and commands, in one product.
unit silent 'ExecStart=/bin/sleep 1'
unit crash 'ExecStart=/bin/sh -c "exit 3"'
unit forks 'Type=forking' 'PIDFile=/run/forks.pid' 'KillMode=process' \
    'ExecStart=/bin/sh -c "sleep 2000 & sleep 1000 & echo $! > /run/forks.pid"'
unit once 'Type=oneshot' 'RemainAfterExit=yes' 'ExecStart=/bin/true'
unit gone 'ExecStart=/bin/sleep 1000' 'ExecStop=/bin/false' 'Restart=always' 'RestartSec=90'
program /usr/bin/acme-good <<< 'echo usage'
program /usr/bin/acme-one <<< 'echo "unknown option $1" >&2; exit 1'
program /usr/bin/acme-crash <<< 'kill -SEGV $$'
program /usr/bin/acme-hang <<< 'sleep 1000'
program /usr/bin/acme-reads <<< 'read -r line || exit 5'
program /usr/bin/acme-v <<< '[ "$1" = -V ]'
program /usr/bin/acme-tty <<< 'exit 9'
printf '#!/no/such/interpreter\n' > "$scratch/deb/usr/bin/acme-interpreter"
deb broken
probed broken '<probes load="sleep 100"><command name="acme-v" help="-V"/><command name="acme-tty" skip="it needs a terminal"/></probes>'

# A start command that starts nothing if its file of the pid is there: after a kill, the pid in it is that of a dead process.
program /opt/stale/start <<'SCRIPT'
[ ! -e /run/stale.pid ] || exit 0
setsid sleep 1000 > /dev/null 2>&1 < /dev/null &
echo $! > /run/stale.pid
SCRIPT
program /opt/stale/stop <<< 'kill "$(cat /run/stale.pid)" 2> /dev/null; rm -f /run/stale.pid'
deb stale
probed stale '<probes start="/opt/stale/start" stop="/opt/stale/stop" commands="no" load="sleep 100"/>'

# A product that works: a service that is restarted, which stops slowly, and with another that is stopped before; a command.
unit all 'Type=oneshot' 'RemainAfterExit=yes' 'ExecStart=/bin/true'
unit steady 'ExecStart=/bin/sleep 1000' 'ExecStop=/bin/sleep 2' 'Restart=always' 'RestartSec=100ms' '[Unit]' 'PartOf=all.service'
program /usr/bin/works <<< 'echo usage'
deb works
probed works '<probes load="sleep 100" answer="pgrep -x sleep"/>'

# No service, and what the suite says of that.
program /usr/bin/tool <<< 'echo usage'
deb tool
probed tool '<probes services="no"/>'
program /usr/bin/untold <<< 'echo usage'
deb untold
probed untold '<probes/>'
program /usr/bin/wrong <<< 'echo usage'
deb wrong
probed wrong '<probes services="no"><command name="acme" help="-h"/></probes>'

meter_suite 60

chosen=${ONLY:-broken stale works tool untold wrong meter}
arguments=()
for name in $chosen; do arguments+=(--suite "$suites/$name"); done
"$touchstone" run --image debian-bookworm-amd64 --platform x86 "${arguments[@]}" --json > "$scratch/run.json" || true
matrix=$(cat "$scratch/run.json")

# shown SUITE: its cell is in $printed.
shown() {
    printed=$("$touchstone" show "debian-bookworm-amd64/x86/$1" --json || true)
}
# of SUITE VERDICT BLAME
of() {
    check "$1: verdict" "$(cell x86 "$1" '"\(.verdict) \(.blame // "" | sub("none"; ""))"')" "$2"
    shown "$1"
}
status() { case_of_cell "$1" '"\(.status) \(.blame // "" | sub("none"; ""))"'; }
# point ID PART: how the first point with that in its name ended, and what it says.
point() {
    case_of_cell "$1" "[.points[] | select(.name | contains(\"$2\"))][0] | .status"
}
want() { case " $chosen " in *" $1 "*) ;; *) return 1 ;; esac; }

if want broken; then
    of broken "incompatible product"
    check "broken: install" "$(status probe-install)" "PASS "
    check "broken: state" "$(point probe-state silent.service) $(point probe-state crash.service) $(point probe-state once.service)" "FAIL FAIL PASS"
    check "broken: commands" "$(failing probe-commands)" "/usr/bin/acme-crash --help, /usr/bin/acme-hang --help, /usr/bin/acme-interpreter --help, /usr/bin/acme-one --help, /usr/bin/acme-reads --help"
    check "broken: told otherwise" "$(point probe-commands acme-v) $(point probe-commands acme-tty) $(point probe-commands acme-good)" "PASS SKIP PASS"
    check "broken: it exits while it starts, or dies silently afterwards" \
        "$(point probe-start 'silent.service: its main process') $(point probe-start 'crash.service: its main')" "FAIL FAIL"
    check "broken: active (exited)" "$(point probe-start 'once.service: it does something') $(point probe-kill once.service)" "PASS SKIP"
    check "broken: it is not killed" "$(point probe-kill silent.service)" FAIL
    check "broken: ten kills of one that its manager restarts after 90 s" "$(point probe-kill 'gone.service: kill -9, round 10')" PASS
    check "broken: processes are left after the stop" "$(point probe-stop 'forks.service: no process')" FAIL
    check "broken: the stop fails" "$(point probe-stop 'gone.service: its state is inactive')" FAIL
fi
if want stale; then
    of stale "incompatible product"
    check "stale: it starts" "$(status probe-start)" "PASS "
    check "stale: the pid is that of a dead process" "$(status probe-kill) $(point probe-kill 'round 1:')" "FAIL product FAIL"
    check "stale: no command, as its suite says" "$(status probe-commands)" "SKIP "
fi
if want works; then
    of works "compatible "
    # Those of security say SKIP where there is nothing of the kind: no declared port, no TLS.
    check "works: every probe" "$(jq -r '[.cases[] | select(.item != "security") | .status] | unique | join(" ")' <<< "$printed")" PASS
    check "works: none of security fails" "$(jq -r '[.cases[] | select(.item == "security") | .status] | unique | join(" ")' <<< "$printed")" "PASS SKIP"
    check "works: what stops with another has stopped" "$(point probe-stop 'steady.service: no process') $(point probe-stop 'steady.service: its state')" "PASS PASS"
    check "works: ten rounds" "$(jq -r '.observations[] | select(.key == "test.rounds") | .value' <<< "$printed")" 10
fi
if want tool; then
    of tool "compatible "
    check "tool: nothing was started" "$(status probe-start)$(status probe-kill)$(status probe-stop)" "SKIP SKIP SKIP "
fi
if want untold; then
    of untold "not-assessed "
    check "untold: why" "$(status probe-start)" "SKIP "
fi
if want wrong; then
    of wrong "not-assessed suite"
    check "wrong: a command that the package does not have" "$(status probe-commands)" "ERROR suite"
fi
if want meter; then
    shown_whole meter
    check_meter 60
fi
finish
