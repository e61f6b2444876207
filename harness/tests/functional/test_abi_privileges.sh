#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Programs that get privileges when they are started: the loader ignores $ORIGIN and the environment for them. Each row
# was tried with the real loader: a user without privileges starts the program of the unpacked product.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc jq ldconfig python3 rpmbuild
need_x86_64
. "$TS_SOURCE_DIR/harness/tests/lib/abi_effects.sh"

printf 'int own(void){return 1;}' > l.c && lone -shared -fPIC -Wl,-soname,libown.so.1 -o libown.so.1 l.c
printf 'int own(void);int start(void){return own();}' > m.c
program() { lone -Wl,-e,start -Wl,--dynamic-linker=$loader -o "$1" m.c ./libown.so.1 "${@:2}"; }
program origin "-Wl,-rpath,\$ORIGIN/../lib"
program rpath "-Wl,--disable-new-dtags,-rpath,\$ORIGIN/../lib"
program absolute -Wl,-rpath,/opt/v/lib
program deep "-Wl,-rpath,/opt/\$ORIGIN"
program none

# pack PROGRAM MODE FOLDER-OF-PROGRAM FOLDER-OF-LIBRARY [CAPABILITIES [SCRIPT]]: capabilities are the attribute in hexadecimal.
pack() {
    python3 - "$@" << 'END'
import io, sys, tarfile
program, mode, folder, libraries = sys.argv[1:5]
attribute, script = (sys.argv[5:] + ["", ""])[:2]
with tarfile.open("product.tgz", "w:gz", format=tarfile.PAX_FORMAT) as archive:
    def add(name, data, mode, attribute=""):
        row = tarfile.TarInfo(name)
        row.size, row.mode = len(data), mode
        if attribute:
            row.pax_headers["SCHILY.xattr.security.capability"] = bytes.fromhex(attribute).decode("utf-8", "surrogateescape")
        archive.addfile(row, io.BytesIO(data))
    add(folder + "/v", open(program, "rb").read(), int(mode, 8), attribute)
    add(libraries + "/libown.so.1", open("libown.so.1", "rb").read(), 0o755)
    if script:
        add("install.sh", script.encode(), 0o755)
END
}
missing='any(.findings[]; .kind == "LIB_MISSING" and .provider == "libown.so.1" and .severity == $ENV.severity)'
export severity=BLOCK
# refused WHAT … and loaded WHAT …: the rest as for pack.
refused() { pack "${@:2}" && abi_holds "$1" "" "$missing" product.tgz --surface image --prefix /; }
loaded() { pack "${@:2}" && abi_holds "$1" "" 'all(.findings[]; .kind != "LIB_MISSING")' product.tgz --surface image --prefix /; }
permitted=0100000200200000000000000000000000000000 inheritable=0100000200000000002000000000000000000000

loaded "no privileges" origin 0755 opt/v/bin opt/v/lib
refused "set-user-ID" origin 4755 opt/v/bin opt/v/lib
refused "set-group-ID" origin 2755 opt/v/bin opt/v/lib
loaded "that bit without permission for the group stands for locks" origin 2745 opt/v/bin opt/v/lib
refused "RPATH" rpath 4755 opt/v/bin opt/v/lib
loaded "an absolute RUNPATH" absolute 4755 opt/v/bin opt/v/lib
refused "\$ORIGIN in a system's folder that the loader does not trust" origin 4755 usr/bin usr/lib
loaded "\$ORIGIN below a default folder" origin 4755 usr/lib64/v/bin usr/lib64/v/lib
refused "\$ORIGIN behind another folder" deep 4755 usr/lib64/v opt/usr/lib64/v
refused "file capabilities" origin 0755 opt/v/bin opt/v/lib $permitted
loaded "an inheritable set gives no privileges" origin 0755 opt/v/bin opt/v/lib $inheritable
wrapper='#!/bin/sh\nLD_LIBRARY_PATH=/opt/v/lib exec /opt/v/bin/v\n'
refused "a wrapper that sets LD_LIBRARY_PATH" none 4755 opt/v/bin opt/v/lib "" "$(printf "$wrapper")"
severity=HIGH refused "and without privileges" none 0755 opt/v/bin opt/v/lib "" "$(printf "$wrapper")"

# What scripts give.
script() { pack origin 0755 opt/v/bin opt/v/lib "" "$(printf '#!/bin/sh\n%s\n' "$1")"; }
given() { script "$1" && abi_holds "$1" "" "$missing" product.tgz --surface image --prefix /; }
kept() { script "$1" && abi_holds "$1" "" 'all(.findings[]; .kind != "LIB_MISSING")' product.tgz --surface image --prefix /; }
given 'setcap cap_net_bind_service=+ep /opt/v/bin/v'
given 'D=/opt/v; setcap "cap_net_raw,cap_net_admin=eip" "$D/bin/v"'
given 'chmod u+s "$UNKNOWN/bin/v"'
given 'chmod 4755 /opt/v/bin/v'
given 'dpkg-statoverride --update --add root root 4755 /opt/v/bin/v'
severity=HIGH given 'if [ -x /usr/sbin/setcap ]; then setcap cap_net_raw+ep /opt/v/bin/v; fi'
severity=HIGH given 'for p in /opt/v/bin/v; do chmod 4755 $p; done'
severity=HIGH given 'give() { chmod u+s "$1"; }; give /opt/v/bin/v'
kept 'chmod 755 /opt/v/bin/v'
kept 'chmod 4755 /opt/v/bin/other'
kept 'setcap cap_net_raw+i /opt/v/bin/v'
kept 'setcap -r /opt/v/bin/v'

# In an rpm's header.
rpm() { # WHAT CAPABILITIES
    mkdir -p top/BUILD
    cat > v.spec << END
Name: v
Version: 1
Release: 1
Summary: v
License: MIT
AutoReqProv: no
%description
v
%install
install -D -m 755 $scratch/origin %{buildroot}/opt/v/bin/v
install -D -m 755 $scratch/libown.so.1 %{buildroot}/opt/v/lib/libown.so.1
%files
%caps($1) /opt/v/bin/v
/opt/v/lib/libown.so.1
END
    rpmbuild -bb --define "_topdir $scratch/top" --define '_binary_payload w6.gzdio' --define '__strip /bin/true' v.spec > build.log 2>&1 || { cat build.log; exit 1; }
}
rpm cap_net_raw=ep
abi_holds "%caps of an rpm" "" "$missing" top/RPMS/*/v-1-1.*.rpm --surface image
rpm cap_net_raw=i
abi_holds "of an inheritable set" "" 'all(.findings[]; .kind != "LIB_MISSING")' top/RPMS/*/v-1-1.*.rpm --surface image
end_checks
