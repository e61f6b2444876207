# shellcheck shell=sh disable=SC2034,SC1091,SC2154
# SPDX-License-Identifier: Apache-2.0
# Functions for the probes that scan the guest under test from the second one: all TCP ports, the usual UDP ports, and the
# UDP ports that suite.xml declares. Only IPv4: the second guest knows no other address.
. "$TOUCHSTONE_SUITE/cases/probe-lib.sh"

tools=${TOUCHSTONE_PACKAGES%/*}/tools
before=$TOUCHSTONE_WORK/open-before
# DNS, DHCP, TFTP, portmapper, NTP, NetBIOS, SNMP, LDAP, SLP, IKE, syslog, RIP, IPP, RTSP, OpenVPN, MS SQL, L2TP, PPTP,
# RADIUS, SSDP, NFS, GTP, STUN, VXLAN, SIP, mDNS, LLMNR, CoAP, XDMCP, iSNS, HTTP/3, syslog over DTLS, memcached, Ganglia,
# Hazelcast, Jaeger, StatsD, NetFlow, WireGuard
usual=53,67,68,69,88,111,123,137,138,161,162,389,427,443,500,514,520,546,547,554,631,1194,1434,1701,1812,1813,1900,2049
usual=$usual,2055,2152,3205,3478,3784,4500,4789,5060,5353,5355,5683,6081,6343,6831,8125,8649,11211,51820,54327

# need_nmap: installs it here, where the product is not; ends the probe if it cannot be had.
need_nmap() {
    ! command -v nmap > /dev/null || return 0
    [ ! -f "$tools/missing" ] || nothing "there is no nmap for the second guest: $(one_line < "$tools/missing")"
    status=0
    if ls "$tools"/*.deb > /dev/null 2>&1; then
        DEBIAN_FRONTEND=noninteractive dpkg --install "$tools"/*.deb > "$folder/out" 2>&1 < /dev/null || status=$?
    elif ls "$tools"/*.rpm > /dev/null 2>&1; then
        rpm --upgrade --nosignature "$tools"/*.rpm > "$folder/out" 2>&1 < /dev/null || status=$?
    else
        nothing "there is no nmap in the second guest, and none was brought"
    fi
    if [ "$status" != 0 ] || ! command -v nmap > /dev/null; then
        shown "$folder/out"
        nothing "nmap cannot be installed in the second guest: exit status $status"
    fi
}

# run_nmap OPTION...: scans; prints "PROTOCOL PORT STATE" of what does not say that it is closed. A port that is filtered
# is not open. That every port of a kind is in one list needs -vvv.
run_nmap() {
    if ! nmap -n -Pn -vvv -oG "$folder/found" "$@" "$TOUCHSTONE_GUEST_SERVER" > "$folder/out" 2>&1 < /dev/null; then
        cat "$folder/out" >&2
        exit 99
    fi
    # A host that was not found has no such line.
    grep -q -e 'Ports: ' -e 'Ignored State: ' "$folder/found" || { cat "$folder/out" >&2; exit 99; }
    ! grep -q 'Ignored State: open' "$folder/found" || { cat "$folder/found" >&2; exit 99; }
    sed -n 's/.*Ports: //p' "$folder/found" | sed 's/\tIgnored State:.*//' | tr ',' '\n' |
        awk -F / '{ gsub(/ /, "", $1) } $2 == "open" { print $3, $1, "open" } $2 == "open|filtered" { print $3, $1, "silent" }'
}

# scan FILE
scan() {
    declared=$(awk -F '\t' '$1 == "port" && $2 ~ /^udp / { sub(/^udp /, "", $2); printf ",%s", $2 }' "$settings")
    run_nmap -sS -T4 --max-retries 3 -p 1-65535 > "$1.tcp"
    # Linux says of one closed port a second that it is: asked faster, the others would seem not to answer.
    run_nmap -sU --scan-delay 1100ms --max-retries 2 -p "$usual$declared" > "$1.udp"
    sort -u "$1.tcp" "$1.udp" > "$1"
    observe scan.tool "$(nmap --version | one_line)"
    observe scan.ports.udp "$usual$declared"
}
