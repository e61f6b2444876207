# shellcheck shell=sh disable=SC2034,SC1091
# SPDX-License-Identifier: Apache-2.0
set -eu
. touchstone.sh

prefix=/opt/inference node=/opt/inference/bin/node

# run_tests FILE: a file of Node's own test runner, which prints TAP. What a failed test left open does not keep it running.
run_tests() {
    cd "$TOUCHSTONE_SUITE"
    exec "$node" --test-reporter=tap --test-force-exit --expose-gc "$1"
}
