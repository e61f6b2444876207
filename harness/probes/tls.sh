#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Which versions of TLS each TCP port of the product offers, by trying each from inside. TLS 1.0 and 1.1 are obsolete
# (RFC 8996). Protocols that begin without TLS (STARTTLS) are not tried.
. "$TOUCHSTONE_SUITE/cases/probe-lib.sh"

[ -e "$folder/open" ] || nothing "the probe of ports did not run, so the ports of the product are not known"
grep '^tcp ' "$folder/open" > "$folder/tcp" || nothing "the product listens on no TCP port"
command -v openssl > /dev/null || nothing "there is no openssl in this system"

# offers PLACE OPTION: 0: the handshake succeeds; 1: it does not; 2: this openssl cannot try.
offers() {
    # The lowest security level, or openssl itself would refuse old versions. Word splitting is intended.
    # shellcheck disable=SC2086
    timeout -k 2 $((5 * scale)) openssl s_client -connect "$1" $2 -cipher 'ALL:@SECLEVEL=0' \
        < /dev/null > "$folder/out" 2>&1 || true
    ! grep -Eqi 'unknown option|no protocols available|unsupported protocol|option unknown' "$folder/out" || return 2
    grep -Eq '^New, (TLS|SSL)v?[0-9.]+, Cipher is [A-Z]' "$folder/out"
}

while read -r _ address port who; do
    case $address in
    0.0.0.0 | ::) place=127.0.0.1:$port ;;
    *:*) place="[$address]:$port" ;;
    *) place=$address:$port ;;
    esac
    if ! offers "$place" ''; then
        observe "tls.$port" none
        skipped "$port: TLS 1.0 and 1.1 are refused" "no TLS from the first byte ($who); STARTTLS is not tried"
        continue
    fi
    old=0
    for version in 1 1_1 1_2 1_3; do
        status=0
        offers "$place" "-tls$version" || status=$?
        name=1.${version#1_}
        [ "$version" != 1 ] || name=1.0
        case $status in
        0) observe "tls.$port.$name" offered ;;
        1) observe "tls.$port.$name" refused ;;
        *) observe "tls.$port.$name" unknown ;;
        esac
        case $version/$status in
        1/0 | 1_1/0) old=1 ;;
        1/2 | 1_1/2) [ "$old" = 1 ] || old=2 ;;
        esac
    done
    case $old in
    0) ok "$port: TLS 1.0 and 1.1 are refused" ;;
    1) not_ok "$port: TLS 1.0 and 1.1 are refused" "$who offers one of them" ;;
    *) skipped "$port: TLS 1.0 and 1.1 are refused" "openssl in this system cannot try them" ;;
    esac
done < "$folder/tcp"
finish
