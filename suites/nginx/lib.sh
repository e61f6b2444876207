# shellcheck shell=sh disable=SC2034,SC1091
# SPDX-License-Identifier: Apache-2.0
# What the cases share. Under emulation every process costs, so whatever the shell can do by itself it does.
set -eu
. touchstone.sh

unit=nginx site=/srv/touchstone

# configure NAME: takes the server blocks on stdin into use, with the files that they serve.
configure() {
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

# fetch ARGUMENT...: curl, patient while the new configuration is taken into use.
fetch() {
    curl --silent --show-error --retry 20 --retry-connrefused --retry-delay 1 "$@"
}

# workers: the pids of nginx's processes; the master's in $master, the workers' in $pids.
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
