#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares results about instruction sets with execution under qemu-user: a limited part of scripts/abi-agreement isa.
# TOUCHSTONE_ABI_ROOTS as for test_loader.sh.
set -eu
. "$TS_SOURCE_DIR/harness/tests/lib/agreement.sh"
exec "$TS_SOURCE_DIR/scripts/abi-agreement" isa "$roots" "${TOUCHSTONE_ISA_PROGRAMS:-30}"
