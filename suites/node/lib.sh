# shellcheck shell=sh disable=SC2034,SC1091
# SPDX-License-Identifier: Apache-2.0
set -eu
. touchstone.sh

prefix=/opt/node node=/opt/node/bin/node

# run_tests FILE: a file of Node's own test runner, which prints TAP.
run_tests() {
    cd "$TOUCHSTONE_SUITE"
    exec "$node" --test-reporter=tap --expose-gc --allow-natives-syntax "$1"
}
