#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In the second guest: what the system itself has open to another machine, before the product is installed.
. "$TOUCHSTONE_SUITE/cases/probe-nmap.sh"

need_nmap
scan "$folder/now"
while read -r protocol port state; do
    observe "baseline.$protocol.$port" "$state"
done < "$folder/now"
cp "$folder/now" "$before"
ok "all TCP ports and the usual UDP ports are scanned"
finish
