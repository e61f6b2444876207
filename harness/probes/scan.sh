#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In the second guest, while the product runs in the other one: what is open to another machine, and was not before the
# installation, is a port that suite.xml declares; what it declares for an address that others reach is open. The harness
# holds it against what probe-ports saw from inside.
. "$TOUCHSTONE_SUITE/cases/probe-nmap.sh"

[ -e "$before" ] || nothing "probe-baseline did not scan before the installation, so what the system itself opens is not known"
need_nmap
scan "$folder/all"
grep -Fvx -f "$before" "$folder/all" > "$folder/now" || true
while read -r protocol port state; do
    echo "# $protocol $port: $state, as before the installation"
done < "$before"
while read -r protocol port state; do
    observe "scan.$protocol.$port" "$state"
done < "$folder/now"
observe scan.open "$(wc -l < "$folder/now" | tr -d ' ')"

if ! setting port > /dev/null && [ "$(setting ports)" != no ]; then
    nothing "suite.xml declares no port; open to another machine: $(awk '{ printf "%s%s %s", n++ ? ", " : "", $1, $2 }' "$folder/now")"
fi

# reaches ADDRESS: others can reach it.
reaches() {
    case $1 in 127.* | ::1) return 1 ;; esac
}

# declared PROTOCOL PORT: a row of suite.xml names it, for an address that others can reach.
declared() {
    while IFS=$tab read -r key place where; do
        [ "$key" = port ] && [ "$place" = "$1 $2" ] && reaches "${where%% *}" && return 0
    done < "$settings"
    return 1
}

while read -r protocol port state; do
    if declared "$protocol" "$port"; then
        ok "$protocol $port is declared"
    elif [ "$state" = open ]; then
        not_ok "$protocol $port is declared" "it is open to another machine, and suite.xml does not name it for one"
    else
        skipped "$protocol $port is declared" "it does not answer, but is not closed as before the installation"
    fi
done < "$folder/now"
while IFS=$tab read -r key place where; do
    [ "$key" = port ] || continue
    address=${where%% *}
    case $place in raw\ *) continue ;; esac
    if grep -q "^$place " "$folder/all"; then
        reaches "$address" || echo "# $place is declared for $address, and open to another machine"
        continue
    fi
    case $address in
    '*') echo "# $place is not open to another machine: suite.xml does not say for which address it is" ;;
    0.0.0.0 | ::) not_ok "$place ($where) is open" "declared for every address, but closed to another machine" ;;
    *) reaches "$address" || ok "$place ($where) is closed to another machine" ;;
    esac
done < "$settings"
[ "$points" -gt 0 ] || ok "nothing of the product is open to another machine"
finish
