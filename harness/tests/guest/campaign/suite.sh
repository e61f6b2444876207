# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Broken suites: never compatible, responsible: suite, and never the product's fault.
bad syntax-error <<< 'if true; then echo fine'
bad unknown-command <<< 'frobnicate --now'
bad unknown-command-last <<< 'echo one; echo two | frobnicate'
bad unset-variable <<< 'set -u; echo "$NOSUCH_VARIABLE"'
bad reads-a-missing-file <<< '. "$TOUCHSTONE_SUITE/lib/nosuch.sh"'
bad no-plan tap <<< 'echo "ok 1"'
bad plan-too-long tap <<< 'printf "1..5\nok 1\nok 2\n"'
bad plan-twice tap <<< 'printf "1..1\n1..1\nok 1\n"'
bad prints-nothing tap <<< 'exit 0'
bad sleeps-too-long exit 2 <<< 'sleep 600'
bad loops-in-shell exit 2 <<< 'while :; do :; done'
bad waits-for-input exit 2 <<< 'tail -f /dev/null'
bad says-so <<< 'echo "fixture broken" >&2; exit 99'
bad signals-itself <<< 'kill -TERM $$'
bad bad-observation <<< 'printf "nonsense\n" >> "$TOUCHSTONE_OBSERVATIONS"'
bad restart-not-announced-2 <<< 'guest-power-cut now'
bad wrong-interpreter <<< 'exit 0'
sed -i '1s|.*|#!/usr/bin/nosuch-interpreter|' "$suites/wrong-interpreter/cases/works"
bad carriage-returns <<< 'exit 0'
sed -i 's/$/\r/' "$suites/carriage-returns/cases/works"
bad not-executable-script <<< 'exit 0'
chmod 644 "$suites/not-executable-script/cases/works"
bad python-traceback <<< 'echo unused'
printf '#!/usr/bin/perl\nuse NoSuch::Module;\n' > "$suites/python-traceback/cases/works"
bad own-helper-crashes <<< 'exec "$TOUCHSTONE_SUITE/cases/helper"'
printf 'int main(){ return *(volatile int *)0; }' | x86_64-linux-gnu-gcc -x c -o "$suites/own-helper-crashes/cases/helper" -
