# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: Apache-2.0
# What the cases share: TAP, time, and what the system holds. Under emulation every process costs, so
# whatever the shell can do by itself it does.
set -eu

unit=redis-server client=redis-cli
planned=0 points=0

# plan COUNT: how many points will follow.
plan() {
    planned=$1
    echo "TAP version 14"
    echo "1..$planned"
}

ok() {
    points=$((points + 1))
    echo "ok $points - $1"
}

# not_ok POINT [DETAIL]
not_ok() {
    points=$((points + 1))
    echo "not ok $points - $1"
    [ $# -lt 2 ] || echo "# $2"
}

# check POINT COMMAND...: ok when the command succeeds; what it prints goes to stderr.
check() {
    point=$1
    shift
    if "$@" >&2; then ok "$point"; else not_ok "$point" "failed: $*"; return 1; fi
}

# packages POINT ARGUMENT...: a point: touchstone-install succeeds. Where it could not try (99), that is no
# failure of the product's, and the case ends as one that broke.
packages() {
    point=$1 code=0
    shift
    why=$(touchstone-install "$@") || code=$?
    case $code in
    0) ok "$point" ;;
    99) exit 99 ;;
    *) not_ok "$point" "$why"; return 1 ;;
    esac
}

# same POINT EXPECTED ACTUAL
same() {
    if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "expected '$2', got '$3'"; fi
}

# The product is so broken that the rest has no meaning: the points that are left fail.
give_up() {
    while [ "$points" -lt "$planned" ]; do
        not_ok "not reached: $1"
    done
    exit 0
}

