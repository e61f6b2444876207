#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Output for users: 'show' on a terminal of 24 lines, the pager, paths with --full, and 'clean', whose total equals that
# of du.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
export TERM=xterm
unset PAGER TOUCHSTONE_PAGER LESS NO_COLOR
sed "s/,1790000000000,0,'open',/,1790000000000,1790000100000,'ended',/" "$TS_SOURCE_DIR/harness/tests/data/store_v3.sql" |
    sqlite3 "$TOUCHSTONE_HOME/store.db"
cd "$scratch" || exit 99
# Runs touchstone on a terminal; arguments of env up to --, then those of touchstone.
terminal() {
    timeout 60 python3 - "$@" > out 2> err << 'END'
import os, pty, sys
words = sys.argv[1:]
at = words.index("--")
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("env", ["env"] + words[:at] + words[at + 1:])
while True:
    try: data = os.read(terminal, 65536)
    except OSError: break
    if not data: break
    os.write(1, data.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
}

"$touchstone" show a/kunpeng > out
check_that "no pager into a file" grep -q '^verdict    incompatible' out
for part in '^verdict ' '^why ' '^persist: FAIL' '^    FAIL '; do
    check_that "the first 24 lines have '$part'" test "$(head -n 23 out | grep -c "$part")" -ge 1
done
check_that "no digest without --full" test "$(sed '1,/^evidence/d' out | grep -cE '[0-9a-f]{64}')" = 0
"$touchstone" show a/kunpeng --full > out
check_that "digests with --full" grep -qE 'evidence/[0-9a-f]{2}/[0-9a-f]{64}' out

terminal TOUCHSTONE_PAGER='sed s/^/P:/' PAGER=false -- "$touchstone" show a/kunpeng
check_that "its own pager wins" grep -q '^P:.*verdict' out
check_that "in colour" grep -q "$(printf '\033\\[31')" out
terminal PAGER='sed s/^/Q:/' -- "$touchstone" matrix
code=$?
check_that "the pager of all programs, for matrix" grep -q '^Q:' out
check_that "the exit code is the run's, not the pager's: $code" test $code = 1
terminal PAGER='sed s/^/Q:/' -- "$touchstone" show a/kunpeng --no-pager
check_that "--no-pager" test "$(grep -c '^Q:' out)" = 0
terminal PAGER='sed s/^/Q:/' -- "$touchstone" show a/kunpeng --json
check_that "JSON is not paged" test "$(grep -c '^Q:' out)" = 0
for none in '' cat; do
    terminal TOUCHSTONE_PAGER="$none" -- "$touchstone" show a/kunpeng
    check_that "'$none' is no pager" grep -q 'verdict' out
done
printf '#!/bin/sh\ncat\necho "LESS=$LESS"\n' > pager && chmod +x pager
terminal TOUCHSTONE_PAGER=./pager -- "$touchstone" matrix
check_that "LESS" grep -q 'LESS=FRX' out
terminal LESS=S TOUCHSTONE_PAGER=./pager -- "$touchstone" matrix
check_that "LESS of the user" grep -q 'LESS=S$' out
terminal TOUCHSTONE_PAGER='no-such-pager -x' -- "$touchstone" matrix
check_that "a pager that is not there is told" grep -q "pager 'no-such-pager' is not installed" out
check_that "and not missed" grep -q 'incompatible' out

mkdir -p "$TOUCHSTONE_HOME"/{guests/a,packages/pool,downloads,surfaces,states/x,own}
for file in guests/a/disk packages/pool/p downloads/d surfaces/s states/x/memory own/file; do
    head -c 300000 /dev/urandom > "$TOUCHSTONE_HOME/$file"
done
"$touchstone" clean --dry-run --json > out
sync
used=$(du -s --block-size=1 "$TOUCHSTONE_HOME" | cut -f 1)
check_that "the sum is what du says" test "$(jq .total out)" = "$used"
check_that "and that of its rows" test "$(jq '.total == ([.use[].bytes] | add)' out)" = true
check_that "each kind is told" test "$(jq '[.use[] | select(.kind == ("guests", "packages", "downloads", "surfaces", "states", "other")) | .bytes >= 300000] | length == 6 and all' out)" = true
"$touchstone" clean --dry-run > out
check_that "and in the table" grep -q '^guests ' out
end_checks
