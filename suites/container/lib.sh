# shellcheck shell=sh disable=SC2034,SC1091
# SPDX-License-Identifier: Apache-2.0
# Functions for the cases: the engine, and containers of the image.
set -eu
. touchstone.sh

image=localhost/counter:1.0 port=8090

# run_it OPTION... -- WORD...: runs a container without a network until it ends; sets $said to what it prints and $code
# to its exit status.
run_it() {
    options=
    while [ "$1" != -- ]; do
        options="$options $1"
        shift
    done
    shift
    code=0
    # Word splitting is intended: no option has a space.
    # shellcheck disable=SC2086
    said=$(podman run --rm --network none $options "$image" "$@") || code=$?
}

# serve NAME OPTION...: starts the service in the background, with the network of the host, which needs no bridge.
serve() {
    name=$1
    shift
    podman run --detach --network host --log-driver k8s-file --name "$name" "$@" "$image" >&2
}

# fetch FILE: prints a file that the service serves.
fetch() {
    busybox wget -q -O - "http://127.0.0.1:$port/$1"
}

# wait_served: waits until the service answers, but not for a container that has ended.
wait_served() {
    tries=$((60 * ${TOUCHSTONE_TIMEOUT_SCALE:-1}))
    while [ "$tries" -gt 0 ]; do
        ! fetch health > /dev/null 2>&1 || return 0
        [ "$(podman container inspect --format '{{.State.Running}}' "$name")" = true ] || return 1
        tries=$((tries - 1))
        sleep 0.5
    done
    return 1
}
