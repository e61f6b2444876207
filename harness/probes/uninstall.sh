#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The package manager removes what was installed: exit status 0. What is left in the system is found by the harness.
. "$TOUCHSTONE_SUITE/cases/probe-lib.sh"

find_packages
if [ -e "$TOUCHSTONE_WORK/before.packages" ]; then
    purge_added
else
    # A case of the suite installed them, and which packages were there before is not known.
    # shellcheck disable=SC2046
    packages "the packages of the product are removed" --remove $(cat "$folder/product") || finish
fi
no_package_broken
finish
