#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares results about kernel modules with what a booted kernel does with them (scripts/abi-agreement modules).
# TOUCHSTONE_ABI_ROOTS as for test_loader.sh: the kernel's packages are stored there too.
set -eu
roots=${TOUCHSTONE_ABI_ROOTS:-}
[ -n "$roots" ] && [ -d "$roots" ] || {
    echo "skipped: set TOUCHSTONE_ABI_ROOTS to a folder made by scripts/abi-roots"
    exit 77
}
export TOUCHSTONE="$TS_BINARY_DIR/touchstone"
rows=$("$TS_SOURCE_DIR/scripts/abi-agreement" modules "$roots") || { echo "$rows"; exit 1; }
echo "$rows" | tail -n 1
