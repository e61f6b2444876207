# shellcheck shell=sh disable=SC2034,SC1091
# SPDX-License-Identifier: Apache-2.0
# Functions for the cases. Under emulation every process is expensive, so shell builtins are used where possible.
set -eu
. touchstone.sh

unit=nginx site=/srv/touchstone

# configure NAME: activates the server blocks on stdin, with the files that they serve, until the case ends: its ports are
# not the product's.
configure() {
    trap 'rm -f /etc/nginx/conf.d/touchstone-*.conf; systemctl reload "$unit" >&2 || true' EXIT
    if [ ! -d "$site" ]; then
        mkdir -p "$site/upload"
        chmod 777 "$site/upload"
        echo "served by touchstone" > "$site/index.html"
        seq 1 200000 | head -c 1048576 > "$site/numbers.txt"
        head -c 262144 /dev/urandom > "$site/random.bin"
        echo "touchstone" > "$site/试金石.txt"
    fi
    cat > "/etc/nginx/conf.d/touchstone-$1.conf"
    systemctl reload "$unit" >&2 || give_up "nginx does not take the configuration '$1'"
}

# fetch ARGUMENT...: curl, with retries while the new configuration is being activated.
fetch() {
    curl --silent --show-error --retry 20 --retry-connrefused --retry-delay 1 "$@"
}

# workers: finds the PIDs of nginx's processes: the master's in $master, the workers' in $pids.
workers() {
    master=$(systemctl show --property MainPID --value "$unit") || master=0
    pids=
    for stat in /proc/[0-9]*/stat; do
        read -r line 2> /dev/null < "$stat" || continue
        rest=${line##*) }
        rest=${rest#* }
        [ "${rest%% *}" != "$master" ] || pids="$pids ${line%% *}"
    done
    pids=${pids# }
}
