#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Calendar expressions of timers: the lines that systemd ignores, and only those. systemd-analyze is the oracle where it
# is installed; each row has the answer too.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need jq

mkdir -p root/usr/lib64 root/etc p/usr/lib/systemd/system
cp "$(ldconfig -p | awk '/libc.so.6 / {print $NF; exit}')" root/usr/lib64/libc.so.6
"$touchstone" abi harvest --rootfs root --name new > /dev/null || exit 1

cat > rows << 'E'
valid daily
valid Semi-Annually
valid Mon
valid Mon,Wed..Fri
valid Sat,Sun 10:00
valid Mon-Fri 8:00
valid Mon *-*-* 00:00:00 UTC
valid 2024-01-01
valid 24-1-1 1:2:3.5 Asia/Shanghai
valid *-*-1,15 04:00
valid *-*~3/1 10:00
valid *:0/15
valid 05:40:0/10
valid *-05~05
valid 12..14:10,20,30
valid *-*-* *:*:*
valid 8..18/2:00
valid Mon..Fri,Sun 22:30 Europe/Berlin
valid @1395716396
invalid @1395716396x
invalid dayly
invalid daily 10:00
invalid every day
invalid Mo
invalid Monday..
invalid Fri..Mon
invalid Mon 25:00
invalid 10:60
invalid 10
invalid *-13-01
invalid *-*-32
invalid *-*~30
invalid 10:00:00:00
invalid */15
invalid 0/15 * * * *
invalid *:0/0
invalid *:50/20
invalid 5..3:00
invalid 2024-01-01T10:00
invalid 1960-01-01
invalid 10:00 tomorrow
invalid Mon Tue 10:00
E
{ printf '[Unit]\nDescription=x\n[Timer]\n'; sed 's/^[a-z]* /OnCalendar=/' rows; } > p/usr/lib/systemd/system/x.timer
printf '[Service]\nExecStart=/bin/true\n' > p/usr/lib/systemd/system/x.service
"$touchstone" abi check p --prefix / --surface new --json > out 2> err
line=3
while read -r answer expression; do
    line=$((line + 1))
    got=$(jq --argjson line $line -r '[.findings[] | select(.kind == "UNIT_VALUE" and .line == $line) | .severity] | join(" ")' out)
    expected=
    [ "$answer" = valid ] || expected=HIGH
    check "$expression" "$got" "$expected"
    if type -P systemd-analyze > /dev/null; then
        systemd-analyze calendar -- "$expression" > /dev/null 2>&1 && real=valid || real=invalid
        check "systemd: $expression" "$real" "$answer"
    fi
done < rows
end_checks
