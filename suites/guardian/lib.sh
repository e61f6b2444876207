# shellcheck shell=sh disable=SC2034,SC1091
# SPDX-License-Identifier: Apache-2.0
# Functions for the cases: the product's service, its log, and the kernel's state.
set -eu
. touchstone.sh

unit=guardian log=/var/log/guardian.log counts=/sys/kernel/guardian
# In two parts: the product would refuse this file as well.
signature=GUARDIAN-TEST-FILE
signature=$signature-THAT-IS-HARMLESS

# guarded: succeeds when the agent guards the file systems.
guarded() {
    [ "$(cat /run/guardian/ready 2> /dev/null)" = ready ] && [ "$(systemctl is-active "$unit")" = active ]
}

wait_guarded() {
    wait_until "$unit" guarded
}

# write_marked FILE: a file that the agent refuses. Only what is opened later is compared.
write_marked() {
    printf '#!/bin/sh\necho %s\n' "$signature" > "$1"
    chmod 755 "$1"
}

# refused POINT COMMAND...: a point that is ok if the command fails because an open is not permitted.
refused() {
    point=$1
    shift
    if said=$("$@" 2>&1); then
        not_ok "$point" "it succeeds: $*"
    else
        case $said in
        *"Operation not permitted"*) ok "$point" ;;
        *) not_ok "$point" "it fails for another reason: $said" ;;
        esac
    fi
}

# no_complaint: a point: since the product's module was first loaded, the kernel did not warn of a fault of its own or of
# a module.
no_complaint() {
    complaint=$(dmesg | awk '/guardian: loading out-of-tree module/ { found = "" }
        /BUG:|WARNING:|Oops|Call [Tt]race|scheduling while atomic|general protection/ && found == "" { found = $0 }
        END { print found }')
    if [ -z "$complaint" ]; then ok "the kernel has no complaint"; else not_ok "the kernel has no complaint" "$complaint"; fi
}
