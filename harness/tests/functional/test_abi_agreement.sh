#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# 2,000 cross-release pairs against the real loader. The roots are large: TOUCHSTONE_ABI_ROOTS names a
# folder that scripts/abi-roots has filled.
set -eu
roots=${TOUCHSTONE_ABI_ROOTS:-}
[ -n "$roots" ] && [ -d "$roots" ] || {
    echo "skipped: set TOUCHSTONE_ABI_ROOTS to a folder made by scripts/abi-roots"
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
TOUCHSTONE=$TS_BINARY_DIR/touchstone "$TS_SOURCE_DIR/scripts/abi-agreement" "$roots" "$work" "${TOUCHSTONE_ABI_PAIRS:-2000}"
