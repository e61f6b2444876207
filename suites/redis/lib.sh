# shellcheck shell=sh disable=SC2034,SC1091
# SPDX-License-Identifier: Apache-2.0
# Functions for the cases. Under emulation every process is expensive, so shell builtins are used where possible.
set -eu
. touchstone.sh

unit=redis-server client=redis-cli

# answers [OLD_PID]: the server answers with another PID than OLD_PID; sets $pid.
answers() {
    pid=$(redis-cli INFO server 2> /dev/null | sed -n 's/^process_id:\([0-9]*\).*/\1/p') || pid=
    [ -n "$pid" ] && [ "$pid" != "${1:-}" ]
}

# wait_ready [OLD_PID]: waits until the server answers with another PID than OLD_PID; sets $pid.
wait_ready() {
    wait_until "$unit" answers "$@"
}

# append_until COUNT: write_until with a client that appends each number to a list; the reply is the length so far.
append_until() {
    write_until "$1" 'RPUSH acknowledged %d' redis-cli
}

# kept COUNT: a point that checks that the writes 1 to COUNT are there. Sets $found to the number found.
kept() {
    redis-cli LRANGE acknowledged 0 -1 > "$TOUCHSTONE_WORK/found" || true
    same "every acknowledged write is there, in order" all "$(awk -v count="$1" '
        NF && $0 != NR { print "the write " NR " is " $0; bad = 1; exit }
        END { if (!bad) print (NR >= count ? "all" : "only " NR " of " count) }' "$TOUCHSTONE_WORK/found")"
    found=$(redis-cli LLEN acknowledged) || found=
}

# said FIELD: prints a field of INFO about the server's files.
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

# second_server FOLDER OPTION...: starts another server on port 6390 with the files in FOLDER, and waits until it has
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

# dataset: writes the commands for a data set that is the same at each call to $TOUCHSTONE_WORK/write, those that read it
# to .../read, and the expected replies to .../expected.
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

# compare POINT: checks that the server that $client queries returns the whole data set.
compare() {
    $client < "$TOUCHSTONE_WORK/read" > "$TOUCHSTONE_WORK/actual" || true
    check "$1" cmp "$TOUCHSTONE_WORK/expected" "$TOUCHSTONE_WORK/actual" || true
}
