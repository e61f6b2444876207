#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares results about kernel modules with what a booted kernel does with them (scripts/abi-agreement modules).
# TOUCHSTONE_ABI_ROOTS as for test_loader.sh: the kernel's packages are stored there too.
set -eu
. "$TS_SOURCE_DIR/harness/tests/lib/agreement.sh"
rows=$("$TS_SOURCE_DIR/scripts/abi-agreement" modules "$roots") || { echo "$rows"; exit 1; }
echo "$rows" | tail -n 1
