#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a package does without: a program that a script asks for and that a suggested package has, what reports the failure
# of another unit, a socket that nothing starts. Where the package cannot do without it, it stays HIGH.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need jq dpkg-deb
mkdir -p root/usr/bin root/usr/lib64 root/etc root/usr/lib/systemd/system
for program in sh bash cat; do printf '#!/bin/true\n' > root/usr/bin/$program; done
chmod 755 root/usr/bin/*
ln -s usr/bin root/bin
cp "$(ldconfig -p | awk '/libc.so.6 / {print $NF; exit}')" root/usr/lib64/libc.so.6
cp root/usr/lib64/libc.so.6 root/usr/lib/systemd/libsystemd-shared-252.so
printf 'ID=debian\nVERSION_ID="12"\n' > root/etc/os-release
"$touchstone" abi harvest --rootfs root --name new > /dev/null || exit 1

fresh() { rm -rf d && mkdir -p d/DEBIAN d/usr/bin d/usr/lib/a d/lib/systemd/system && printf '#!/bin/sh\ncat x\n' > d/usr/bin/works && chmod 755 d/usr/bin/works; }
# rows WHAT EXPECTED [RELATION]: "KIND FILE SEVERITY", separated by commas, of the package in d.
rows() {
    printf 'Package: a\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\n%sDescription: x\n' "${3:+$3$'\n'}" > d/DEBIAN/control
    dpkg-deb --build d a.deb > /dev/null && "$touchstone" abi check a.deb --surface new --json > out 2> err
    check "$1" "$(jq -r '[.findings[] | select(.kind != "DEPENDS_MISSING")] | map("\(.kind) \(.file) \(.severity)") | join(", ")' out)" "$2"
}
script() { mkdir -p "d$(dirname "$1")" && cat > "d$1" && chmod 755 "d$1"; }

# A program of a suggested package, whose name is another one.
asks=$'#!/bin/bash -e\nif ! [ -x /usr/bin/mail ]; then echo "no mail"; exit 1; fi\n/usr/bin/mail "$@"'
fresh && script /usr/lib/a/10mail <<< "$asks"
rows "asked for, nothing suggests it" "SCRIPT_COMMAND /usr/lib/a/10mail HIGH"
rows "a package that brings it is suggested" "SCRIPT_COMMAND /usr/lib/a/10mail WARN" "Suggests: mailx | mailutils"
rows "another package is suggested" "SCRIPT_COMMAND /usr/lib/a/10mail HIGH" "Suggests: mailcap"
fresh && rm d/usr/bin/works && script /usr/lib/a/10mail <<< "$asks"
rows "the package has no other program" "SCRIPT_COMMAND /usr/lib/a/10mail HIGH" "Suggests: mailx"

# What reports the failure of another unit.
asks=$'#!/bin/bash\nif ! type vendormail > /dev/null 2>&1; then echo none; exit 1; fi\ncat x | vendormail -t'
unit() { cat > "d/lib/systemd/system/$1"; }
failing() { # INSTALL CONDITION
    fresh && script /usr/lib/a/report <<< "${2-$asks}"
    unit work@.service <<< $'[Unit]\nOnFailure=report@%i.service\n[Service]\nExecStart=/usr/bin/works\n[Install]\nWantedBy=a.target'
    unit report@.service <<< $'[Service]\nExecStart=/usr/lib/a/report %i\n'"$1"
}
failing "" && rows "a report of failures that asks first" "SCRIPT_COMMAND /usr/lib/a/report WARN"
failing $'[Install]\nWantedBy=a.target' && rows "a unit that is started otherwise too" "SCRIPT_COMMAND /usr/lib/a/report HIGH"
failing "" $'#!/bin/bash\ncat x\nexec vendormail -t' && rows "a report that does not ask" "SCRIPT_COMMAND /usr/lib/a/report HIGH"
failing "" && sed -i /OnFailure/d d/lib/systemd/system/work@.service && rows "a unit that is not for failures" "SCRIPT_COMMAND /usr/lib/a/report HIGH"

# A socket whose service another package brings.
socket=$'[Unit]\n# [Install]\nDescription=x\n[Socket]\nListenStream=/run/x'
fresh && unit x.socket <<< "$socket" && rows "a socket that nothing starts" "UNIT_REQUIRES /lib/systemd/system/x.socket WARN"
unit y.service <<< $'[Unit]\nAfter=x.socket\n[Service]\nExecStart=/usr/bin/works' && rows "one that is only ordered" "UNIT_REQUIRES /lib/systemd/system/x.socket WARN"
unit y.service <<< $'[Unit]\nWants=x.socket\n[Service]\nExecStart=/usr/bin/works' && rows "a unit wants it" "UNIT_REQUIRES /lib/systemd/system/x.socket HIGH"
fresh && unit x.socket <<< "$socket"$'\n[Install]\nWantedBy=sockets.target' && rows "it can be enabled" "UNIT_REQUIRES /lib/systemd/system/x.socket HIGH"
fresh && unit x.socket <<< "$socket" && mkdir d/lib/systemd/system/sockets.target.wants && ln -s ../x.socket d/lib/systemd/system/sockets.target.wants/x.socket && rows "a link enables it" "UNIT_REQUIRES /lib/systemd/system/x.socket HIGH"
fresh && unit x.socket <<< "$socket" && script /DEBIAN/postinst <<< $'#!/bin/sh\nsystemctl start x.socket || true' && rows "postinst starts it" "UNIT_REQUIRES /lib/systemd/system/x.socket HIGH, SCRIPT_COMMAND /DEBIAN/postinst WARN"
end_checks
