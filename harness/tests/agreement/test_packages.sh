#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is said of packages' relations against apt and rpm, and packages that work: bounded parts of
# scripts/abi-agreement packages and quiet. TOUCHSTONE_ABI_ROOTS as for test_loader.sh.
set -eu
. "$TS_SOURCE_DIR/harness/tests/lib/agreement.sh"
[ -e "$roots/bookworm-amd64-installed/.complete" ] || {
    echo "skipped: '$roots' has no root made by scripts/abi-roots --installed"
    exit 77
}
"$TS_SOURCE_DIR/scripts/abi-agreement" packages "$roots" "${TOUCHSTONE_PACKAGE_PAIRS:-160}"
"$TS_SOURCE_DIR/scripts/abi-agreement" quiet "$roots" "${TOUCHSTONE_QUIET_PACKAGES:-4}" "${TOUCHSTONE_QUIET_NPM:-2}"
