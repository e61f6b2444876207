# shellcheck shell=sh disable=SC2034,SC1091
# SPDX-License-Identifier: Apache-2.0
set -eu
. touchstone.sh

unit=redis-server password=touchstone requests=2000 commands="set get incr lpush spop"

# said ARGUMENT...: what the server says to redis-cli, with the password.
said() {
    REDISCLI_AUTH=$password redis-cli "$@" 2> /dev/null || true
}

answers() {
    [ "$(said PING)" = PONG ]
}
