# shellcheck shell=sh disable=SC2034,SC1091
# SPDX-License-Identifier: Apache-2.0
set -eu
. touchstone.sh

unit=nginx site=/srv/touchstone port=8090 requests=1000

# numbers: the file that is served, the same in both guests.
numbers() {
    seq 1 200000 | head -c 1048576
}

fetch() {
    curl --silent --show-error --fail --max-time 120 "$@"
}
