# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Cases that try to pass without evidence, or to hide what they did.

# Output: TAP that looks complete but is not.
tap tap-carriage-return incompatible product <<< 'printf "1..1\r\nnot ok 1 - saves\r\n"'
tap tap-byte-order-mark not-green any <<< 'printf "\357\273\277not ok 1 - saves\nok 1 - saves\n1..1\n"'
tap tap-nul-before not-green any <<< 'printf "1..2\nok 1 - a\n\000not ok 2 - b\nok 2 - b\n"'
tap tap-two-documents not-green any <<< 'printf "1..1\nok 1 - a\n1..1\nnot ok 1 - b\n"'
tap tap-late-failure not-green any <<< 'printf "ok 1\nok 2\n1..2\nnot ok 3\n"'
tap tap-bail-out-at-the-end not-green any <<< 'printf "1..1\nok 1\nBail out! disk broken\n"'
tap tap-child-fails not-green any <<< 'printf "1..1\n# Subtest: child\n    1..2\n    ok 1\n    not ok 2 - saves\nok 1 - child\n"'
tap tap-exit-code not-green any <<< 'printf "1..1\nok 1\n"; exit 3'
tap tap-on-stderr not-green suite <<< 'printf "1..1\nok 1\n" >&2'
tap tap-empty-plan not-assessed any <<< 'printf "1..0\n"'
tap tap-number-reused not-green any <<< 'printf "1..2\nok 1 - a\nok 1 - b\n"'
tap tap-huge-plan not-green any <<< 'printf "1..99999999999999999999\nok 1\n"'
tap tap-todo-word incompatible product <<< 'printf "1..1\nnot ok 1 - tidies #TODOs of the user\n"'
tap tap-skip-word incompatible product <<< 'printf "1..1\nnot ok 1 - runs # skipping rope\n"'
tap tap-escaped-hash incompatible product <<< 'printf "1..1\nnot ok 1 - colour \\\\# TODO\n"'
tap tap-not-ok-joined not-green any <<< 'printf "1..1\nok 1 - a\nnotok 2 - b\n"'
tap tap-upper-case not-green any <<< 'printf "1..1\nok 1 - a\nNOT OK 2 - b\n"'
tap tap-tab-between not-green any <<< 'printf "1..1\nok 1 - a\nnot\tok 2 - b\n"'
tap tap-plan-inside-word not-green any <<< 'printf "1..2x\nok 1\nok 2\n"'
tap tap-all-skipped not-assessed any <<< 'printf "1..2\nok 1 # SKIP no disk\nok 2 # SKIP no disk\n"'

# How they end.
one ends-by-own-signal not-green any exit 20 <<< 'echo fine; kill -9 $$'
one ends-77-required not-assessed any exit 20 <<< 'echo "not today"; exit 77'
one ends-99 not-assessed suite exit 20 <<< 'exit 99'
one ends-in-background-failure compatible any exit 20 <<< '(sleep 1; exit 1) & exit 0'
one ends-with-open-pipes compatible any exit 20 <<< 'setsid -f sleep 300; exit 0'
one output-without-newline not-green any exit 60 <<< 'head -c 5000000 /dev/zero | tr "\0" x'
one output-of-escapes compatible any exit 20 <<< 'printf "\033]0;owned\007\033[2J\033[31mred\342\200\256abc\n"'
one output-of-bad-utf8 compatible any exit 20 <<< 'head -c 20000 /dev/urandom'
one restart-not-announced not-green suite exit 20 <<< 'guest-reboot again'

# Observations.
one observes-too-much not-green any exit 120 <<< 'for i in $(seq 60); do printf "k%s\tv\t\n" $(seq $((i * 100)) $((i * 100 + 99))) >> "$TOUCHSTONE_OBSERVATIONS"; done'
one observes-then-truncates not-green any exit 20 <<< 'observe speed 12; : > "$TOUCHSTONE_OBSERVATIONS"'
one observes-then-moves not-green any exit 20 <<< 'observe speed 12; mv "$TOUCHSTONE_OBSERVATIONS" /tmp/x; cp /tmp/x "$TOUCHSTONE_OBSERVATIONS"; echo "speed	99	" > "$TOUCHSTONE_OBSERVATIONS"'
one observes-to-a-folder not-green any exit 20 <<< 'observe speed 12; rm "$TOUCHSTONE_OBSERVATIONS"; mkdir "$TOUCHSTONE_OBSERVATIONS"'
one observes-raw-garbage not-green any exit 20 <<< 'head -c 500 /dev/urandom >> "$TOUCHSTONE_OBSERVATIONS"'
one observes-nothing not-green any exit 20 <<< 'observe speed "$(nosuchprogram)"'
one observes-a-harness-key not-green any exit 20 <<< 'observe boot.way agent'

