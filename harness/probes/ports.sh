#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every socket on which a process of the product listens (TCP, UDP, raw IP) is one that suite.xml declares, and every port
# that it declares is open. The kernel's tables are read, of every network namespace; the process of a socket is known by
# its descriptors, and it is the product's by its unit or by the package of its program. What others hold is not the
# product's and only listed.
. "$TOUCHSTONE_SUITE/cases/probe-lib.sh"

find_units
product_files > "$folder/paths"
# shellcheck disable=SC2046
[ ! -s "$folder/staged" ] || installed_files $(cat "$folder/staged") >> "$folder/paths"

# sockets TABLE...: prints protocol, address, port (of a raw socket its IP protocol) and inode of those that listen.
sockets() {
    awk '
        function hex(text, i, value) {
            for (i = 1; i <= length(text); i++)
                value = value * 16 + index("0123456789ABCDEF", toupper(substr(text, i, 1))) - 1
            return value + 0
        }
        function four(word) {
            return hex(substr(word, 7, 2)) "." hex(substr(word, 5, 2)) "." hex(substr(word, 3, 2)) "." hex(substr(word, 1, 2))
        }
        function six(text, i, word, out) {
            if (text == "00000000000000000000000000000000") return "::"
            if (text == "00000000000000000000000001000000") return "::1"
            if (substr(text, 1, 24) == "0000000000000000FFFF0000") return four(substr(text, 25, 8))
            for (i = 0; i < 4; i++) {
                word = substr(text, i * 8 + 1, 8)
                out = out (i ? ":" : "") sprintf("%x:%x", hex(substr(word, 7, 2) substr(word, 5, 2)), hex(substr(word, 3, 2) substr(word, 1, 2)))
            }
            return out
        }
        FNR == 1 { next }
        {
            parts = split(FILENAME, part, "/")
            protocol = part[parts]
            if (protocol ~ /^tcp/ && $4 != "0A") next
            if (protocol ~ /^udp/ && $3 !~ /:0000$/) next
            split($2, place, ":")
            address = protocol ~ /6$/ ? six(place[1]) : four(place[1])
            sub(/6$/, "", protocol)
            print protocol, address, hex(place[2]), $10
        }' "$@"
}

# The tables of each network namespace once: those of the first process in it.
find /proc/[0-9]*/ns/net -printf '%l %p\n' 2> /dev/null | sort -u -k 1,1 | while read -r _ link; do
    place=${link%/ns/net}/net
    for name in tcp tcp6 udp udp6 raw raw6; do
        [ ! -r "$place/$name" ] || echo "$place/$name"
    done
done > "$folder/tables"
[ -s "$folder/tables" ] || { echo "the kernel's tables of sockets cannot be read" >&2; exit 99; }
# shellcheck disable=SC2046
sockets $(cat "$folder/tables") | sort -u > "$folder/sockets"
find /proc/[0-9]*/fd -lname 'socket:*' -printf '%l %p\n' 2> /dev/null |
    sed -nE 's,^socket:\[([0-9]+)\] /proc/([0-9]+)/.*,\1 \2,p' | sort -u > "$folder/holders"

# unit_of PID: sets $unit.
unit_of() {
    unit=
    while IFS=: read -r _ _ path; do
        case ${path##*/} in
        *.service | *.scope | *.socket) unit=${path##*/} ;;
        touchstone-probe) unit=touchstone-probe ;;
        esac
    done < "/proc/$1/cgroup"
}

