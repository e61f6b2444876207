#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The system is running without failed units, and its packages are intact: later failures are not caused by the
# image itself.
echo 1..2

state=$(systemctl is-system-running 2>&1)
if [ "$state" = starting ] || [ "$state" = initializing ]; then
    state=$(systemctl is-system-running --wait 2>&1)
fi
observe os.state "$state"
if [ "$state" = running ]; then
    echo "ok 1 - systemd says: $state"
else
    echo "not ok 1 - systemd says: $state"
    systemctl list-units --state=failed --no-legend --plain --no-pager | sed 's/^/# /'
fi

if command -v dpkg > /dev/null; then
    audit=$(dpkg --audit 2>&1)
    if [ -z "$audit" ]; then
        echo "ok 2 - dpkg --audit is empty"
    else
        echo "not ok 2 - dpkg --audit is empty"
        printf '%s\n' "$audit" | sed 's/^/# /'
    fi
else
    echo "ok 2 - packages are installed whole # SKIP no dpkg here; rpm -Va takes minutes"
fi