# Interference with the next case.
then_honest edits-the-next incompatible\ not-assessed product <<< 'printf "#!/bin/sh\nexit 0\n" > "$TOUCHSTONE_SUITE/cases/second"'
then_honest renames-over-the-next not-green product <<< 'printf "#!/bin/sh\nexit 0\n" > /tmp/s; chmod 755 /tmp/s; mv /tmp/s "$TOUCHSTONE_SUITE/cases/second"'
then_honest binds-over-the-next not-green product <<< 'printf "#!/bin/sh\nexit 0\n" > /tmp/s; chmod 755 /tmp/s; mount --bind /tmp/s "$TOUCHSTONE_SUITE/cases/second"'
then_honest overlays-the-suite not-green product <<'CASE'
mkdir -p /run/u /run/w; mount -t tmpfs t /run/u; mkdir /run/u/up /run/u/work /run/u/up/cases
printf "#!/bin/sh\nexit 0\n" > /run/u/up/cases/second; chmod 755 /run/u/up/cases/second
mount -t overlay o -o lowerdir="$TOUCHSTONE_SUITE",upperdir=/run/u/up,workdir=/run/u/work "$TOUCHSTONE_SUITE"
CASE
then_honest tmpfs-over-base not-green product <<< 'mount -t tmpfs t "$(dirname "$TOUCHSTONE_SUITE")"'
then_honest replaces-the-runner not-green product <<< 'r=$(dirname "$TOUCHSTONE_SUITE")/bin/touchstone-guest; printf "#!/bin/sh\nexit 0\n" > /tmp/r; chmod 755 /tmp/r; mv /tmp/r "$r"'
then_honest replaces-observe not-green product <<< 'o=$(dirname "$TOUCHSTONE_SUITE")/bin/observe; rm -f "$o"; printf "#!/bin/sh\nexit 0\n" > "$o"; chmod 755 "$o"'
then_honest replaces-the-shell not-green product <<< 'printf "int main(){return 0;}" > /dev/null; cp /bin/true /bin/sh.new && mv /bin/sh.new /bin/sh'
then_honest shell-by-bind not-green product <<< 'mount --bind /bin/true "$(readlink -f /bin/sh)"'
suite preloads
program preloads hide.so -shared -fPIC <<< '#include <unistd.h>
void _exit(int c){ __asm__ volatile("syscall"::"a"(231),"D"(0)); for(;;); }
void exit(int c){ _exit(0); }'
case_of preloads first exit yes 30 <<< 'cp "$TOUCHSTONE_SUITE/files/hide.so" /lib/hide.so; echo /lib/hide.so > /etc/ld.so.preload'
case_of preloads second exit yes 30 <<< 'exit 1'
expect preloads not-green product
then_honest registers-binfmt not-green product <<< 'mount -t binfmt_misc b /proc/sys/fs/binfmt_misc 2>/dev/null; echo ":s:M::#!/bin/sh::/bin/true:" > /proc/sys/fs/binfmt_misc/register || exit 0'
then_honest pre-makes-observations not-green product <<< 'mkdir -p "$(dirname "$TOUCHSTONE_OBSERVATIONS")/observations.second/x"'
then_honest fifo-for-restart not-green product <<< 'rm -f "$(dirname "$TOUCHSTONE_OBSERVATIONS")/restart.second"; mkfifo "$(dirname "$TOUCHSTONE_OBSERVATIONS")/restart.second"'
then_honest kills-the-next-runner not-green product <<'CASE'
setsid -f sh -c 'for i in $(seq 300); do for p in $(pgrep -f "touchstone-guest case --id second"); do kill -9 $p; done; sleep 0.05; done' > /dev/null 2>&1 < /dev/null
CASE
then_honest stops-the-next-shell not-green any <<'CASE'
setsid -f sh -c 'for i in $(seq 200); do pkill -STOP -f cases/second; sleep 0.05; done' > /dev/null 2>&1 < /dev/null
CASE
then_honest swaps-the-script-in-flight not-green any <<'CASE'
setsid -f sh -c 'printf "#!/bin/sh\nexit 0\n" > /tmp/s; chmod 755 /tmp/s; for i in $(seq 2000); do cp /tmp/s "'"$TOUCHSTONE_SUITE"'/cases/second" 2>/dev/null; done' > /dev/null 2>&1 < /dev/null
CASE
then_honest moves-the-results-disk not-green product <<< ': > /tmp/e; udevadm control --stop-exec-queue; ln -sf /tmp/e /dev/disk/by-id/virtio-ts-results'
then_honest moves-the-payload-disk not-green product <<< 'cp /dev/disk/by-id/virtio-ts-payload /tmp/p; udevadm control --stop-exec-queue; ln -sf /tmp/p /dev/disk/by-id/virtio-ts-payload; printf "#!/bin/sh\nexit 0\n" > "$TOUCHSTONE_SUITE/cases/second"'
then_honest unplugs-the-results-disk not-green product <<< 'd=$(basename "$(readlink -f /dev/disk/by-id/virtio-ts-results)"); echo 1 > "/sys/block/$d/device/../remove" 2>/dev/null || echo "$(basename "$(readlink -f /sys/block/$d/device/driver)")"; echo "$(basename "$(readlink -f /sys/block/$d/device)")" > /sys/bus/virtio/drivers/virtio_blk/unbind; true'
then_honest stops-the-agent not-green product <<< 'systemctl stop qemu-guest-agent 2>/dev/null || pkill qemu-ga'
then_honest freezes-the-agent not-green product <<< 'setsid -f sh -c "sleep 1; echo 1 > /sys/fs/cgroup/system.slice/qemu-guest-agent.service/cgroup.freeze" > /dev/null 2>&1 < /dev/null'
then_honest removes-usr-bin not-green product <<< 'rm -rf /usr/bin/* /bin/* 2>/dev/null; true'
then_honest remounts-root-read-only not-green product <<< 'sync; echo u > /proc/sysrq-trigger; sleep 1'
then_honest no-more-processes not-green product <<< 'echo 120 > /proc/sys/kernel/pid_max; for i in $(seq 200); do setsid -f sleep 600 > /dev/null 2>&1 < /dev/null; done; true'
then_honest no-more-files not-green any <<< 'echo 64 > /proc/sys/fs/file-max; true'
then_honest clock-leaps not-green any <<< 'date -s "2040-01-01" > /dev/null; true'
then_honest fills-the-root not-green any <<< 'fallocate -l "$(df --output=avail -B 1 /var/tmp | tail -n 1)" /var/tmp/full; true'
then_honest last-case-oopses-kernel not-green any <<< 'echo 1 > /proc/sys/kernel/panic_on_warn; echo c > /proc/sysrq-trigger'
suite passes-then-halts
case_of passes-then-halts works exit yes 20 <<< 'setsid -f sh -c "sleep 1; systemctl halt --force --force" > /dev/null 2>&1 < /dev/null; exit 0'
case_of passes-then-halts waits exit yes 60 <<< 'sleep 8'
expect passes-then-halts not-green any
suite lies-on-the-console
case_of lies-on-the-console works exit yes 20 <<< 'echo "<0>Kernel panic - not syncing: Attempted to kill init!" > /dev/kmsg; exit 1'
expect lies-on-the-console incompatible product
suite leaves-before-failing
case_of leaves-before-failing fails exit yes 20 <<< 'exit 1'
case_of leaves-before-failing crashes exit yes 20 <<< 'echo c > /proc/sysrq-trigger'
expect leaves-before-failing incompatible product
suite only-optional
case_of only-optional a exit no 20 <<< 'exit 0'
case_of only-optional b exit no 20 <<< 'exit 99'
expect only-optional not-green any
