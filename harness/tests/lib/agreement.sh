# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Sets $roots to the folder that scripts/abi-roots made, and $TOUCHSTONE for scripts/abi-agreement; without such a
# folder the test is skipped.
roots=${TOUCHSTONE_ABI_ROOTS:-}
[ -n "$roots" ] && [ -d "$roots" ] || {
    echo "skipped: set TOUCHSTONE_ABI_ROOTS to a folder made by scripts/abi-roots"
    exit 77
}
export TOUCHSTONE="$TS_BINARY_DIR/touchstone"