# now: hundredths of a second since the system started, in $time.
now() {
    read -r time _ < /proc/uptime
    time=${time%.*}${time#*.}
}

# observe_time KEY HUNDREDTHS
observe_time() {
    hundredths=$(($2 % 100))
    [ "$hundredths" -gt 9 ] || hundredths=0$hundredths
    observe "$1" "$(($2 / 100)).$hundredths" s
}

# wait_ready [OLD_PID]: until the server answers, as another process than OLD_PID; its pid in $pid. A
# service that has failed for good is not waited for.
wait_ready() {
    tries=$((30 * ${TOUCHSTONE_TIMEOUT_SCALE:-1}))
    while [ "$tries" -gt 0 ]; do
        pid=$(redis-cli INFO server 2> /dev/null | sed -n 's/^process_id:\([0-9]*\).*/\1/p') || pid=
        [ -z "$pid" ] || [ "$pid" = "${1:-}" ] || return 0
        ! systemctl is-failed --quiet "$unit" || return 1
        tries=$((tries - 1))
        sleep 1
    done
    return 1
}

# write_until COUNT: a client appends 1, 2, 3 … to a list: each reply is the length so far. Returns as soon as
# COUNT are acknowledged (in $acknowledged), in the middle of the stream, the client ($writer) still writing.
write_until() {
    seq -f 'RPUSH acknowledged %.0f' 20000 > "$TOUCHSTONE_WORK/stream"
    rm -f "$TOUCHSTONE_WORK/replies.fifo"
    mkfifo "$TOUCHSTONE_WORK/replies.fifo"
    redis-cli < "$TOUCHSTONE_WORK/stream" > "$TOUCHSTONE_WORK/replies.fifo" 2> /dev/null &
    writer=$!
    exec 3< "$TOUCHSTONE_WORK/replies.fifo"
    acknowledged=0
    while [ "$acknowledged" -lt "$1" ] && read -r reply <&3; do
        acknowledged=$reply
    done
}

# kept COUNT: a point: the writes 1 to COUNT are there. How many were found is in $found.
kept() {
    redis-cli LRANGE acknowledged 0 -1 > "$TOUCHSTONE_WORK/found" || true
    same "every acknowledged write is there, in order" all "$(awk -v count="$1" '
        NF && $0 != NR { print "the write " NR " is " $0; bad = 1; exit }
        END { if (!bad) print (NR >= count ? "all" : "only " NR " of " count) }' "$TOUCHSTONE_WORK/found")"
    found=$(redis-cli LLEN acknowledged) || found=
}

# said FIELD: what INFO says of the server's files.
said() {
    redis-cli INFO persistence | sed -n "s/^$1:\(.*\)\r\$/\1/p"
}

# background BUSY STATUS: waits until the field BUSY is 0; the field STATUS is then in $status.
background() {
    tries=$((30 * ${TOUCHSTONE_TIMEOUT_SCALE:-1}))
    while [ "$tries" -gt 0 ] && [ "$(said "$1")" != 0 ]; do
        tries=$((tries - 1))
        sleep 0.3
    done
    status=$(said "$2")
}

# second_server FOLDER OPTION...: a server of its own on port 6390 with the files in FOLDER; until it has
# loaded them.
second_server() {
    place=$1
    shift
    redis-server --port 6390 --bind 127.0.0.1 --dir "$place" --save "" "$@" > "$place/log" 2>&1 &
    second=$!
    tries=$((30 * ${TOUCHSTONE_TIMEOUT_SCALE:-1}))
    while [ "$tries" -gt 0 ]; do
        [ "$(redis-cli -p 6390 PING 2> /dev/null)" != PONG ] || return 0
        kill -0 "$second" 2> /dev/null || break
        tries=$((tries - 1))
        sleep 0.3
    done
    cat "$place/log"
    return 1
}

end_second_server() {
    redis-cli -p 6390 SHUTDOWN NOSAVE > /dev/null 2>&1 || true
    wait "$second" || true
}

# listening PORT_IN_HEX: something listens on that TCP port.
listening() {
    for table in /proc/net/tcp /proc/net/tcp6; do
        [ -r "$table" ] || continue
        while read -r _ place _ state _; do
            [ "$state" != 0A ] || [ "${place##*:}" != "$1" ] || return 0
        done < "$table"
    done
    return 1
}

# processes NAME: the pids of the processes of that name, in $pids.
processes() {
    pids=
    for comm in /proc/[0-9]*/comm; do
        read -r name 2> /dev/null < "$comm" || continue
        [ "$name" != "$1" ] || { pid=${comm#/proc/}; pids="$pids ${pid%/comm}"; }
    done
}

# snapshot NAME: packages, accounts and files as they are now, as sorted lists in $TOUCHSTONE_WORK.
# Left out is what the system itself keeps writing, and what package managers and account tools leave
# of their own.
snapshot() {
    dpkg-query --show --showformat='${db:Status-Abbrev}${Package}\n' | sort > "$TOUCHSTONE_WORK/$1.packages"
    cut -d : -f 1 /etc/passwd /etc/group | sort > "$TOUCHSTONE_WORK/$1.accounts"
    find /etc /home /opt /root /srv /usr /var -xdev \
        \( -path /var/backups -o -path /var/cache -o -path /var/lib/apt -o -path /var/lib/dpkg \
        -o -path /var/lib/systemd -o -path /var/log/journal -o -path /var/tmp -o -name __pycache__ \) -prune -o \
        ! -path '/etc/*-' ! -path /etc/.pwd.lock ! -path /var/log/dpkg.log ! -path /var/log/alternatives.log \
        -print | sort > "$TOUCHSTONE_WORK/$1.files"
}

# dataset: the same data at each call, as commands, in $TOUCHSTONE_WORK/write; how to ask for it in
# .../read, and what must come back in .../expected.
dataset() {
    i=1
    : > "$TOUCHSTONE_WORK/write"
    while [ "$i" -le 300 ]; do
        value=$((i * i % 9973)).$((i * 7919)).content-of-$i
        echo "SET string:$i $value"
        echo "GET string:$i" >&3
        echo "$value" >&4
        i=$((i + 1))
    done > "$TOUCHSTONE_WORK/write" 3> "$TOUCHSTONE_WORK/read" 4> "$TOUCHSTONE_WORK/expected"
    cat >> "$TOUCHSTONE_WORK/write" << 'END'
RPUSH kept:list one two three
HSET kept:hash name touchstone count 42
SADD kept:set 1 2 3
ZADD kept:scores 1.5 low 2.25 high -inf least
XADD kept:stream 7-1 field value
SETBIT kept:bits 4095 1
SET kept:raw "\x00\xff\r\n"
END
    cat >> "$TOUCHSTONE_WORK/read" << 'END'
LRANGE kept:list 0 -1
HMGET kept:hash name count
SMEMBERS kept:set
ZRANGE kept:scores 0 -1 WITHSCORES
XRANGE kept:stream - +
BITPOS kept:bits 1
STRLEN kept:raw
DBSIZE
END
    printf '%s\n' one two three touchstone 42 1 2 3 least -inf low 1.5 high 2.25 7-1 field value 4095 4 307 \
        >> "$TOUCHSTONE_WORK/expected"
}

# compare POINT: the data set comes back whole, from the server that $client asks.
compare() {
    $client < "$TOUCHSTONE_WORK/read" > "$TOUCHSTONE_WORK/actual" || true
    check "$1" cmp "$TOUCHSTONE_WORK/expected" "$TOUCHSTONE_WORK/actual" || true
}