# is_product PID: sets $who, and succeeds if it is a process of the product.
is_product() {
    read -r name 2> /dev/null < "/proc/$1/comm" || name='?'
    unit_of "$1" 2> /dev/null || true
    program=$(readlink "/proc/$1/exe") || program=
    program=${program% (deleted)}
    who="$name${unit:+ ($unit)}"
    [ "$unit" != touchstone-probe ] || return 0
    [ -z "$unit" ] || ! grep -Fqx "$unit" "$folder/units" || return 0
    case $program in
    '') return 1 ;;
    "$TOUCHSTONE_SUITE"/files/* | "$TOUCHSTONE_FILES"/*) return 0 ;;
    esac
    grep -Fqx -e "$program" -e "${program#/usr}" "$folder/paths"
}

# of_socket_unit PORT: sets $who; a socket that the manager holds for a unit of the product.
of_socket_unit() {
    while read -r socket; do
        case $socket in *.socket) ;; *) continue ;; esac
        if property "$socket" Listen | grep -Eq "(^|:)$1 \("; then
            who="systemd ($socket)"
            return 0
        fi
    done < "$folder/units"
    return 1
}

# holder INODE PORT: sets $who, and succeeds if the product holds the socket.
holder() {
    who='no process'
    while read -r inode pid; do
        [ "$inode" = "$1" ] || continue
        if [ "$pid" = 1 ]; then
            who=systemd
            if has_systemd && of_socket_unit "$2"; then return 0; fi
        elif is_product "$pid"; then
            return 0
        fi
    done < "$folder/holders"
    return 1
}

# declared PROTOCOL ADDRESS PORT: succeeds if suite.xml names it, and notes which line does.
declared() {
    while IFS=$tab read -r key place where; do
        [ "$key" = port ] && [ "$place" = "$1 $3" ] || continue
        wanted=${where%% *}
        if [ "$wanted" = '*' ] || [ "$wanted" = "$2" ]; then
            echo "$place$tab$where" >> "$folder/seen"
            return 0
        fi
    done < "$settings"
    return 1
}

# Whether a process of the product runs at all: else nothing is known of its ports.
runs_anything() {
    [ -z "$(members /touchstone-probe)" ] || return 0
    has_systemd || return 1
    while read -r name; do
        load_unit "$name"
        case $name in
        *.service) [ "$ActiveState" != active ] || [ "${MainPID:-0}" = 0 ] || return 0 ;;
        *.socket) [ "$ActiveState" != active ] || return 0 ;;
        esac
    done < "$folder/units"
    return 1
}

: > "$folder/seen"
: > "$folder/open"
others=0
while read -r protocol address port inode; do
    if holder "$inode" "$port"; then
        echo "$protocol $address $port $who" >> "$folder/open"
    else
        others=$((others + 1))
        echo "# not the product's: $protocol $address:$port, $who"
    fi
done < "$folder/sockets"
# A port once, with every address on which it is open.
awk '{
    port = $1 "." $3
    address = $2
    sub(/^[^ ]+ [^ ]+ [^ ]+ /, "")
    before = port in places ? places[port] ", " : ""
    places[port] = before address " " $0
}
END { for (port in places) print port, places[port] }' "$folder/open" | sort > "$folder/places"
while read -r port places; do observe "port.$port" "$places"; done < "$folder/places"
observe ports.product "$(wc -l < "$folder/open" | tr -d ' ')"
observe ports.others "$others"

[ -s "$folder/open" ] || runs_anything || nothing "no process of the product runs, so nothing can be said of its ports"
if ! setting port > /dev/null && [ "$(setting ports)" != no ]; then
    [ -s "$folder/open" ] || nothing 'the product listens on no port, and suite.xml declares none: if that is right, write ports="no" in <probes>'
    nothing "suite.xml declares no port: add <port> to <probes> for $(cut -d ' ' -f 1-3 "$folder/open" | tr '\n' ',') or write ports=\"no\""
fi
while read -r protocol address port who; do
    if declared "$protocol" "$address" "$port"; then
        ok "$protocol $address:$port is declared ($who)"
    else
        not_ok "$protocol $address:$port is declared" "$who listens, and suite.xml does not name it"
    fi
done < "$folder/open"
while IFS=$tab read -r key place where; do
    [ "$key" = port ] || continue
    if grep -Fqx "$place$tab$where" "$folder/seen"; then
        ok "$place ($where) is open"
    else
        not_ok "$place ($where) is open" "declared, but no process of the product listens there"
    fi
done < "$settings"
[ "$points" -gt 0 ] || ok "nothing of the product listens"
finish
