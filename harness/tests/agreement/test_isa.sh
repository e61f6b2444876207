#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares results about instruction sets with execution under qemu-user: a limited part of scripts/abi-agreement isa.
# TOUCHSTONE_ABI_ROOTS as for test_loader.sh.
set -eu
roots=${TOUCHSTONE_ABI_ROOTS:-}
[ -n "$roots" ] && [ -d "$roots" ] || {
    echo "skipped: set TOUCHSTONE_ABI_ROOTS to a folder made by scripts/abi-roots"
    exit 77
}
TOUCHSTONE=$TS_BINARY_DIR/touchstone exec "$TS_SOURCE_DIR/scripts/abi-agreement" isa "$roots" "${TOUCHSTONE_ISA_PROGRAMS:-30}"
